import type { FastifyReply } from 'fastify'

export interface Page {
  readonly language: string
  /** Whose page it is; empty where no workspace is known. */
  readonly brand: string
  readonly heading: string
  readonly text: string
  /** Posts to the page's own address. */
  readonly button?: string
}

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Addresses are long words: they break where they must, and nothing scrolls sideways on a phone.
const style = `
  :root { color-scheme: light dark; --ink: #1c1b22; --quiet: #5c5a66; --card: #fff; --ground: #f3f2f7; --action: #4329c9 }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #f1f0f6; --quiet: #aeabba; --card: #211f2a; --ground: #15141b; --action: #5f45e6 }
  }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-content: start center; padding: 12vh 1rem 2rem;
    background: var(--ground); color: var(--ink); font: 17px/1.55 system-ui, sans-serif }
  main { width: min(30rem, 100vw - 2rem); padding: 2rem; border-radius: 16px; background: var(--card);
    box-shadow: 0 1px 3px #0002, 0 8px 24px #0001; overflow-wrap: anywhere }
  .brand { margin: 0 0 1.25rem; color: var(--quiet); font-weight: 600 }
  h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25 }
  p { margin: 0 }
  button { width: 100%; margin-top: 1.5rem; padding: .8em 1.2em; border: 0; border-radius: 10px; background: var(--action);
    color: #fff; font: inherit; font-weight: 600; cursor: pointer }
  button:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px }`

/** A small page without scripts. Its address holds a secret, so it is told to nobody. */
export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  const { language, brand, heading, text, button } = page
  const title = [heading, brand].filter(Boolean).join(' · ')
  const parts = [
    brand && `<p class="brand">${escapeHtml(brand)}</p>`,
    `<h1>${escapeHtml(heading)}</h1>`,
    `<p>${escapeHtml(text)}</p>`,
    button && `<form method="post"><button>${escapeHtml(button)}</button></form>`,
  ]
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('Referrer-Policy', 'no-referrer')
    .header('X-Frame-Options', 'DENY')
    .header('Content-Security-Policy', policy)
    .send(`<!doctype html>
<html lang="${escapeHtml(language)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}
</style>
<main>
${parts.filter(Boolean).join('\n')}
</main>
</html>
`)
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

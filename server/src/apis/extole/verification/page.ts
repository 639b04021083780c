import type { FastifyReply } from 'fastify'

export interface Page {
  readonly language: string
  readonly brand: string
  readonly text: string
  /** Posts to the page's own address. */
  readonly button?: string
}

/** A small page without scripts. Its address holds a secret, so it is told to nobody. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  { language, brand, text, button }: Page,
): FastifyReply {
  const form = button === undefined ? '' : `<form method="post"><button>${escapeHtml(button)}</button></form>`
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('Referrer-Policy', 'no-referrer')
    .header('X-Frame-Options', 'DENY')
    .header(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    .send(`<!doctype html>
<html lang="${escapeHtml(language)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(brand)}</title>
<style>
  body { font: 17px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 15vh auto; padding: 0 1.5rem; text-align: center }
  button { font: inherit; padding: .6em 1.2em; border: 0; border-radius: 8px; background: #4329c9; color: #fff; cursor: pointer }
</style>
<h1>${escapeHtml(brand)}</h1>
<p>${escapeHtml(text)}</p>
${form}
</html>
`)
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

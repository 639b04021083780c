import { escapeHtml } from '../escape-html.ts'

/** A page behind a link that somebody was mailed. */
export interface LinkedPage {
  readonly language: string
  /** Whose page it is; empty where no workspace is known. */
  readonly brand: string
  readonly heading: string
  /** HTML below the heading. */
  readonly content: string
  /** Rules for what only this page has. */
  readonly style?: string
}

/** A card in the middle, light or dark as the reader likes it. It loads nothing from anywhere. */
export function linkedPageHtml({ language, brand, heading, content, style = '' }: LinkedPage): string {
  const title = [heading, brand].filter(Boolean).join(' · ')
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${common}${style}</style>
</head>
<body>
<main>
${brand && `<p class="brand">${escapeHtml(brand)}</p>\n`}<h1>${escapeHtml(heading)}</h1>
${content}
</main>
</body>
</html>
`
}

// Addresses are long words: they break where they must, and nothing scrolls sideways on a phone.
const common = `
  :root { color-scheme: light dark; --ink: #1b1b1f; --soft: #5c5c66; --paper: #fff; --ground: #f4f4f8; --line: #c9c9d4;
    --accent: #4329c9; --action: #4329c9 }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #f1f1f5; --soft: #a9a9b6; --paper: #1f1f26; --ground: #131318; --line: #474753; --accent: #a99bff;
      --action: #5f45e6 }
  }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: start center; padding: 12vh 1rem 2rem;
    background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--paper); border-radius: 16px;
    box-shadow: 0 1px 3px #0002, 0 8px 24px #0001; overflow-wrap: anywhere }
  .brand { margin: 0 0 1.25rem; font-weight: 600; color: var(--soft) }
  h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25 }
  main > :last-child { margin-bottom: 0 }
  p + form { margin: 1.5rem 0 0 }
  button { width: 100%; padding: .75rem; font: inherit; font-weight: 600; border: 0; border-radius: 10px;
    background: var(--action); color: #fff; cursor: pointer }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 1px }
`

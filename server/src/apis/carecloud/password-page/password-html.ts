import { hash } from 'node:crypto'
import type { PasswordWords } from './password-words.ts'

export interface PageParts {
  readonly language: string
  readonly brand: string
  readonly title: string
  readonly words: PasswordWords
  /** Whose password is set; absent: there is nothing to set, only `message` to read. */
  readonly email?: string
  readonly message?: { readonly text: string; readonly isError: boolean }
}

/** Shows what is typed, and nothing else: without scripts the form works all the same. */
const script = `const box = document.getElementById('show')
box.parentElement.hidden = false
box.addEventListener('change', () => {
  document.getElementById('password').type = box.checked ? 'text' : 'password'
})`

/** The page runs this one script, and speaks to nobody but us. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${hash('sha256', script, 'base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** The page behind a mailed link (L64): a form that posts to its own address, or a message. */
export function passwordHtml(parts: PageParts): string {
  const { language, brand, title, message } = parts
  const role = message?.isError ? 'alert' : 'status'
  const said =
    message === undefined
      ? ''
      : `<p id="message" class="${message.isError ? 'error' : 'done'}" role="${role}">${escapeHtml(message.text)}</p>`
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(`${title} – ${brand}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="brand">${escapeHtml(brand)}</p>
<h1>${escapeHtml(title)}</h1>
${said}${form(parts)}
</main>
</body>
</html>
`
}

function form({ brand, words, email, message }: PageParts): string {
  if (email === undefined) return ''
  const account = words.account.replace(/\{(\w+)\}/g, (_whole, name: string) =>
    name === 'email' ? email : brand,
  )
  const fault = message?.isError ? ' aria-invalid="true"' : ''
  const described = message?.isError ? 'message rules' : 'rules'
  return `<p>${escapeHtml(account)}</p>
<form method="post">
<input type="text" name="username" value="${escapeHtml(email)}" autocomplete="username" hidden readonly>
<label for="password">${escapeHtml(words.label)}</label>
<input id="password" type="password" name="password" autocomplete="new-password" required minlength="8"
  maxlength="200" autofocus aria-describedby="${described}"${fault}>
<label class="show" hidden><input id="show" type="checkbox"> ${escapeHtml(words.show)}</label>
<p id="rules">${escapeHtml(words.rules)}</p>
<button>${escapeHtml(words.button)}</button>
</form>
<script>${script}</script>`
}

const style = `
  :root { color-scheme: light dark; --ink: #1b1b1f; --soft: #5c5c66; --paper: #fff; --ground: #f4f4f8; --line: #c9c9d4; --accent: #4329c9; --action: #4329c9 }
  @media (prefers-color-scheme: dark) { :root { --ink: #f1f1f5; --soft: #a9a9b6; --paper: #1f1f26; --ground: #131318; --line: #474753; --accent: #a99bff; --action: #5f45e6 } }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: start center; padding: 12vh 1rem 2rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--paper); border-radius: 16px; box-shadow: 0 1px 3px #0002, 0 8px 24px #0001 }
  .brand { margin: 0 0 1.25rem; font-weight: 600; color: var(--soft) }
  h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25 }
  p { overflow-wrap: anywhere }
  main > :last-child { margin-bottom: 0 }
  label { display: block; font-weight: 600; margin-bottom: .35rem }
  label.show { margin: .75rem 0 0; font-weight: 400; cursor: pointer }
  label[hidden] { display: none }
  input[name=password] { width: 100%; padding: .65rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 8px }
  input[aria-invalid] { border-color: #c62839 }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 1px }
  #rules { color: var(--soft); font-size: .9rem; margin: .75rem 0 1.25rem }
  button { width: 100%; padding: .75rem; font: inherit; font-weight: 600; border: 0; border-radius: 10px; background: var(--action); color: #fff; cursor: pointer }
  .error, .done { padding: .75rem 1rem; border-radius: 8px; border-left: 4px solid }
  .error { border-color: #c62839; background: #c6283918 }
  .done { border-color: #1d8a4f; background: #1d8a4f18 }
`

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

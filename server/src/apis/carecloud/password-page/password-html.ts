import { hash } from 'node:crypto'
import { escapeHtml } from '../../../platform/escape-html.ts'
import { linkedPageHtml } from '../../../platform/http/linked-page.ts'
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
  return linkedPageHtml({ language, brand, heading: title, content: said + form(parts), style })
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
  label { display: block; font-weight: 600; margin-bottom: .35rem }
  label.show { margin: .75rem 0 0; font-weight: 400; cursor: pointer }
  label[hidden] { display: none }
  input[name=password] { width: 100%; padding: .65rem .75rem; font: inherit; color: inherit; background: transparent;
    border: 1px solid var(--line); border-radius: 8px }
  input[aria-invalid] { border-color: #c62839 }
  #rules { color: var(--soft); font-size: .9rem; margin: .75rem 0 1.25rem }
  .error, .done { padding: .75rem 1rem; border-radius: 8px; border-left: 4px solid }
  .error { border-color: #c62839; background: #c6283918 }
  .done { border-color: #1d8a4f; background: #1d8a4f18 }
`

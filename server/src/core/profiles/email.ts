import { isLongerThan } from './text.ts'

const maxLocalPartCharacters = 64
const maxEmailCharacters = 254

/**
 * Each position can be read in one way only (atoms and labels never contain what separates them), so that
 * matching is linear in the text. No library takes quoted local parts, literals and letters beyond ASCII, and
 * refuses comments and folding white space.
 */
function addrSpec(letter: string, flags: string): RegExp {
  const atom = `[${letter}!#$%&'*+/=?^_\`{|}~-]+`
  const quoted = `"(?:[\\t !#$%&'()*+,./:;<=>?@[\\]^_\`{|}~${letter}-]|\\\\[\\t -~])*"`
  const label = `[${letter}]+(?:-+[${letter}]+)*`
  const literal = '\\[[!-Z^-~]+\\]'
  return new RegExp(`^(?:${atom}(?:\\.${atom})*|${quoted})@(?:${label}(?:\\.${label})*|${literal})$`, flags)
}

const asciiAddrSpec = addrSpec('A-Za-z0-9', '')
const addrSpecOfAnyScript = addrSpec('A-Za-z0-9\\p{L}\\p{M}\\p{Nd}', 'u')

/**
 * Whether the text is an e-mail address as crossengage section 5 states it: a dot-atom or a quoted string of at
 * most 64 characters, `@`, labels or a bracketed literal, at most 254 characters in all (code points).
 */
export function isEmail(text: string): boolean {
  if (isLongerThan(text, maxEmailCharacters)) return false
  // Text beyond ASCII fails the first expression at once; the second costs several times as much.
  if (!asciiAddrSpec.test(text) && !addrSpecOfAnyScript.test(text)) return false
  return text.length <= maxLocalPartCharacters || !isLongerThan(localPart(text), maxLocalPartCharacters)
}

/** A quoted local part and a literal may hold an `@` of their own; a literal holds no opening bracket. */
function localPart(email: string): string {
  return email.slice(0, email.lastIndexOf(email.endsWith(']') ? '@[' : '@'))
}

/** The form in which e-mail addresses are compared (S10): outer blanks off, lower case in no locale. */
export function emailKey(text: string): string {
  return text.trim().toLowerCase()
}

/** The same as SQL, of a column or another expression. In the locale of a database `Ž` may be no letter. */
export function emailKeyOf(expression: string): string {
  return `lower(trim(${expression}) collate "und-x-icu")`
}

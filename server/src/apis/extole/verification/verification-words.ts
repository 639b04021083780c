import { acceptedLanguages } from '../../../core/texts/choose-text.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'

/** What we say ourselves when an address is to be verified, by language. `{brand}` is the workspace's name. */
const words = {
  en: {
    subject: 'Confirm your e-mail address',
    intro: 'Please confirm that this is your e-mail address at {brand}.',
    button: 'Confirm',
    small: 'The link is good once, for 24 hours. If you did not ask for it, ignore this mail.',
    asked: 'Somebody asked at {time} to confirm the address {email} at {brand}. Was it you?',
    done: 'Your e-mail address is confirmed.',
    refused: 'This link is no longer good.',
  },
  cs: {
    subject: 'Potvrďte svou e-mailovou adresu',
    intro: 'Potvrďte prosím, že je toto vaše e-mailová adresa u {brand}.',
    button: 'Potvrdit',
    small: 'Odkaz platí jednou, 24 hodin. Pokud jste o něj nežádali, e-mail ignorujte.',
    asked: 'V čase {time} někdo požádal o potvrzení adresy {email} u {brand}. Byli jste to vy?',
    done: 'Vaše e-mailová adresa je potvrzena.',
    refused: 'Tento odkaz už neplatí.',
  },
  de: {
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
    intro: 'Bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse bei {brand} ist.',
    button: 'Bestätigen',
    small:
      'Der Link gilt einmal, 24 Stunden lang. Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail.',
    asked: 'Um {time} wurde darum gebeten, die Adresse {email} bei {brand} zu bestätigen. Waren Sie das?',
    done: 'Ihre E-Mail-Adresse ist bestätigt.',
    refused: 'Dieser Link gilt nicht mehr.',
  },
} as const

export type VerificationWords = Readonly<Record<keyof (typeof words)['en'], string>>

/** The words in the language most wanted (S23). */
export function verificationWords(
  acceptLanguage: string | undefined,
  workspace: Workspace | undefined,
): { readonly language: string; readonly words: VerificationWords } {
  const wanted = [...acceptedLanguages(acceptLanguage), workspace?.settings.defaultLanguage ?? 'en']
  for (const tag of wanted) {
    const base = tag.split('-')[0]?.toLowerCase() ?? ''
    if (base === 'en' || base === 'cs' || base === 'de') return { language: base, words: words[base] }
  }
  return { language: 'en', words: words.en }
}

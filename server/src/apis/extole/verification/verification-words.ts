import { acceptedLanguages } from '../../../core/texts/choose-text.ts'
import { spokenLanguage } from '../../../core/texts/spoken-language.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'

/** What we say ourselves when an address is to be verified, by language. `{brand}` is the workspace's name. */
const words = {
  en: {
    subject: 'Confirm your e-mail address',
    intro: 'Please confirm that this is your e-mail address at {brand}.',
    button: 'Confirm',
    small: 'The link works once, within 24 hours. If you did not ask for it, ignore this mail.',
    asked:
      'Somebody asked {brand} on {time} to confirm the address {email}. If it was not you, just close this page.',
    thanks: 'Thank you',
    done: 'Your e-mail address is confirmed. You can close this page.',
    refused: 'This link no longer works',
    again: 'It has been used already, or it is older than 24 hours. Please ask for a new mail.',
  },
  cs: {
    subject: 'Potvrďte svou e-mailovou adresu',
    intro: 'Potvrďte prosím, že je toto vaše e-mailová adresa u {brand}.',
    button: 'Potvrdit',
    small: 'Odkaz platí jednou, 24 hodin. Pokud jste o něj nežádali, e-mail ignorujte.',
    asked:
      'Dne {time} někdo požádal {brand} o potvrzení adresy {email}. Pokud jste to nebyli vy, stránku prostě zavřete.',
    thanks: 'Děkujeme',
    done: 'Vaše e-mailová adresa je potvrzena. Stránku můžete zavřít.',
    refused: 'Tento odkaz už neplatí',
    again: 'Byl už použit, nebo je starší než 24 hodin. Vyžádejte si prosím nový e-mail.',
  },
  de: {
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
    intro: 'Bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse bei {brand} ist.',
    button: 'Bestätigen',
    small:
      'Der Link gilt einmal, 24 Stunden lang. Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail.',
    asked:
      'Am {time} wurde {brand} gebeten, die Adresse {email} zu bestätigen. Waren Sie das nicht, schließen Sie einfach diese Seite.',
    thanks: 'Vielen Dank',
    done: 'Ihre E-Mail-Adresse ist bestätigt. Sie können diese Seite schließen.',
    refused: 'Dieser Link gilt nicht mehr',
    again: 'Er wurde schon benutzt oder ist älter als 24 Stunden. Bitte fordern Sie eine neue E-Mail an.',
  },
} as const

export type VerificationWords = Readonly<Record<keyof (typeof words)['en'], string>>

/** The words in the language most wanted: the request's, else the profile's, else the workspace's (S23). */
export function verificationWords(
  acceptLanguage: string | undefined,
  workspace: Workspace | undefined,
  profileLanguage?: string,
): { readonly language: string; readonly words: VerificationWords } {
  const wanted = [
    ...acceptedLanguages(acceptLanguage),
    profileLanguage ?? '',
    workspace?.settings.defaultLanguage ?? 'en',
  ]
  const language = spokenLanguage(wanted, ['en', 'cs', 'de'])
  return { language, words: words[language] }
}

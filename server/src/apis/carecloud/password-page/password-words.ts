import { acceptedLanguages } from '../../../core/texts/choose-text.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'

/** What we say ourselves when a password is to be set, by language. `{brand}` is the workspace's name. */
const words = {
  en: {
    subject: 'Set your password',
    intro: 'With this link you set a new password for your account at {brand}.',
    mailButton: 'Set password',
    small:
      'The link works once, within one hour. If you did not ask for it, ignore this mail: your password stays as it is.',
    title: 'Set a new password',
    account: 'For {email} at {brand}.',
    label: 'New password',
    rules: 'At least 8 characters, with a digit and an upper-case letter, and not a common password.',
    show: 'Show password',
    button: 'Save password',
    bad: 'This password cannot be used. It needs at least 8 characters, a digit and an upper-case letter, and must not be a common one.',
    doneTitle: 'Password saved',
    done: 'You have been logged out everywhere. From now on, log in with your new password.',
    refusedTitle: 'This link no longer works',
    refused: 'It has been used already, or its hour is over. Please ask for a new one.',
  },
  cs: {
    subject: 'Nastavte si heslo',
    intro: 'Tímto odkazem si nastavíte nové heslo ke svému účtu u {brand}.',
    mailButton: 'Nastavit heslo',
    small:
      'Odkaz platí jednou, jednu hodinu. Pokud jste o něj nežádali, e-mail ignorujte: vaše heslo se nezmění.',
    title: 'Nastavení nového hesla',
    account: 'Pro {email} u {brand}.',
    label: 'Nové heslo',
    rules: 'Alespoň 8 znaků, z toho číslice a velké písmeno, a žádné běžně používané heslo.',
    show: 'Zobrazit heslo',
    button: 'Uložit heslo',
    bad: 'Toto heslo nelze použít. Musí mít alespoň 8 znaků, číslici a velké písmeno a nesmí být běžné.',
    doneTitle: 'Heslo je uloženo',
    done: 'Všude jsme vás odhlásili. Nyní se můžete přihlásit novým heslem.',
    refusedTitle: 'Tento odkaz už neplatí',
    refused: 'Byl už použit, nebo uplynula jeho hodina. Požádejte prosím o nový.',
  },
  de: {
    subject: 'Legen Sie Ihr Passwort fest',
    intro: 'Mit diesem Link legen Sie ein neues Passwort für Ihr Konto bei {brand} fest.',
    mailButton: 'Passwort festlegen',
    small:
      'Der Link gilt einmal, eine Stunde lang. Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.',
    title: 'Neues Passwort festlegen',
    account: 'Für {email} bei {brand}.',
    label: 'Neues Passwort',
    rules:
      'Mindestens 8 Zeichen, darunter eine Ziffer und ein Großbuchstabe, und keines, das viele verwenden.',
    show: 'Passwort anzeigen',
    button: 'Passwort speichern',
    bad: 'Dieses Passwort geht nicht. Es braucht mindestens 8 Zeichen, eine Ziffer und einen Großbuchstaben und darf kein häufiges sein.',
    doneTitle: 'Passwort gespeichert',
    done: 'Sie wurden überall abgemeldet. Melden Sie sich ab jetzt mit dem neuen Passwort an.',
    refusedTitle: 'Dieser Link gilt nicht mehr',
    refused: 'Er wurde schon benutzt, oder seine Stunde ist um. Bitte fordern Sie einen neuen an.',
  },
} as const

export type PasswordWords = Readonly<Record<keyof (typeof words)['en'], string>>

/** The words in the language most wanted: the header's, else the profile's, else the workspace's (S23). */
export function passwordWords(
  acceptLanguage: string | undefined,
  profileLanguage: string | null,
  workspace: Workspace | undefined,
): { readonly language: string; readonly words: PasswordWords } {
  const wanted = [
    ...acceptedLanguages(acceptLanguage),
    ...(profileLanguage === null ? [] : [profileLanguage]),
    workspace?.settings.defaultLanguage ?? 'en',
  ]
  for (const tag of wanted) {
    const base = tag.split('-')[0]?.toLowerCase() ?? ''
    if (base === 'en' || base === 'cs' || base === 'de') return { language: base, words: words[base] }
  }
  return { language: 'en', words: words.en }
}

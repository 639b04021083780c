import { composeMail } from '../mail/compose-mail.ts'
import type { MailContent } from '../mail/mail.ts'
import { spokenLanguage } from '../texts/spoken-language.ts'

/** What we say ourselves in a share mail, by language; every language of a mail has all of it. */
const words = {
  en: {
    subject: (advocate: string, brand: string) => `${advocate || 'A friend'} recommends ${brand}`,
    button: 'Have a look',
    reason: (advocate: string, brand: string) =>
      `You get this mail because ${advocate || 'somebody'} entered your address at ${brand}.`,
    optOut: 'No more mails of this kind',
  },
  cs: {
    subject: (advocate: string, brand: string) =>
      advocate ? `${advocate} doporučuje ${brand}` : `Doporučení: ${brand}`,
    button: 'Podívat se',
    reason: (advocate: string, brand: string) =>
      `Tento e-mail jste dostali, protože vaši adresu na ${brand} zadal(a) ${advocate || 'někdo z vašich známých'}.`,
    optOut: 'Další takové e-maily už nechci',
  },
  de: {
    subject: (advocate: string, brand: string) =>
      advocate ? `${advocate} empfiehlt ${brand}` : `Eine Empfehlung: ${brand}`,
    button: 'Ansehen',
    reason: (advocate: string, brand: string) =>
      `Sie erhalten diese E-Mail, weil ${advocate || 'jemand'} Ihre Adresse bei ${brand} eingegeben hat.`,
    optOut: 'Keine weiteren E-Mails dieser Art',
  },
}

export interface ShareMail {
  readonly brand: string
  /** Wanted languages, best first; English where we speak none of them. */
  readonly languages: readonly string[]
  /** May be empty. */
  readonly advocateName: string
  /** Empty: one of ours. */
  readonly subject: string
  readonly message: string
  /** The share link as the advocate knows it, and the one that tells through which share somebody arrived. */
  readonly link: string
  readonly trackedLink: string
  readonly optOutPage: string
  /** Takes a POST without any page (RFC 8058). */
  readonly optOutCall: string
}

/** The mail of a share (E84): the link is added if the text lacks it, and there is always a way out. */
export function composeShareMail(mail: ShareMail): MailContent {
  const language = spokenLanguage(mail.languages, ['en', 'cs', 'de'])
  const { subject, button, reason, optOut } = words[language]
  const subjectLine = mail.subject || subject(mail.advocateName, mail.brand)
  const message = withTrackedLink(mail)
  const hasLink = message !== mail.message
  const bodies = composeMail({
    language,
    brand: mail.brand,
    subject: subjectLine,
    paragraphs: message === '' ? [] : message.split(/\n{2,}/),
    ...(!hasLink && { button: { label: button, url: mail.trackedLink } }),
    footer: [{ text: reason(mail.advocateName, mail.brand) }, { text: optOut, url: mail.optOutPage }],
  })
  return {
    brand: mail.brand,
    subject: subjectLine,
    ...bodies,
    heedsOptOuts: true,
    headers: {
      'List-Unsubscribe': `<${mail.optOutCall}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  }
}

/** A longer code that begins like this one is another link; a query that stands behind the link stays one. */
function withTrackedLink({ message, link, trackedLink }: ShareMail): string {
  const written = new RegExp(`${RegExp.escape(link)}(?![\\w-]|[./][\\w-])/?(\\?(?=\\S))?`, 'gi')
  return message.replace(written, (_whole, query?: string) => (query ? `${trackedLink}&` : trackedLink))
}

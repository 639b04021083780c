import nodemailer from 'nodemailer'

interface OutgoingMail {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: string
  /** The same in every attempt, so that a receiver can tell a repetition. */
  readonly messageId: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

/** `refused`: the receiver does not want it, and no repetition will change that; `later`: try again. */
export type MailResult = 'sent' | 'refused' | 'later'

export interface MailTransport extends AsyncDisposable {
  send(mail: OutgoingMail): Promise<MailResult>
}

const connectWithinMs = 10_000
const silentForMs = 30_000

/** Sends over SMTP: `smtp://` or `smtps://`, with user and password in the URL where the server wants them. */
export function openSmtpTransport(url: string): MailTransport {
  const transporter = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 5,
    connectionTimeout: connectWithinMs,
    greetingTimeout: connectWithinMs,
    socketTimeout: silentForMs,
    // Texts hold what customers wrote: nothing in them is fetched or read from this machine.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(mail) {
      try {
        await transporter.sendMail({ ...mail, headers: { ...mail.headers } })
        return 'sent'
      } catch (error) {
        return isRefusal(error) ? 'refused' : 'later'
      }
    },
    async [Symbol.asyncDispose]() {
      transporter.close()
    },
  }
}

/** A 5xx to the address or to the text. One to the login speaks of our settings, which somebody can mend. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  return (
    typeof responseCode === 'number' && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')
  )
}

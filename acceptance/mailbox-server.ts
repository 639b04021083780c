import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A mail as tests read it. */
export interface ReceivedMail {
  readonly from: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** By lower-case name; of a repeated one the first. */
  readonly headers: Readonly<Record<string, string>>
}

export interface MailboxServer extends AsyncDisposable {
  /** What the server under test is given as `TESSERA_SMTP_URL`. */
  readonly smtpUrl: string
  /** `GET ?to=<address>` answers the mails to this address as JSON, oldest first. */
  readonly mailboxUrl: string
}

const loopback = '127.0.0.1'

/** A mail server that takes any mail and keeps it. Tests run in processes of their own and ask for mails over HTTP. */
export async function openMailboxServer(): Promise<MailboxServer> {
  const mails = new Map<string, ReceivedMail[]>()
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const recipients = session.envelope.rcptTo.map(({ address }) => address.toLowerCase())
      receive(stream).then((mail) => {
        for (const recipient of recipients) mails.set(recipient, [...(mails.get(recipient) ?? []), mail])
        done()
      }, done)
    },
  })
  const http = createServer((request, response) => {
    const to = new URL(request.url ?? '/', `http://${loopback}`).searchParams.get('to') ?? ''
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(mails.get(to.toLowerCase()) ?? []))
  })
  smtp.listen(0, loopback)
  http.listen(0, loopback)
  await Promise.all([once(smtp.server, 'listening'), once(http, 'listening')])
  return {
    smtpUrl: `smtp://${loopback}:${portOf(smtp.server)}`,
    mailboxUrl: `http://${loopback}:${portOf(http)}`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await Promise.all([
        new Promise((resolve) => http.close(resolve)),
        new Promise((resolve) => smtp.close(() => resolve(undefined))),
      ])
    },
  }
}

async function receive(stream: AsyncIterable<Buffer>): Promise<ReceivedMail> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  const mail = await PostalMime.parse(Buffer.concat(parts))
  return {
    from: mail.from?.address ?? '',
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers: headersOf(mail),
  }
}

function headersOf(mail: Email): Readonly<Record<string, string>> {
  return Object.fromEntries(mail.headers.toReversed().map(({ key, value }) => [key, value]))
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

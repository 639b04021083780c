import { inject, it } from 'vitest'
import { jsonOf, send } from './client.ts'
import type { ReceivedMail } from './mailbox-server.ts'
import { until } from './until.ts'

/** A test that reads mails: skipped, and shown as skipped, where the target's mails cannot be read. */
export const itWithMails = it.skipIf(inject('mailboxUrl') === undefined)

/** All mails to this address so far, oldest first. */
export async function mailsTo(address: string): Promise<readonly ReceivedMail[]> {
  return jsonOf(await askFor(address)) as ReceivedMail[]
}

/** The first mail to this address, waited for. */
export async function mailTo(address: string): Promise<ReceivedMail> {
  const reply = await until(
    () => askFor(address),
    (answer) => (jsonOf(answer) as unknown[]).length > 0,
  )
  const [first] = jsonOf(reply) as ReceivedMail[]
  if (!first) throw new Error(`no mail to ${address}`)
  return first
}

function askFor(address: string) {
  const url = inject('mailboxUrl')
  if (url === undefined) throw new Error('mails of this target cannot be read: use itWithMails')
  return send(url, { method: 'GET', path: `/?to=${encodeURIComponent(address)}` })
}

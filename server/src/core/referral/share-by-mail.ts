import type { Connection } from '../../platform/postgres/database.ts'
import type { MailContent } from '../mail/mail.ts'
import { addressesWithoutShareMail } from '../mail/mail-opt-outs.ts'
import { queueMails } from '../mail/queue-mail.ts'
import { emailKey } from '../profiles/email.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { insertMailedShares, type NewShare, newShareNumbers } from './shares.ts'

/**
 * Makes a share for each recipient and queues its mail, in the caller's transaction (E84). Nothing is made for a
 * recipient who wants no share mails (S24).
 *
 * @param compose makes the mail of a share, by its number
 * @returns the share's number for each recipient, in the order given; undefined where the recipient wants none
 */
export async function shareByMail(
  connection: Connection,
  workspace: Workspace,
  share: NewShare,
  recipients: readonly string[],
  compose: (recipient: string, shareNumber: string) => MailContent,
): Promise<readonly (string | undefined)[]> {
  const without = await addressesWithoutShareMail(connection, workspace, recipients)
  const numbers = await newShareNumbers(connection, recipients.length)
  const shares = recipients.map((recipient, index) => ({
    recipient,
    number: without.has(emailKey(recipient)) ? undefined : numbers[index],
  }))
  const wanted = shares.flatMap(({ recipient, number }) =>
    number === undefined ? [] : { recipient, number },
  )
  const mails = await queueMails(
    connection,
    workspace.id,
    wanted.map(({ recipient, number }) => ({
      profileId: share.profileId,
      recipient,
      content: compose(recipient, number),
    })),
  )
  const made = wanted.map((one, index) => ({ ...one, mailNumber: mails[index] ?? '' }))
  await insertMailedShares(connection, workspace.id, share, made)
  return shares.map(({ number }) => number)
}

/** What became of a share's mail; undefined where the share has none. */
export async function findShareMailState(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<'waiting' | 'sent' | 'failed' | undefined> {
  const { rows } = await connection.query<{ state: 'waiting' | 'sent' | 'failed' }>({
    name: 'share-mail-state',
    text: `select case m.state when 'outbox' then 'sent' else m.state end as state
           from shares s join mails m on m.workspace_id = $1 and m.number = s.mail_number
           where s.workspace_id = $1 and s.number = $2`,
    values: [workspaceId, number],
  })
  return rows[0]?.state
}

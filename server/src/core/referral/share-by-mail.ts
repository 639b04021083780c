import type { Connection } from '../../platform/postgres/database.ts'
import type { MailContent } from '../mail/mail.ts'
import { mayGetShareMail } from '../mail/mail-opt-outs.ts'
import { queueMail } from '../mail/queue-mail.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { insertShare, type NewShare } from './shares.ts'

/**
 * Makes a share and queues its mail, in the caller's transaction (E84). Nothing is made for a recipient who wants no
 * share mails (S24).
 *
 * @param compose makes the mail of a share, by its number
 * @returns the share's number; undefined where the recipient wants none
 */
export async function shareByMail(
  connection: Connection,
  workspace: Workspace,
  share: NewShare & { readonly recipient: string },
  compose: (shareNumber: string) => MailContent,
): Promise<string | undefined> {
  if (!(await mayGetShareMail(connection, workspace, share.recipient))) return undefined
  const number = await insertShare(connection, workspace.id, share)
  const mail = await queueMail(connection, workspace.id, {
    recipient: share.recipient,
    content: compose(number),
  })
  await connection.query({
    name: 'share-has-mail',
    text: 'update shares set mail_number = $3 where workspace_id = $1 and number = $2',
    values: [workspace.id, number, mail],
  })
  return number
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

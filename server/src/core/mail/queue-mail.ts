import type { Connection } from '../../platform/postgres/database.ts'
import type { MailContent, MailState } from './mail.ts'

/** Told when a transaction that queued mails ends. */
export const mailsQueued = 'tessera_mails_queued'

/**
 * Queues a mail; it goes out when the connection's transaction is durable, and is repeated until it has gone.
 *
 * @returns its number
 */
export async function queueMail(
  connection: Connection,
  workspaceId: number,
  mail: { readonly recipient: string; readonly content: MailContent },
): Promise<string> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'queue-mail',
    text: `with told as (select pg_notify('${mailsQueued}', ''))
           insert into mails (workspace_id, recipient, content, state)
           select $1, $2, $3, 'waiting' from told returning number`,
    values: [workspaceId, mail.recipient, JSON.stringify(mail.content)],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new mail')
  return row.number
}

/** What became of a mail; undefined where there is none with this number. */
export async function findMailState(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<MailState | undefined> {
  const { rows } = await connection.query<{ state: MailState }>({
    name: 'find-mail-state',
    text: 'select state from mails where workspace_id = $1 and number = $2',
    values: [workspaceId, number],
  })
  return rows[0]?.state
}

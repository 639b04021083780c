import type { Connection } from '../../platform/postgres/database.ts'
import type { MailContent, MailState } from './mail.ts'

/** Told when a transaction that queued mails ends. */
export const mailsQueued = 'tessera_mails_queued'

export interface NewMail {
  /** Whom it is written for, or, if it goes to somebody else, whom it speaks of: it ends with them (S20). */
  readonly profileId: string
  readonly recipient: string
  readonly content: MailContent
}

/**
 * Queues mails; they go out when the connection's transaction is durable, and are repeated until they have gone.
 *
 * @returns their numbers, in the order given
 */
export async function queueMails(
  connection: Connection,
  workspaceId: number,
  mails: readonly NewMail[],
): Promise<readonly string[]> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'queue-mails',
    text: `with told as (select pg_notify('${mailsQueued}', '')),
           given as materialized (
             select n, random_number() as number, profile_id, recipient, content
             from unnest($2::uuid[], $3::text[], $4::jsonb[]) with ordinality as m (profile_id, recipient, content, n)
           ),
           queued as (
             insert into mails (workspace_id, number, profile_id, recipient, content, state)
             select $1, number, profile_id, recipient, content, 'waiting' from given, told
           )
           select number::text as number from given order by n`,
    values: [
      workspaceId,
      mails.map(({ profileId }) => profileId),
      mails.map(({ recipient }) => recipient),
      mails.map(({ content }) => JSON.stringify(content)),
    ],
  })
  return rows.map(({ number }) => number)
}

/** The same with one mail. */
export async function queueMail(connection: Connection, workspaceId: number, mail: NewMail): Promise<string> {
  const [number] = await queueMails(connection, workspaceId, [mail])
  if (number === undefined) throw new Error('the database gave no row for a new mail')
  return number
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

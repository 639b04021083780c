import type { Database } from '../../platform/postgres/database.ts'

/** For so long one can see what became of a mail, and without a transport read it. */
const keptDays = 30

/**
 * Drops mails that ended, sent, failed or left in the outbox, with the addresses and texts that they still have. Nothing
 * asks for them by then: pollings live for a day.
 */
export async function dropOldMails(database: Database): Promise<void> {
  await database.asOwner((connection) =>
    connection.query(`delete from mails where ended_at < now() - make_interval(days => ${keptDays})`),
  )
}

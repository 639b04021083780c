import type { Database } from '../../platform/postgres/database.ts'
import { creationsReachedHours } from './customer-token.ts'

/** Drops what no request can ask for any more: revoked tokens, and creations that are reached no longer. */
export async function dropRevokedTokens(database: Database): Promise<void> {
  await database.asOwner(async (connection) => {
    await connection.query(
      `delete from token_creations where created_at < now() - make_interval(hours => ${creationsReachedHours})`,
    )
    await connection.query(`delete from customer_tokens where revoked_at < now() - interval '1 day'`)
  })
}

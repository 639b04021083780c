import type { Database } from '../../platform/postgres/database.ts'
import { expiredTokensKeptHours } from './token-standing.ts'

/** Drops tokens that were deleted, or expired so long ago that nobody is told of it any more (E16). */
export async function dropOldTokens(database: Database): Promise<void> {
  await database.asOwner((connection) =>
    connection.query(
      `delete from access_tokens
       where deleted_at < now() - interval '1 day'
          or expires_at < now() - make_interval(hours => ${expiredTokensKeptHours})`,
    ),
  )
}

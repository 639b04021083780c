import type { Connection } from '../../platform/postgres/database.ts'
import { creationsReachedHours } from './customer-token.ts'

/**
 * Whether a token still stands for a customer, or goes on with the registration of one it made (L27). The profile is
 * locked until the transaction ends, so that a new password, which logs it out everywhere (L64), comes before or after:
 * who was logged out changes neither contacts nor password any more.
 */
export async function keepsStanding(
  connection: Connection,
  workspaceId: number,
  tokenId: string,
  profileId: string,
): Promise<boolean> {
  await connection.query({
    name: 'lock-standing',
    text: 'select from profiles where workspace_id = $1 and id = $2 for update',
    values: [workspaceId, profileId],
  })
  const { rowCount } = await connection.query({
    name: 'keep-standing',
    text: `select from customer_tokens t
           where t.workspace_id = $1 and t.id = $2 and t.revoked_at is null and (t.profile_id = $3
             or t.profile_id is null and exists (
               select from token_creations c
               where c.workspace_id = $1 and c.token_id = $2 and c.profile_id = $3
                 and c.created_at > now() - make_interval(hours => ${creationsReachedHours})
             ))`,
    values: [workspaceId, tokenId, profileId],
  })
  return rowCount === 1
}

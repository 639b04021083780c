import type { Connection } from '../../platform/postgres/database.ts'

/**
 * Locks all wallets of profiles, in the order in which everybody locks them, before anything of them moves or ends. A
 * statement of its own: the next one sees what was booked under locks that this one waited for.
 */
export async function lockWalletsOf(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<void> {
  await connection.query({
    name: 'lock-wallets',
    text: `select from points_wallets where workspace_id = $1 and profile_id = any ($2::uuid[])
           order by profile_id, point_type for update`,
    values: [workspaceId, profileIds],
  })
}

import type { Connection } from '../../platform/postgres/database.ts'

/** A merge may end between our look and our lock; more than two in a row do not happen. */
const mostLooks = 5

/**
 * Keeps a profile from being merged away until the transaction ends, and gives its id: the survivor's where it was
 * merged away before (S9); undefined where it ended.
 */
export async function lockSurvivor(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<string | undefined> {
  for (let looks = 0; looks < mostLooks; looks++) {
    const { rows } = await connection.query<{ id: string }>({
      name: 'lock-survivor',
      text: `select id from profiles where workspace_id = $1 and id = coalesce(
               (select survivor_id from merged_profiles where workspace_id = $1 and id = $2), $2)
             for key share`,
      values: [workspaceId, profileId],
    })
    if (rows[0]) return rows[0].id
  }
  return undefined
}

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
  return await lock(connection, workspaceId, profileId, 'key share')
}

/**
 * The same, and whoever else locks the profile alone waits until the transaction ends: what it decides by all that the
 * profile has stays so. Taken before any other lock.
 */
export async function lockAlone(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<string | undefined> {
  return await lock(connection, workspaceId, profileId, 'no key update')
}

/**
 * In a subselect of its own: row-level security lets no `coalesce` that stands bare in a condition near an index, since
 * it might tell of rows of others, and every profile of the workspace would be read.
 */
const survivor = `(select coalesce(
  (select survivor_id from merged_profiles where workspace_id = $1 and id = $2), $2))`

async function lock(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  strength: 'key share' | 'no key update',
): Promise<string | undefined> {
  for (let looks = 0; looks < mostLooks; looks++) {
    const { rows } = await connection.query<{ id: string }>({
      name: `lock-survivor-for-${strength.replaceAll(' ', '-')}`,
      text: `select id from profiles where workspace_id = $1 and id = ${survivor} for ${strength}`,
      values: [workspaceId, profileId],
    })
    if (rows[0]) return rows[0].id
  }
  return undefined
}

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
  return (await lock(connection, workspaceId, [profileId], 'key share')).get(profileId)
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
  return (await lockAllAlone(connection, workspaceId, [profileId])).get(profileId)
}

/** The same for many, in the order of their ids. @returns by the id that was asked for; who ended is left out */
export async function lockAllAlone(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return await lock(connection, workspaceId, profileIds, 'no key update')
}

async function lock(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
  strength: 'key share' | 'no key update',
): Promise<ReadonlyMap<string, string>> {
  const locked = new Map<string, string>()
  let missing = profileIds
  for (let looks = 0; looks < mostLooks && missing.length > 0; looks++) {
    const { rows } = await connection.query<{ asked: string; id: string }>({
      name: `lock-survivors-for-${strength.replaceAll(' ', '-')}`,
      text: statementFor(strength),
      values: [workspaceId, missing],
    })
    for (const { asked, id } of rows) locked.set(asked, id)
    missing = missing.filter((id) => !locked.has(id))
  }
  return locked
}

/**
 * Profile by profile: a set that is asked for in the order of the ids is answered by reading all profiles of the
 * workspace in that order.
 */
function statementFor(strength: string): string {
  return `
with given as materialized (
  select g.id as asked, coalesce(
    (select m.survivor_id from merged_profiles m where m.workspace_id = $1 and m.id = g.id), g.id
  ) as id
  from unnest($2::uuid[]) as g (id)
  order by id
)
select given.asked, locked.id
from given cross join lateral (
  select p.id from profiles p where p.workspace_id = $1 and p.id = given.id for ${strength}
) locked`
}

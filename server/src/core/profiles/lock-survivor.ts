import type { Connection } from '../../platform/postgres/database.ts'

/** A merge, or its undoing, may end between our look and our lock; more than two in a row do not happen. */
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
  return (await lockSurvivors(connection, workspaceId, [profileId])).get(profileId)
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

/**
 * What `lockSurvivor` does, for many, in the order of their ids.
 *
 * @returns by the id that was asked for; who ended is left out
 */
export async function lockSurvivors(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return await lock(connection, workspaceId, profileIds, 'key share')
}

/**
 * What `lockAlone` does, for many, in the order of their ids.
 *
 * @returns by the id that was asked for; who ended is left out
 */
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
    const merged = rows.filter(({ asked, id }) => asked !== id)
    const still = await stillMerged(connection, workspaceId, merged)
    for (const { asked, id } of rows) if (asked === id || still.has(asked)) locked.set(asked, id)
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

/**
 * Of profiles whose survivors are locked, those that are still merged into them: who waited for a merge to be undone has
 * locked the survivor, and the other one is somebody else again.
 */
export async function stillMerged(
  connection: Connection,
  workspaceId: number,
  merged: readonly { readonly asked: string; readonly id: string }[],
): Promise<ReadonlySet<string>> {
  if (merged.length === 0) return new Set()
  const { rows } = await connection.query<{ id: string }>({
    name: 'still-merged',
    text: `select s.id from unnest($2::uuid[], $3::uuid[]) as s (id, survivor_id)
           cross join lateral (
             select from merged_profiles m
             where m.workspace_id = $1 and m.id = s.id and m.survivor_id = s.survivor_id limit 1
           ) m`,
    values: [workspaceId, merged.map(({ asked }) => asked), merged.map(({ id }) => id)],
  })
  return new Set(rows.map(({ id }) => id))
}

/**
 * Locks profiles that are to be merged or erased, in the order of their ids. A statement of its own, before anything of
 * them moves or ends: the next one sees what was written under locks that this one waited for.
 *
 * @returns how many of them there are
 */
export async function lockToMerge(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<number> {
  const { rowCount } = await connection.query({
    name: 'lock-profiles-to-merge',
    text: `select from (select id from unnest($2::uuid[]) as n (id) group by id order by id offset 0) named
           cross join lateral (select from profiles p where p.workspace_id = $1 and p.id = named.id for update) p`,
    values: [workspaceId, profileIds],
  })
  return rowCount ?? 0
}

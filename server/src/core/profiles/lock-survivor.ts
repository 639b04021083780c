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
 * What `lockSurvivor` does, with any number of profiles and in the order of their ids.
 *
 * @returns by the id that was asked for; who ended is left out
 */
export async function lockSurvivors(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const locked = new Map<string, string>()
  for (let looks = 0; looks < mostLooks; looks++) {
    const missing = [...new Set(profileIds)].filter((id) => !locked.has(id))
    if (missing.length === 0) break
    const { rows } = await connection.query<{ asked: string; id: string }>({
      name: 'lock-survivors',
      text: `select given.asked, p.id from (
               select asked, coalesce(
                 (select survivor_id from merged_profiles where workspace_id = $1 and id = asked), asked
               ) as id
               from unnest($2::uuid[]) as asked order by id offset 0
             ) given
             cross join lateral (
               select id from profiles where workspace_id = $1 and id = given.id for key share
             ) p`,
      values: [workspaceId, missing],
    })
    const merged = rows.flatMap(({ asked, id }) => (asked === id ? [] : [[asked, id] as const]))
    if (merged.length > 0 && !(await areStill(connection, workspaceId, merged))) continue
    for (const { asked, id } of rows) locked.set(asked, id)
  }
  return locked
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
    const [locked] = rows
    if (!locked) continue
    const isStill =
      locked.id === profileId || (await areStill(connection, workspaceId, [[profileId, locked.id]]))
    if (isStill) return locked.id
  }
  return undefined
}

/**
 * Whether these survivors, which are locked, are so still: who waited for a merge to be undone has locked the one that is
 * somebody else again.
 */
async function areStill(
  connection: Connection,
  workspaceId: number,
  survivors: readonly (readonly [id: string, survivor: string])[],
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'are-still-survivors',
    text: `select from unnest($2::uuid[], $3::uuid[]) as s (id, survivor_id)
           cross join lateral (
             select from merged_profiles m
             where m.workspace_id = $1 and m.id = s.id and m.survivor_id = s.survivor_id limit 1
           ) m`,
    values: [workspaceId, survivors.map(([id]) => id), survivors.map(([, survivor]) => survivor)],
  })
  return rowCount === survivors.length
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

import type { Connection } from '../../platform/postgres/database.ts'
import type { SourcePair } from './source-record.ts'

/**
 * Those of the pairs that a profile has: whoever it is where there is an external id, the given one where there is
 * none (L78).
 */
export async function findHeldSources(
  connection: Connection,
  workspaceId: number,
  pairs: readonly SourcePair[],
  profileId: string | undefined,
): Promise<readonly (SourcePair & { readonly profileId: string })[]> {
  if (pairs.length === 0) return []
  const { rows } = await connection.query<SourcePair & { profileId: string }>({
    name: 'find-held-sources',
    text: `select r.source_id as "sourceId", r.external_id as "externalId", r.profile_id as "profileId"
           from unnest($2::text[], $3::text[]) as pair (source_id, external_id)
           join source_records r on r.workspace_id = $1 and r.source_id = pair.source_id
             and r.external_id = pair.external_id
           union all
           select r.source_id, null, r.profile_id
           from unnest($2::text[], $3::text[]) as pair (source_id, external_id)
           join source_records r on r.workspace_id = $1 and r.profile_id = $4
             and r.source_id = pair.source_id and r.external_id is null
           where pair.external_id is null`,
    values: [
      workspaceId,
      pairs.map(({ sourceId }) => sourceId),
      pairs.map(({ externalId }) => externalId),
      profileId ?? null,
    ],
  })
  return rows
}

/** The condition that a profile `p` comes from a source, for a list of profiles; `source` is SQL. */
export function comesFrom(source: string): string {
  return `p.id in (select r.profile_id from source_records r where r.workspace_id = $1 and r.source_id = ${source})`
}

/**
 * Selects the known profiles that come from a source, with `known_at`: found and in the order of a list in one index. A
 * profile has a record for each name that it has there.
 */
export function customersOf(source: string): string {
  return `select r.profile_id as id, r.known_at from source_records r
    where r.workspace_id = $1 and r.source_id = ${source} and r.known_at is not null
    group by r.known_at, r.profile_id`
}

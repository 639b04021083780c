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

/** The condition that a profile `p` comes from a source, for a list of profiles; `source` is a parameter. */
export function comesFrom(source: string): string {
  return `p.id in (select r.profile_id from source_records r where r.workspace_id = $1 and r.source_id = ${source})`
}

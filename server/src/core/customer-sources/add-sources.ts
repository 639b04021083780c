import type { Connection } from '../../platform/postgres/database.ts'
import type { Level } from '../identity/identifiers.ts'
import type { SourcePair } from './source-record.ts'

/**
 * Gives a profile the pairs that nobody has, in the caller's transaction; what it is called elsewhere names it from
 * now on (L61, README 4). A pair that another request takes at the same moment is waited for, and left out too. They are
 * made in the order in which they are given, whatever the order in which they are locked.
 *
 * @returns the records that were made
 */
export async function addSources(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  level: Level,
  pairs: readonly SourcePair[],
): Promise<readonly (SourcePair & { readonly number: string })[]> {
  if (pairs.length === 0) return []
  const { rows } = await connection.query<SourcePair & { number: string }>({
    name: 'add-sources',
    text: `with made as (
             insert into source_records (workspace_id, profile_id, source_id, external_id, created_at)
             select $1, $2, source_id, external_id, statement_timestamp() + position * interval '1 microsecond'
             from unnest($4::text[], $5::text[]) with ordinality as pair (source_id, external_id, position)
             order by source_id, external_id
             on conflict do nothing
             returning number, profile_id, source_id, external_id
           ),
           named as (
             insert into identifiers (workspace_id, kind, value, scope, level, profile_id)
             select $1, 'external_id', external_id, source_id, $3, profile_id
             from made where external_id is not null
             on conflict (workspace_id, kind, value, scope) do update
               set profile_id = excluded.profile_id, level = excluded.level
           )
           select number::text as number, source_id as "sourceId", external_id as "externalId" from made`,
    values: [
      workspaceId,
      profileId,
      level,
      pairs.map(({ sourceId }) => sourceId),
      pairs.map(({ externalId }) => externalId),
    ],
  })
  return rows
}

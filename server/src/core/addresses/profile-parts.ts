import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

const rows = rowsOfProfile('profile_addresses', { key: ['number'] })

/**
 * Addresses beside the person's own follow a merge, and end with their profile. One that was written over since stays
 * the survivor's when the merge is undone: it is where somebody else lives. The merged profile has it as it was.
 */
export const addressParts: readonly ProfilePart[] = [
  {
    ...rows,
    async move(connection, workspaceId, moves) {
      const { rows: moved } = await connection.query<{ from_id: string; moved: readonly string[] }>({
        name: 'move-addresses',
        text: `with held as materialized (
                 select move.from_id, move.into_id, a.number, to_jsonb(a)::text as kept
                 from unnest($2::uuid[], $3::uuid[]) as move (from_id, into_id)
                 join profile_addresses a on a.workspace_id = $1 and a.profile_id = move.from_id
               ),
               moved as (
                 update profile_addresses a set profile_id = held.into_id from held
                 where a.workspace_id = $1 and a.number = held.number
                 returning held.from_id, held.kept
               )
               select from_id, jsonb_agg(kept) as moved from moved group by from_id`,
        values: [workspaceId, moves.map(({ from }) => from), moves.map(({ into }) => into)],
      })
      return new Map(moved.map((row) => [row.from_id, row.moved]))
    },
    async moveBack(connection, workspaceId, move, journal) {
      const kept = journal as readonly (string | object)[]
      // Older journals hold the numbers alone.
      if (kept.some((row) => typeof row !== 'string')) {
        return await rows.moveBack(connection, workspaceId, move, journal)
      }
      await connection.query({
        name: 'move-addresses-back',
        text: `with held as materialized (
                 select k.*, row(a.type_id, a.address) = row(k.type_id, k.address) as is_unchanged
                 from jsonb_populate_recordset(null::profile_addresses, $4) k
                 join profile_addresses a on a.workspace_id = $1 and a.number = k.number and a.profile_id = $3
               ),
               back as (
                 update profile_addresses a set profile_id = $2 from held
                 where held.is_unchanged and a.workspace_id = $1 and a.number = held.number
               )
               insert into profile_addresses (workspace_id, profile_id, type_id, address, created_at, changed_at)
               select $1, $2, type_id, address, created_at, changed_at from held where not is_unchanged`,
        values: [workspaceId, move.from, move.into, `[${kept.join(',')}]`],
      })
    },
  },
]

import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

/** Which of a profile's records moved, and the one that was current. */
interface MovedRecords {
  readonly numbers: readonly string[]
  readonly current: string | null
}

/**
 * Statuses when profiles merge: the survivor keeps the one it has, and its points, which are both profiles' now, raise it
 * with the next movement; a survivor that never had a record takes over the other's. History moves along.
 */
export const statusParts: readonly ProfilePart[] = [
  {
    ...rowsOfProfile('status_records', { key: ['number'] }),
    async move(connection, workspaceId, moves) {
      const { rows } = await connection.query<{ from_id: string; numbers: string[]; current: string | null }>(
        {
          name: 'move-status-records',
          text: `with move as (select * from unnest($2::uuid[], $3::uuid[]) as m (from_id, into_id)),
               moved as (
                 update status_records s
                 set profile_id = move.into_id,
                   is_current = s.is_current and not exists (
                     select from status_records o
                     where o.workspace_id = $1 and o.profile_id = move.into_id and o.is_current
                   )
                 from move, status_records before
                 where s.workspace_id = $1 and s.profile_id = move.from_id
                   and before.workspace_id = $1 and before.number = s.number
                 returning move.from_id, s.number, before.is_current as was_current
               )
               select from_id, array_agg(number::text) as numbers,
                 min(number::text) filter (where was_current) as current
               from moved group by from_id`,
          values: [workspaceId, moves.map(({ from }) => from), moves.map(({ into }) => into)],
        },
      )
      return new Map(rows.map(({ from_id, numbers, current }) => [from_id, { numbers, current }]))
    },
    async moveBack(connection, workspaceId, { from, into }, moved) {
      const { numbers, current } = moved as MovedRecords
      await connection.query({
        name: 'move-status-records-back',
        text: `update status_records set profile_id = $2, is_current = (number = $5)
               where workspace_id = $1 and profile_id = $3 and number = any ($4)`,
        values: [workspaceId, from, into, numbers, current ?? 0],
      })
    },
  },
]

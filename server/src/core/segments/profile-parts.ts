import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

const memberships = rowsOfProfile('segment_memberships', { key: ['segment_id', 'by_rule'] })

/** Rows as JSON texts, as they were: those that gave way to the survivor's own, and those that are its now. */
interface Moved {
  readonly gone: readonly string[]
  readonly moved: readonly string[]
}

/**
 * Memberships: the survivor is in every segment that either was in (S19). What rules say of it then is evaluated anew,
 * as both profiles changed.
 */
const membershipsPart: ProfilePart = {
  ...memberships,
  async move(connection, workspaceId, moves) {
    const { rows } = await connection.query<{ from_id: string } & Moved>({
      text: moveStatement,
      values: [workspaceId, moves.map(({ from }) => from), moves.map(({ into }) => into)],
    })
    return new Map(rows.map(({ from_id, gone, moved }) => [from_id, { gone, moved } satisfies Moved]))
  },
  /** Who was put on a list again since the merge stays on it. */
  async moveBack(connection, workspaceId, { from, into }, journal) {
    const { gone, moved } = journal as Moved
    await connection.query({
      name: 'move-memberships-back',
      text: `with was as materialized (select * from jsonb_populate_recordset(null::segment_memberships, $4)),
             kept as materialized (
               select was.* from was join segment_memberships m
                 on m.workspace_id = $1 and m.segment_id = was.segment_id and m.by_rule = was.by_rule
                 and m.profile_id = $3 and m.entered_at = was.entered_at
             ),
             without as (
               delete from segment_memberships m using was
               where m.workspace_id = $1 and m.segment_id = was.segment_id and m.by_rule = was.by_rule
                 and m.profile_id = $3 and m.entered_at = was.entered_at and m.updated_at = was.updated_at
             )
             insert into segment_memberships
             select $1::integer, segment_id, by_rule, $2::uuid, entered_at, updated_at from kept
             union all
             select $1::integer, segment_id, by_rule, $2::uuid, entered_at, updated_at
             from jsonb_populate_recordset(null::segment_memberships, $5)`,
      values: [workspaceId, from, into, jsonArray(moved), jsonArray(gone)],
    })
  },
}

/**
 * Of several who bring the same membership to a survivor that has none, the one who entered first gives it. Run it
 * unnamed: a plan kept from when the table was small would read all of it.
 */
const moveStatement = `
with move as (select * from unnest($2::uuid[], $3::uuid[]) as m (from_id, into_id)),
brought as materialized (
  select move.into_id, m.*, row_number() over (
    partition by move.into_id, m.segment_id, m.by_rule order by m.entered_at, m.profile_id
  ) = 1 and not exists (
    select from segment_memberships o
    where o.workspace_id = $1 and o.segment_id = m.segment_id and o.by_rule = m.by_rule
      and o.profile_id = move.into_id
  ) as moves
  from move
  cross join lateral (
    select * from segment_memberships where workspace_id = $1 and profile_id = move.from_id offset 0
  ) m
),
gone as (
  delete from segment_memberships m using brought b
  where m.workspace_id = $1 and m.segment_id = b.segment_id and m.by_rule = b.by_rule
    and m.profile_id = b.profile_id and not b.moves
),
moved as (
  update segment_memberships m set profile_id = b.into_id from brought b
  where m.workspace_id = $1 and m.segment_id = b.segment_id and m.by_rule = b.by_rule
    and m.profile_id = b.profile_id and b.moves
)
select profile_id as from_id,
  coalesce(array_agg(row) filter (where not moves), '{}') as gone,
  coalesce(array_agg(row) filter (where moves), '{}') as moved
from (
  select profile_id, moves, jsonb_build_object('segment_id', segment_id, 'by_rule', by_rule,
    'entered_at', entered_at, 'updated_at', updated_at)::text as row
  from brought
) b group by profile_id`

function jsonArray(texts: readonly string[]): string {
  return `[${texts.join(',')}]`
}

/** Dues are made anew for both sides of a merge, and end with a profile. */
const dues: ProfilePart = {
  ...rowsOfProfile('segment_dues', { key: ['profile_id'] }),
  move: async () => new Map(),
  moveBack: async () => {},
}

/** What segments keep of a profile. */
export const segmentParts: readonly ProfilePart[] = [membershipsPart, dues]

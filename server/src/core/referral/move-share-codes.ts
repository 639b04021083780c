import type { ProfilePart } from '../profiles/profile-part.ts'
import { letBestCount } from './move-attributions.ts'

/**
 * Share codes of a profile. One whose key is taken at the survivor keeps its code, and takes it as key (E26); where even
 * that is the key of another one, its number tells them apart.
 */
export const shareCodesPart: ProfilePart = {
  name: 'share_codes',
  async move(connection, workspaceId, moves) {
    const { rows } = await connection.query<{ from_id: string; moved: unknown }>({
      name: 'move-share-codes',
      text: moveStatement,
      values: [workspaceId, moves.map(({ from }) => from), moves.map(({ into }) => into)],
    })
    return new Map(rows.map((row) => [row.from_id, row.moved]))
  },
  async moveBack(connection, workspaceId, { from, into }, moved) {
    await connection.query({
      name: 'move-share-codes-back',
      text: moveBackStatement,
      values: [workspaceId, from, into, JSON.stringify(moved)],
    })
    // Who was merged into an advocate that they came to since had brought themselves, and has not any more.
    await letBestCount(connection, workspaceId, [from, into])
  },
  async erase(connection, workspaceId, profileIds) {
    await connection.query({
      name: 'erase-share-codes',
      text: 'delete from share_codes where workspace_id = $1 and profile_id = any ($2)',
      values: [workspaceId, profileIds],
    })
  },
}

/**
 * Two that come to one survivor with one key are told apart as well: the older one keeps the key. Numbers are told
 * as text: as JSON numbers they would lose their last digits here.
 */
const moveStatement = `
with coming as materialized (
  select s.number, s.key, s.code, m.from_id, m.into_id,
    row_number() over (partition by m.into_id, s.key order by s.created_at, s.number) as n
  from unnest($2::uuid[], $3::uuid[]) as m (from_id, into_id)
  join share_codes s on s.workspace_id = $1 and s.profile_id = m.from_id
),
keyed as materialized (
  select c.*, case when n = 1 and not exists (
      select from share_codes o where o.workspace_id = $1 and o.profile_id = c.into_id and o.key = c.key
    ) then c.key
    when not exists (
      select from share_codes o where o.workspace_id = $1 and o.profile_id = c.into_id and o.key = c.code
    ) and not exists (select from coming d where d.into_id = c.into_id and d.key = c.code)
    then c.code else c.code || '/' || c.number end as new_key
  from coming c
),
moved as (
  update share_codes s set profile_id = keyed.into_id, key = keyed.new_key
  from keyed where s.workspace_id = $1 and s.number = keyed.number
)
select from_id, jsonb_agg(jsonb_build_object('number', number::text, 'key', key, 'new_key', new_key)) as moved
from keyed group by from_id`

/**
 * A key that was changed since is kept. Who arrived since by one of the codes was brought by whoever has it: those who
 * came before are journalled with the attributions.
 */
const moveBackStatement = `
with moved as materialized (
  select s.number, s.key = m.new_key as is_same, s.key as present, m.key
  from jsonb_to_recordset($4) as m (number bigint, key text, new_key text)
  join share_codes s on s.workspace_id = $1 and s.number = m.number and s.profile_id = $3
),
brought as (
  update attributions a set advocate_id = $2 from moved
  where a.workspace_id = $1 and a.advocate_id = $3 and a.share_code_number = moved.number
)
update share_codes s
set profile_id = $2, key = case
  when is_same and not exists (
    select from moved o where not o.is_same and o.present = moved.key
  ) then moved.key else s.key end
from moved where s.workspace_id = $1 and s.number = moved.number`

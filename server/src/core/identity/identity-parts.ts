import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

const bindingRows = rowsOfProfile('device_bindings', { key: ['id'] })

/** Devices, past bindings too: who was ever bound to a profile was ever bound to its survivor. */
const bindings: ProfilePart = {
  ...bindingRows,
  async erase(connection, workspaceId, profileIds) {
    await connection.query({
      name: 'erase-devices',
      text: eraseDevices,
      values: [workspaceId, profileIds],
    })
  },
  /** Trust is not inherited (S16): who had not proved what it happened by is identified only. */
  async standingChanged(connection, workspaceId, changes) {
    await connection.query({
      name: 'end-verification',
      text: endVerification,
      values: [workspaceId, JSON.stringify(changes), changes.map(({ profileId }) => profileId)],
    })
  },
}

/**
 * A token is verified for a binding of its own device, and by that it is found; the arrays keep the planner from reading all
 * tokens of the workspace, as it does where it guesses that a hundred profiles may come.
 */
const endVerification = `
update access_tokens t set verified_binding_id = null
from jsonb_to_recordset($2) as change ("profileId" uuid, by text[])
join device_bindings b
  on b.workspace_id = $1 and b.profile_id = any ($3::uuid[]) and b.profile_id = change."profileId"
where t.workspace_id = $1 and t.device_id = any (array(
    select device_id from device_bindings where workspace_id = $1 and profile_id = any ($3::uuid[])
  ))
  and t.device_id = b.device_id and t.verified_binding_id = b.id and not t.proved && change.by`

/** The tokens of a device go with the profile it stands for (S20); a device that went on to another one stays. */
const eraseDevices = `
with ended as materialized (
  select b.id, b.device_id, d.binding_id is not distinct from b.id as is_present
  from device_bindings b left join devices d on d.workspace_id = $1 and d.id = b.device_id
  where b.workspace_id = $1 and b.profile_id = any ($2)
),
without_bindings as (
  delete from device_bindings b using ended where b.workspace_id = $1 and b.id = ended.id
),
without_parameters as (
  delete from device_parameters p using ended where p.workspace_id = $1 and p.binding_id = ended.id
),
without_tokens as (
  delete from access_tokens t using ended
  where ended.is_present and t.workspace_id = $1 and t.device_id = ended.device_id
)
delete from devices d using ended
where ended.is_present and d.workspace_id = $1 and d.id = ended.device_id`

interface StoredParameter {
  readonly name: string
  readonly visibility: string
  readonly value: unknown
}

/** A name that the survivor has as well keeps the survivor's value; the other one is kept in the journal. */
const parameters: ProfilePart = {
  name: 'profile_parameters',
  async move(connection, workspaceId, moves) {
    const { rows } = await connection.query<{ from_id: string; moved: string[]; dropped: StoredParameter[] }>(
      {
        name: 'move-parameters',
        text: `with move as (select * from unnest($2::uuid[], $3::uuid[]) as m (from_id, into_id)),
             moved as (
               update profile_parameters t set profile_id = move.into_id from move
               where t.workspace_id = $1 and t.profile_id = move.from_id and not exists (
                 select from profile_parameters o
                 where o.workspace_id = $1 and o.profile_id = move.into_id and o.name = t.name
               )
               returning move.from_id, t.name
             ),
             dropped as (
               delete from profile_parameters t using move
               where t.workspace_id = $1 and t.profile_id = move.from_id and exists (
                 select from profile_parameters o
                 where o.workspace_id = $1 and o.profile_id = move.into_id and o.name = t.name
               )
               returning move.from_id, t.name, t.visibility, t.value
             )
             select from_id,
               coalesce((select jsonb_agg(name) from moved where moved.from_id = move.from_id), '[]') as moved,
               coalesce((select jsonb_agg(jsonb_build_object('name', name, 'visibility', visibility, 'value', value))
                         from dropped where dropped.from_id = move.from_id), '[]') as dropped
             from move`,
        values: [workspaceId, moves.map(({ from }) => from), moves.map(({ into }) => into)],
      },
    )
    return new Map(
      rows.flatMap(({ from_id, moved, dropped }) =>
        moved.length + dropped.length > 0 ? [[from_id, { moved, dropped }] as const] : [],
      ),
    )
  },
  async moveBack(connection, workspaceId, { from, into }, journal) {
    const { moved, dropped } = journal as { moved: string[]; dropped: StoredParameter[] }
    await connection.query({
      name: 'move-parameters-back',
      text: `with back as (
               update profile_parameters set profile_id = $2
               where workspace_id = $1 and profile_id = $3 and name = any ($4)
             )
             insert into profile_parameters (workspace_id, profile_id, name, visibility, value)
             select $1, $2, name, visibility, value
             from jsonb_to_recordset($5) as d (name text, visibility text, value jsonb)`,
      values: [workspaceId, from, into, moved, JSON.stringify(dropped)],
    })
  },
  async erase(connection, workspaceId, profileIds) {
    await connection.query({
      name: 'erase-parameters',
      text: 'delete from profile_parameters where workspace_id = $1 and profile_id = any ($2)',
      values: [workspaceId, profileIds],
    })
  },
}

/** The journal holds what the merged profile was, so it ends with the survivor. */
const journal: ProfilePart = {
  name: 'profile_merges',
  move: async () => new Map(),
  moveBack: async () => {},
  async erase(connection, workspaceId, profileIds) {
    await connection.query({
      name: 'erase-merges',
      text: `delete from profile_merges
             where workspace_id = $1 and (into_id = any ($2) or from_id = any ($2))`,
      values: [workspaceId, profileIds],
    })
  },
}

const verifications = rowsOfProfile('email_verifications', { key: ['id'] })

/** What identity keeps of a profile beside its identifiers. */
export const identityParts: readonly ProfilePart[] = [bindings, parameters, journal, verifications]

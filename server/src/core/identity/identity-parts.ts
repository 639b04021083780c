import { oneRowOfEach } from '../profiles/one-row-of-each.ts'
import { type ErasedIdentifier, type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

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
  /** A device that named itself by what is `from`'s stands for `from`; and who proved nothing of either's is identified. */
  async parted(connection, workspaceId, { from, into, mergedAt }) {
    await connection.query({
      name: 'part-devices',
      text: partDevices,
      values: [workspaceId, from, into, mergedAt],
    })
    await connection.query({
      name: 'end-verification-of-parted',
      text: endVerificationOfParted,
      values: [workspaceId, [from, into]],
    })
  },
}

const isNamedBy = (profile: string) => `exists (
  select from identifiers i
  where i.workspace_id = $1 and i.profile_id = ${profile} and (
    i.kind = 'email' and i.value = b.given_email
    or i.kind in ('customer_id', 'partner_user_id') and i.value = b.given_partner_user_id
  )
)`

const partDevices = `
update device_bindings b set profile_id = $2
where b.workspace_id = $1 and b.profile_id = $3 and b.bound_at >= $4
  and ${isNamedBy('$2')} and not ${isNamedBy('$3')}`

const endVerificationOfParted = `
update access_tokens t set verified_binding_id = null
from device_bindings b
where b.workspace_id = $1 and b.profile_id = any ($2::uuid[])
  and t.workspace_id = $1 and t.device_id = any (array(
    select device_id from device_bindings where workspace_id = $1 and profile_id = any ($2::uuid[])
  ))
  and t.device_id = b.device_id and t.verified_binding_id = b.id and not exists (
    select from identifiers i
    where i.workspace_id = $1 and i.profile_id = b.profile_id and i.kind || ':' || i.value = any (t.proved)
  )`

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

/**
 * The tokens of a device go with the profile it stands for (S20); a device that went on to another one stays, without
 * what it once proved.
 */
const eraseDevices = `
with ended as materialized (
  select b.id, b.device_id, d.binding_id as present_id, d.binding_id is not distinct from b.id as is_present
  from device_bindings b left join devices d on d.workspace_id = $1 and d.id = b.device_id
  where b.workspace_id = $1 and b.profile_id = any ($2)
),
without_bindings as (
  delete from device_bindings b using ended where b.workspace_id = $1 and b.id = ended.id
),
without_parameters as (
  delete from device_parameters p using ended where p.workspace_id = $1 and p.binding_id = ended.id
),
without_proofs as (
  update access_tokens t set verified_binding_id = null, proved = '{}' from ended
  where t.workspace_id = $1 and t.device_id = ended.device_id
    and t.verified_binding_id is distinct from ended.present_id
    and not exists (select from ended e where e.device_id = ended.device_id and e.is_present)
),
without_tokens as (
  delete from access_tokens t using ended
  where ended.is_present and t.workspace_id = $1 and t.device_id = ended.device_id
)
delete from devices d using ended
where ended.is_present and d.workspace_id = $1 and d.id = ended.device_id`

/** A name that the survivor has as well keeps the survivor's value. */
const parameters = oneRowOfEach('profile_parameters', { key: ['name'], of: ['name'] })

/** The journal holds what the merged profile was, so it ends with the survivor. */
const journal: ProfilePart = {
  name: 'profile_merges',
  move: async () => new Map(),
  moveBack: async () => {},
  /** Those that merges brought, or set free. */
  async formerIdentifiers(connection, workspaceId, profileIds) {
    const { rows } = await connection.query<ErasedIdentifier>({
      name: 'former-identifiers',
      text: `select i.kind, i.value from profile_merges m
             cross join jsonb_to_recordset(m.moved -> 'identifiers') as i (kind text, value text)
             where m.workspace_id = $1 and m.into_id = any ($2) and m.undone_at is null`,
      values: [workspaceId, profileIds],
    })
    return rows
  },
  /** What a merge moved that was undone may be of somebody who was merged into one of the two then. */
  async erase(connection, workspaceId, profileIds) {
    await connection.query({
      name: 'erase-merges',
      text: `delete from profile_merges
             where workspace_id = $1 and (into_id = any ($2::uuid[]) or from_id = any ($2::uuid[]))`,
      values: [workspaceId, profileIds],
    })
    await connection.query({
      name: 'erase-undone-merges',
      text: `delete from profile_merges
             where workspace_id = $1 and undone_at is not null and moved -> 'older_merges' ?| $2::text[]`,
      values: [workspaceId, profileIds],
    })
  },
}

const verifications: ProfilePart = {
  ...rowsOfProfile('email_verifications', { key: ['id'] }),
  /** A link that went to the other one's address verifies nobody any more. */
  async parted(connection, workspaceId, { from, into }) {
    await connection.query({
      name: 'end-verifications-of-parted',
      text: `delete from email_verifications v using identifiers i
             where v.workspace_id = $1 and v.profile_id = $3
               and i.workspace_id = $1 and i.profile_id = $2 and i.kind = 'email' and i.value = v.email`,
      values: [workspaceId, from, into],
    })
  },
}

/** What identity keeps of a profile beside its identifiers. */
export const identityParts: readonly ProfilePart[] = [bindings, parameters, journal, verifications]

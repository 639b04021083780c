import type { Connection } from '../../platform/postgres/database.ts'

/** A value somebody keeps with their profile: `public` ones are shown to others, `private` ones are not (E36). */
export interface Parameter {
  readonly name: string
  readonly visibility: 'public' | 'private'
  readonly value: unknown
}

const tables = {
  profile: 'profile_parameters where workspace_id = $1 and profile_id = $2',
  binding: 'device_parameters where workspace_id = $1 and binding_id = $2',
} as const

/** The parameters of a profile, or those that a device gave itself since this binding of it began, by name. */
export async function readParameters(
  connection: Connection,
  workspaceId: number,
  of: keyof typeof tables,
  id: string,
): Promise<readonly Parameter[]> {
  const { rows } = await connection.query<Parameter>({
    name: `read-parameters-of-${of}`,
    text: `select name, visibility, value from ${tables[of]} order by name`,
    values: [workspaceId, id],
  })
  return rows
}

/**
 * Writes parameters of a profile; a value of null removes the name, others stay (E61). Without `visibility` a name
 * keeps the one it has, and is private if it is new.
 */
export async function writeParameters(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  values: Readonly<Record<string, unknown>>,
  visibility?: Parameter['visibility'],
): Promise<void> {
  const written = Object.entries(values).map(([name, value]) => ({ name, value: value ?? null }))
  await connection.query({
    name: 'write-parameters',
    text: `with given as materialized (
             select name, value from jsonb_to_recordset($3) as g (name text, value jsonb)
           ),
           removed as (
             delete from profile_parameters p using given
             where p.workspace_id = $1 and p.profile_id = $2 and p.name = given.name
               and coalesce(given.value, 'null') = 'null'
           )
           insert into profile_parameters as p (workspace_id, profile_id, name, visibility, value)
           select $1, $2, name, coalesce($4::text, 'private'), value from given
           where coalesce(value, 'null') <> 'null'
           on conflict (workspace_id, profile_id, name) do update
             set value = excluded.value, visibility = coalesce($4::text, p.visibility)`,
    values: [workspaceId, profileId, JSON.stringify(written), visibility ?? null],
  })
}

/** What an anonymous profile holds becomes its device's own, on the profile or no longer on it (E26). */
export async function copyParametersToDevice(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  bindingId: string,
  options: { readonly keep: boolean },
): Promise<void> {
  await connection.query({
    name: 'copy-parameters-to-device',
    text: `insert into device_parameters (workspace_id, binding_id, name, visibility, value)
           select $1, $3, name, visibility, value from profile_parameters
           where workspace_id = $1 and profile_id = $2
           on conflict (workspace_id, binding_id, name) do update
             set visibility = excluded.visibility, value = excluded.value`,
    values: [workspaceId, profileId, bindingId],
  })
  if (options.keep) return
  await connection.query({
    name: 'drop-parameters',
    text: 'delete from profile_parameters where workspace_id = $1 and profile_id = $2',
    values: [workspaceId, profileId],
  })
}

/** E38: a device's own parameters fill gaps of the profile that it has proved to be, and are dropped otherwise. */
export async function fillParametersFromDevice(
  connection: Connection,
  workspaceId: number,
  bindingId: string,
  profileId: string,
): Promise<void> {
  await connection.query({
    name: 'fill-parameters-from-device',
    text: `with own as (
             delete from device_parameters where workspace_id = $1 and binding_id = $2
             returning name, visibility, value
           )
           insert into profile_parameters (workspace_id, profile_id, name, visibility, value)
           select $1, $3, name, visibility, value from own
           on conflict do nothing`,
    values: [workspaceId, bindingId, profileId],
  })
}

import type { Connection } from '../../platform/postgres/database.ts'
import type { PersonFields } from './person-fields.ts'

/** Whose a device is now, and what it gave itself since. */
export interface DeviceBinding {
  readonly id: string
  readonly profileId: string
  readonly isBound: boolean
  readonly givenEmail: string | null
  readonly givenPartnerUserId: string | null
  readonly ownFields: PersonFields
}

const columns = `b.id, b.profile_id as "profileId", b.bound_at is not null as "isBound", b.given_email as "givenEmail",
  b.given_partner_user_id as "givenPartnerUserId", b.own_fields as "ownFields"`

/** The device's present binding. With the device's row lock, which makes the calls of one device take turns. */
export async function lockBinding(
  connection: Connection,
  workspaceId: number,
  deviceId: string,
): Promise<DeviceBinding | undefined> {
  await connection.query({
    name: 'lock-device',
    text: 'select from devices where workspace_id = $1 and id = $2 for update',
    values: [workspaceId, deviceId],
  })
  const { rows } = await connection.query<DeviceBinding>({
    name: 'present-binding',
    text: `select ${columns} from devices d
           join device_bindings b on b.workspace_id = $1 and b.id = d.binding_id
           where d.workspace_id = $1 and d.id = $2`,
    values: [workspaceId, deviceId],
  })
  return rows[0]
}

export async function readBinding(
  connection: Connection,
  workspaceId: number,
  bindingId: string,
): Promise<DeviceBinding | undefined> {
  const { rows } = await connection.query<DeviceBinding>({
    name: 'read-binding',
    text: `select ${columns} from device_bindings b where b.workspace_id = $1 and b.id = $2`,
    values: [workspaceId, bindingId],
  })
  return rows[0]
}

/** Notes that the binding is one to a known profile, and what the device gave. Names given later go over earlier ones. */
export async function noteGiven(
  connection: Connection,
  workspaceId: number,
  bindingId: string,
  given: {
    readonly email?: string | undefined
    readonly partnerUserId?: string | undefined
    readonly fields: PersonFields
  },
): Promise<void> {
  await connection.query({
    name: 'note-given',
    text: `update device_bindings
           set bound_at = coalesce(bound_at, now()), given_email = coalesce($3, given_email),
             given_partner_user_id = coalesce($4, given_partner_user_id), own_fields = own_fields || $5
           where workspace_id = $1 and id = $2`,
    values: [
      workspaceId,
      bindingId,
      given.email ?? null,
      given.partnerUserId ?? null,
      JSON.stringify(given.fields),
    ],
  })
}

/** Begins a new binding of the device; what hung on the former one stays there, unreadable under this one (E32). */
export async function rebind(
  connection: Connection,
  workspaceId: number,
  deviceId: string,
  profileId: string,
): Promise<string> {
  const { rows } = await connection.query<{ binding_id: string }>({
    name: 'rebind-device',
    text: `with begun as (
             insert into device_bindings (workspace_id, device_id, profile_id, started_at, bound_at)
             values ($1, $2, $3, clock_timestamp(), now()) returning id
           )
           update devices set binding_id = begun.id from begun
           where workspace_id = $1 and devices.id = $2 returning binding_id`,
    values: [workspaceId, deviceId, profileId],
  })
  const [row] = rows
  if (!row) throw new Error('the device is gone')
  return row.binding_id
}

import type { Connection } from '../../platform/postgres/database.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'
import type { Address } from '../standard-fields/standard-fields.ts'

/** What is said of an address that a profile has beside the person's own. */
export interface AddressEntry {
  readonly typeId: string
  readonly address: Address
}

export interface ProfileAddress extends AddressEntry {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly changedAt: Date
}

/** All conditions hold. */
export interface AddressFilter {
  readonly profileId: string
  readonly typeId?: string | undefined
  readonly number?: string | undefined
}

export type AddressOrder = 'number' | 'typeId' | 'changedAt'

export async function listAddresses(
  connection: Connection,
  workspaceId: number,
  { profileId, typeId, number }: AddressFilter,
  request: ListRequest<AddressOrder>,
): Promise<ListPage<ProfileAddress>> {
  return await readPage<ProfileAddress, AddressOrder>(
    connection,
    {
      columns: 'a.number::text as number, a.type_id as "typeId", a.address, a.changed_at as "changedAt"',
      from: 'profile_addresses a',
      where: `a.workspace_id = $1 and a.profile_id = $2 and ($3::text is null or a.type_id = $3)
        and ($4::bigint is null or a.number = $4)`,
      values: [workspaceId, profileId, typeId ?? null, number ?? null],
      orders: { number: 'a.number', typeId: 'a.type_id', changedAt: 'a.changed_at' },
      creation: 'a.created_at, a.number',
    },
    request,
  )
}

/** @returns the number of the new one */
export async function addAddress(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  { typeId, address }: AddressEntry,
): Promise<string> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'add-address',
    text: `insert into profile_addresses (workspace_id, profile_id, type_id, address) values ($1, $2, $3, $4)
           returning number::text as number`,
    values: [workspaceId, profileId, typeId, JSON.stringify(address)],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new address')
  return row.number
}

export async function replaceAddress(
  connection: Connection,
  workspaceId: number,
  number: string,
  { typeId, address }: AddressEntry,
): Promise<void> {
  await connection.query({
    name: 'replace-address',
    text: `update profile_addresses set type_id = $3, address = $4, changed_at = clock_timestamp()
           where workspace_id = $1 and number = $2`,
    values: [workspaceId, number, typeId, JSON.stringify(address)],
  })
}

import type { Connection } from '../../platform/postgres/database.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'

/** That a profile is interested in something; once for each interest (L77). */
export interface InterestRecord {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly interestId: string
  readonly changedAt: Date
}

export type InterestOrder = 'number' | 'interestId' | 'same' | 'changedAt'

export async function listInterestRecords(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  request: ListRequest<InterestOrder>,
): Promise<ListPage<InterestRecord>> {
  return await readPage<InterestRecord, InterestOrder>(
    connection,
    {
      columns: `r.number::text as number, r.interest_id as "interestId", r.changed_at as "changedAt"`,
      from: 'interest_records r',
      where: 'r.workspace_id = $1 and r.profile_id = $2',
      values: [workspaceId, profileId],
      orders: {
        number: 'r.number',
        interestId: 'r.interest_id',
        same: 'null::integer',
        changedAt: 'r.changed_at',
      },
      creation: 'r.created_at, r.number',
    },
    request,
  )
}

/** Whether the profile has a record of this number. */
export async function hasInterestRecord(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  number: string,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'has-interest-record',
    text: 'select from interest_records where workspace_id = $1 and number = $2 and profile_id = $3',
    values: [workspaceId, number, profileId],
  })
  return rowCount === 1
}

/** @returns the record's number; undefined: the profile has one of this interest */
export async function addInterest(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  interestId: string,
): Promise<string | undefined> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'add-interest',
    text: `insert into interest_records (workspace_id, profile_id, interest_id) values ($1, $2, $3)
           on conflict (workspace_id, profile_id, interest_id) do nothing
           returning number::text as number`,
    values: [workspaceId, profileId, interestId],
  })
  return rows[0]?.number
}

/** Makes a record one of another interest. @returns false: the profile has one of it already */
export async function changeInterest(
  connection: Connection,
  workspaceId: number,
  number: string,
  interestId: string,
): Promise<boolean> {
  const { rows } = await connection.query<{ is_taken: boolean }>({
    name: 'change-interest',
    text: `with record as (
             select r.profile_id, exists (
               select from interest_records o
               where o.workspace_id = $1 and o.profile_id = r.profile_id and o.interest_id = $3 and o.number <> $2
             ) as is_taken
             from interest_records r where r.workspace_id = $1 and r.number = $2
           ),
           changed as (
             update interest_records r set interest_id = $3, changed_at = clock_timestamp()
             from record where r.workspace_id = $1 and r.number = $2 and not record.is_taken
           )
           select is_taken from record`,
    values: [workspaceId, number, interestId],
  })
  return rows[0]?.is_taken !== true
}

export async function removeInterest(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<void> {
  await connection.query({
    name: 'remove-interest',
    text: 'delete from interest_records where workspace_id = $1 and number = $2',
    values: [workspaceId, number],
  })
}

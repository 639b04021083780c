import { retried } from '../../../core/identity/retried.ts'
import {
  addInterest,
  changeInterest,
  hasInterestRecord,
  type InterestOrder,
  listInterestRecords,
  removeInterest,
} from '../../../core/interests/interest-records.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { refuse } from '../errors/carecloud-error.ts'
import type { SortFields } from '../lists/list-query.ts'
import type { CustomerRef } from '../reach.ts'
import { type Route, route } from '../route.ts'
import { shownInterestRecord } from '../schemas/customers.ts'
import { Issued } from '../schemas/values.ts'
import { customerId } from '../values/customer-id.ts'
import { object, required } from '../values/reader.ts'
import { isRecordNumber } from '../values/record-number.ts'
import { definedIn } from '../values/references.ts'
import { presentTime } from '../values/times.ts'
import { writeRecords } from './write-records.ts'

const interestRecord = required(
  object({
    interest_id: required(definedIn(({ loyalty }) => loyalty.interests)),
    customer_id: customerId({ ofPath: true }),
  }),
)

/** Fields by which they are sorted (L38); all are of one customer. */
const interestOrders: SortFields<InterestOrder> = {
  interest_record_id: 'number',
  interest_id: 'interestId',
  customer_id: 'same',
  last_change: 'changedAt',
}

/** Interests of a customer (9.3, L75, L77). */
export function interestRecordRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const { database } = dependencies
  return [
    route({
      method: 'GET',
      path: '/customers/:customer_id/interest-records',
      interfaces: 'both',
      summary: 'List the interests of the customer',
      answers: 'list',
      shows: shownInterestRecord,
      sortBy: interestOrders,
      async handle({ workspace, customer, list }) {
        const { items, total } = await database.inWorkspace(workspace.id, (connection) =>
          listInterestRecords(connection, workspace.id, customer.profileId, list),
        )
        return {
          items: items.map((record) => ({
            interest_record_id: record.number,
            interest_id: record.interestId,
            customer_id: customer.number,
            last_change: presentTime(record.changedAt, workspace),
          })),
          total,
        }
      },
    }),
    route({
      method: 'POST',
      path: '/customers/:customer_id/interest-records',
      interfaces: 'both',
      summary: 'Record an interest of the customer',
      body: { interest_record: interestRecord },
      answers: 'created-twice',
      shows: { interest_record_id: Issued },
      async handle(call) {
        const { id } = call.body.interest_record.interest_id
        const number = await writeRecords(dependencies, call, (connection, profileId) =>
          addInterest(connection, call.workspace.id, profileId, id),
        )
        if (number === undefined) throw refuse('interest_id', 'relation_already_exists', id)
        return { interest_record_id: number }
      },
    }),
    route({
      method: 'PUT',
      path: '/customers/:customer_id/interest-records/:interest_record_id',
      interfaces: 'both',
      summary: 'Make the record one of another interest',
      find: (call) => findRecord(database, call),
      body: { interest_record: interestRecord },
      answers: 'nothing',
      async handle({ workspace, found: number, body }) {
        const { id } = body.interest_record.interest_id
        const isChanged = await retried(() =>
          database.inWorkspace(workspace.id, (connection) =>
            changeInterest(connection, workspace.id, number, id),
          ),
        )
        if (!isChanged) throw refuse('interest_id', 'relation_already_exists', id)
      },
    }),
    route({
      method: 'DELETE',
      path: '/customers/:customer_id/interest-records/:interest_record_id',
      interfaces: 'both',
      summary: 'Remove an interest of the customer',
      find: (call) => findRecord(database, call),
      answers: 'nothing',
      handle: ({ workspace, found: number }) =>
        database.inWorkspace(workspace.id, (connection) => removeInterest(connection, workspace.id, number)),
    }),
  ]
}

/** The record of a path; one of another customer is not there (L29). */
async function findRecord(
  database: Database,
  {
    workspace,
    customer,
    params: { interest_record_id: number },
  }: Call & { readonly customer: CustomerRef; readonly params: { readonly interest_record_id: string } },
): Promise<string | undefined> {
  if (!isRecordNumber(number)) return undefined
  const isThere = await database.inWorkspace(workspace.id, (connection) =>
    hasInterestRecord(connection, workspace.id, customer.profileId, number),
  )
  return isThere ? number : undefined
}

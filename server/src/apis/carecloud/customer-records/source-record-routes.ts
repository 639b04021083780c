import { addSources } from '../../../core/customer-sources/add-sources.ts'
import {
  listSources,
  type SourceFilter,
  type SourceOrder,
} from '../../../core/customer-sources/list-sources.ts'
import type { SourceRecord } from '../../../core/customer-sources/source-record.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Call } from '../call.ts'
import { levelOf } from '../callers-word.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { badRequest } from '../errors/carecloud-error.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import { anyOf, type SortFields } from '../lists/list-query.ts'
import { listedProfiles } from '../reach.ts'
import { type Route, route } from '../route.ts'
import { shownSourceRecord } from '../schemas/customers.ts'
import { Issued } from '../schemas/values.ts'
import { customerId } from '../values/customer-id.ts'
import { object, type Read, required } from '../values/reader.ts'
import { definedIn } from '../values/references.ts'
import { id } from '../values/scalars.ts'
import { presentTime } from '../values/times.ts'
import { takenSource } from './refuse-taken.ts'
import { writeRecords } from './write-records.ts'

const sourceQuery = { external_id: id, external_ids: anyOf(id), customer_source_id: id }

const sourceOrders: SortFields<SourceOrder> = {
  customer_source_record_id: 'number',
  customer_source_id: 'sourceId',
  customer_id: 'profileNumber',
  external_id: 'externalId',
  last_change: 'changedAt',
}

/** Where customers come from (9.3, L44, L78, L79). */
export function sourceRecordRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const { database } = dependencies
  return [
    route({
      method: 'GET',
      path: '/customer-source-records',
      interfaces: 'both',
      summary: 'List sources and external ids of all customers',
      query: { ...sourceQuery, customer_id: customerId() },
      answers: 'list',
      shows: shownSourceRecord,
      sortBy: sourceOrders,
      handle: (call) => page(call, { profileIds: listedProfiles(call.reach, call.query.customer_id) }),
    }),
    route({
      method: 'GET',
      path: '/customers/:customer_id/customer-source-records',
      interfaces: 'both',
      summary: 'List sources and external ids of the customer',
      query: sourceQuery,
      answers: 'list',
      shows: shownSourceRecord,
      sortBy: sourceOrders,
      handle: (call) => page(call, { profileIds: [call.customer.profileId] }),
    }),
    route({
      method: 'POST',
      path: '/customers/:customer_id/customer-source-records',
      interfaces: 'both',
      summary: 'Record a source of the customer',
      body: {
        customer_source_record: required(
          object({
            customer_source_id: required(definedIn(({ loyalty }) => loyalty.customerSources)),
            external_id: id,
            customer_id: customerId({ ofPath: true }),
          }),
        ),
      },
      answers: 'created',
      shows: { customer_source_record_id: Issued },
      async handle(call) {
        const { customer_source_id: source, external_id: externalId = null } =
          call.body.customer_source_record
        const pair = { sourceId: source.id, externalId }
        const [made] = await writeRecords(dependencies, call, (connection, profileId) =>
          addSources(connection, call.workspace.id, profileId, levelOf(call), [pair]),
        )
        if (!made) throw badRequest([takenSource(pair)])
        return { customer_source_record_id: made.number }
      },
    }),
  ]

  async function page(
    {
      workspace,
      query,
      list,
    }: Call & {
      readonly list: Parameters<typeof listSources>[3]
      readonly query: Read<typeof sourceQuery>
    },
    among: SourceFilter,
  ) {
    const { customer_source_id: sourceId, external_id: one, external_ids: several } = query
    // Several win over one (L79).
    const externalIds = several ?? (one === undefined ? undefined : [one])
    const { items, total } = await database.inWorkspace(workspace.id, (connection) =>
      listSources(connection, workspace.id, { ...among, sourceId, externalIds }, list),
    )
    return { items: items.map((record) => presentSource(record, workspace)), total }
  }
}

function presentSource(record: SourceRecord, workspace: Workspace): Presented {
  return {
    customer_source_record_id: record.number,
    customer_source_id: record.sourceId,
    customer_id: record.profileNumber,
    external_id: record.externalId,
    last_change: presentTime(record.changedAt, workspace),
  }
}

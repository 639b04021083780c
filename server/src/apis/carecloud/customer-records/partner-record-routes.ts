import {
  readPartnerRelations,
  relationNumber,
  setPartnerRelations,
} from '../../../core/partner-relations/partner-relations.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { refuse } from '../errors/carecloud-error.ts'
import { pageOf } from '../lists/list-in-memory.ts'
import { sortedBy } from '../reference-data/reference-list.ts'
import { type Route, route } from '../route.ts'
import { shownPartnerRecord } from '../schemas/customers.ts'
import { Issued } from '../schemas/values.ts'
import { customerId } from '../values/customer-id.ts'
import { list, object, required } from '../values/reader.ts'
import { definedIn } from '../values/references.ts'
import { presentTime } from '../values/times.ts'
import { writeRecords } from './write-records.ts'

const partner = required(definedIn(({ loyalty }) => loyalty.partners))

/** To which partners a customer is related (9.3, L70, L77). */
export function partnerRecordRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const { database } = dependencies
  return [
    route({
      method: 'GET',
      path: '/customers/:customer_id/partner-records',
      interfaces: 'enterprise',
      summary: 'List the partners to which the customer is related',
      answers: 'list',
      shows: shownPartnerRecord,
      sortBy: sortedBy(['partner_record_id', 'partner_id']),
      async handle({ workspace, customer, list: request, languages }) {
        const relations = await database.inWorkspace(workspace.id, (connection) =>
          readPartnerRelations(connection, workspace, customer.profileId),
        )
        const presented = relations.map(({ number, partnerId, changedAt }) => ({
          partner_record_id: number,
          partner_id: partnerId,
          last_change: presentTime(changedAt, workspace),
        }))
        return pageOf(presented, request, languages[0] ?? '')
      },
    }),
    route({
      method: 'POST',
      path: '/customers/:customer_id/partner-records',
      interfaces: 'both',
      guardedBy: 'partner-records',
      summary: 'Relate the customer to a partner',
      body: {
        partner_record: required(object({ partner_id: partner, customer_id: customerId({ ofPath: true }) })),
      },
      answers: 'created',
      shows: { partner_record_id: Issued },
      async handle(call) {
        const { workspace, body } = call
        const partnerId = body.partner_record.partner_id.id
        return await writeRecords(dependencies, call, async (connection, profileId) => {
          const wanted = [{ partnerId, isRelated: true }]
          const changed = await setPartnerRelations(connection, workspace.id, profileId, wanted)
          if (changed.length === 0) throw refuse('partner_id', 'relation_already_exists', partnerId)
          return { partner_record_id: relationNumber(workspace, profileId, partnerId) }
        })
      },
    }),
    route({
      method: 'DELETE',
      path: '/customers/:customer_id/partner-records/:partner_record_id',
      interfaces: 'enterprise',
      summary: 'End the relation of the customer to a partner',
      async find({ workspace, customer, params }) {
        const relations = await database.inWorkspace(workspace.id, (connection) =>
          readPartnerRelations(connection, workspace, customer.profileId),
        )
        return relations.find(({ number }) => number === params.partner_record_id)
      },
      answers: 'nothing',
      async handle(call) {
        const ended = [{ partnerId: call.found.partnerId, isRelated: false }]
        await writeRecords(dependencies, call, (connection, profileId) =>
          setPartnerRelations(connection, call.workspace.id, profileId, ended),
        )
      },
    }),
    route({
      method: 'POST',
      path: '/customers/actions/set-partners',
      interfaces: 'enterprise',
      summary: 'Say to which partners a customer is related',
      body: {
        customer_id: required(customerId()),
        partner_records: required(list(object({ partner_id: partner }), { indexed: true })),
      },
      answers: 'nothing',
      async handle({ workspace, body }) {
        const related = new Set(body.partner_records.map(({ partner_id }) => partner_id.id))
        const wanted = workspace.settings.loyalty.partners.map(({ id }) => ({
          partnerId: id,
          isRelated: related.has(id),
        }))
        await writeRecords(dependencies, { workspace, customer: body.customer_id }, (connection, profileId) =>
          setPartnerRelations(connection, workspace.id, profileId, wanted),
        )
      },
    }),
  ]
}

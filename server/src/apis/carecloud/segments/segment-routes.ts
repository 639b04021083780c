import { retried } from '../../../core/identity/retried.ts'
import { addToSegment, removeFromSegment } from '../../../core/segments/change-list.ts'
import { createListSegment } from '../../../core/segments/create-list-segment.ts'
import type { Segment } from '../../../core/segments/segment.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { notFound, refuse } from '../errors/carecloud-error.ts'
import type { CustomerRef } from '../reach.ts'
import { type Route, route } from '../route.ts'
import { Issued } from '../schemas/values.ts'
import { customerId } from '../values/customer-id.ts'
import { required } from '../values/reader.ts'
import { integer, text } from '../values/scalars.ts'
import { segmentOfPath } from './segment-list-routes.ts'

const body = { customer_id: required(customerId({ orLoggedIn: true })) }
/** What the column holds. */
const priority = integer({ least: -(2 ** 31), most: 2 ** 31 - 1 })

/** What makes list segments, and puts customers on them and off (carecloud 9.10, L120). */
export function segmentRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/segments',
      interfaces: 'both',
      guardedBy: 'segments',
      summary: 'Make a list segment',
      body: { name: required(text({ longest: 255 })), note: text(), priority },
      answers: 'created',
      shows: { segment_id: Issued },
      async handle({ workspace, body: { name, note, priority: given } }) {
        const { id } = await database.inWorkspace(workspace.id, (connection) =>
          createListSegment(connection, workspace, {
            name,
            ...(note === undefined ? {} : { note }),
            ...(given === undefined ? {} : { priority: given }),
          }),
        )
        return { segment_id: id }
      },
    }),
    route({
      method: 'POST',
      path: '/segments/:segment_id/actions/add-customer',
      interfaces: 'both',
      guardedBy: 'segments',
      summary: 'Put a customer on the list of the segment',
      find: (call) => segmentOfPath(database, call),
      body,
      answers: 'nothing',
      async handle(call) {
        const { customer_id: customer } = call.body
        const added = await change(addToSegment, call, customer)
        if (added.length === 0) throw refuse('customer_id', 'not_found', customer.number)
      },
    }),
    route({
      method: 'POST',
      path: '/segments/:segment_id/actions/remove-customer',
      interfaces: 'both',
      guardedBy: 'segments',
      summary: 'Take a customer off the list of the segment',
      find: (call) => segmentOfPath(database, call),
      body,
      answers: 'nothing',
      async handle(call) {
        await change(removeFromSegment, call, call.body.customer_id)
      },
    }),
  ]

  /** @returns the profiles that are on the list now, or no longer */
  async function change(
    verb: typeof addToSegment,
    { workspace, found: { id } }: Call & { readonly found: Segment },
    { profileId }: CustomerRef,
  ): Promise<readonly string[]> {
    const changed = await retried(() =>
      database.transaction(workspace.id, (connection) => verb(connection, workspace, id, [profileId])),
    )
    if ('profileIds' in changed) return changed.profileIds
    if (changed.refusal === 'unknown-segment') throw notFound('segments', id)
    throw refuse('segment_id', 'not_allowed_value', id)
  }
}

import { listMembers } from '../../../core/segments/list-members.ts'
import { findSegment, listSegments } from '../../../core/segments/list-segments.ts'
import { membershipsOf } from '../../../core/segments/read-memberships.ts'
import type { Segment } from '../../../core/segments/segment.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { pageOf } from '../lists/list-in-memory.ts'
import { listedProfiles } from '../reach.ts'
import { sortedBy } from '../reference-data/reference-list.ts'
import { type Route, route } from '../route.ts'
import { shownMembership, shownSegment } from '../schemas/events.ts'
import { presentMembership, presentSegment, segmentOrders } from './present-segment.ts'

/** Segments, and who is in them (carecloud 9.10, 9.3). */
export function segmentListRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/segments',
      interfaces: 'both',
      summary: 'List segments',
      answers: 'list',
      shows: shownSegment,
      sortBy: segmentOrders,
      async handle(call) {
        const segments = await database.inWorkspace(call.workspace.id, (connection) =>
          listSegments(connection, call.workspace),
        )
        return pageOf(
          segments.map((segment) => presentSegment(segment, call)),
          call.list,
          call.languages[0] ?? '',
        )
      },
    }),
    route({
      method: 'GET',
      path: '/segments/:segment_id',
      interfaces: 'both',
      summary: 'One segment',
      find: (call) => segmentOfPath(database, call),
      answers: 'object',
      shows: shownSegment,
      handle: (call) => presentSegment(call.found, call),
    }),
    route({
      method: 'GET',
      path: '/segments/:segment_id/segment-records',
      interfaces: 'both',
      summary: 'List the customers in the segment',
      find: (call) => segmentOfPath(database, call),
      answers: 'list',
      shows: shownMembership,
      sortBy: {
        segment_id: 'segmentId',
        customer_id: 'number',
        created_at: 'enteredAt',
        last_change: 'updatedAt',
      },
      async handle({ workspace, found: segment, reach, list }) {
        const profileIds = listedProfiles(reach, undefined)
        const { items, total } = await database.inWorkspace(workspace.id, (connection) =>
          listMembers(connection, workspace.id, segment, profileIds, list),
        )
        return {
          items: items.map((member) => presentMembership({ ...member, segmentId: segment.id }, workspace)),
          total,
        }
      },
    }),
    route({
      method: 'GET',
      path: '/customers/:customer_id/segment-records',
      interfaces: 'both',
      summary: 'List the segments that the customer is in',
      answers: 'list',
      shows: shownMembership,
      sortBy: sortedBy(['segment_id', 'customer_id', 'created_at']),
      async handle({ workspace, customer, list, languages }) {
        const memberships = await database.inWorkspace(workspace.id, (connection) =>
          membershipsOf(connection, workspace, customer.profileId),
        )
        const { number } = customer
        return pageOf(
          memberships.map((membership) => presentMembership({ ...membership, number }, workspace)),
          list,
          languages[0] ?? '',
        )
      },
    }),
  ]
}

/** The segment of a path. */
export async function segmentOfPath(
  database: Database,
  { workspace, params }: Call & { readonly params: { readonly segment_id: string } },
): Promise<Segment | undefined> {
  return await database.inWorkspace(workspace.id, (connection) =>
    findSegment(connection, workspace, params.segment_id),
  )
}

import { rightsOf } from '../../../core/identity/trust.ts'
import { membershipsOf } from '../../../core/segments/read-memberships.ts'
import { callerOf } from '../consumer.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { Memberships } from '../schemas/people.ts'
import { document } from '../schemas/route-document.ts'
import { timeFormatOf } from './time-zone.ts'

/** The segments that the caller is in (E110); nobody but a verified caller is told. */
export const membershipRoutes: ExtoleRoutes = (scope, { database }) => {
  scope.get(
    '/v4/me/audience-memberships',
    { schema: document({ group: 'Me', summary: 'The segments that the caller is in', answer: Memberships }) },
    async (request) => {
      const write = timeFormatOf(request)
      const { standing } = callerOf(request)
      if (rightsOf(standing).readMemberships === 'none') return []
      const memberships = await database.inWorkspace(request.workspace.id, (connection) =>
        membershipsOf(connection, request.workspace, standing.profileId),
      )
      return memberships.map(({ segmentId, enteredAt, updatedAt }) => ({
        audience_id: segmentId,
        created_date: write(enteredAt),
        updated_date: write(updatedAt),
      }))
    },
  )
}

import type { FastifyRequest } from 'fastify'
import { rightsOf } from '../../../core/identity/trust.ts'
import { readAttributions } from '../../../core/referral/read-attributions.ts'
import { readShareCodes } from '../../../core/referral/share-codes.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { callerOf } from '../consumer.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { queryText } from '../find-token.ts'
import { Journeys, journeyFilters } from '../schemas/journeys.ts'
import { document } from '../schemas/route-document.ts'
import { presentAdvocateJourney, presentFriendJourney } from './present-journey.ts'

/** What brought the caller, and what the caller shares (E111). */
export const journeyRoutes: ExtoleRoutes = (scope, { database }) => {
  scope.get(
    '/v4/me/journeys',
    {
      schema: document({
        group: 'Me',
        summary: "The caller's journeys, oldest first",
        query: journeyFilters,
        answer: Journeys,
      }),
    },
    async (request) => {
      const journeys = await database.inWorkspace(request.workspace.id, (connection) =>
        readJourneys(connection, request),
      )
      const container = given(request, 'container')
      const type = given(request, 'type')
      return journeys
        .filter((journey) => container === undefined || journey.container === container)
        .filter((journey) => type === undefined || journey.journey_type === type)
        .toSorted((one, other) => one.created_date.localeCompare(other.created_date))
    },
  )
}

async function readJourneys(connection: Connection, request: FastifyRequest) {
  const { workspace } = request
  const { standing } = callerOf(request)
  const { profileId, bindingId } = standing
  const isOwn = rightsOf(standing).readJourneys === 'own'
  const attributions = await readAttributions(connection, workspace.id, {
    friendId: profileId,
    bindingId: isOwn ? bindingId : undefined,
  })
  const shareCodes = await readShareCodes(connection, workspace.id, { profileId })
  return [
    ...attributions.map((one) => presentFriendJourney(workspace, standing.profileNumber, one)),
    ...shareCodes
      .filter((shareCode) => !isOwn || shareCode.bindingId === bindingId)
      .map((shareCode) => presentAdvocateJourney(workspace, shareCode)),
  ]
}

function given(request: FastifyRequest, name: string): string | undefined {
  const text = queryText(request, name)
  return text === undefined || text.trim() === '' ? undefined : text
}

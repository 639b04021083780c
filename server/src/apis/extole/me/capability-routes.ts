import { callerOf } from '../consumer.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { Steps } from '../schemas/people.ts'
import { document } from '../schemas/route-document.ts'
import { Capabilities } from '../schemas/tokens.ts'
import { scopesOfTrust } from '../tokens/token-object.ts'

/** `/v4/me/capabilities` (E109), and the steps of journeys (E112). */
export const capabilityRoutes: ExtoleRoutes = (scope) => {
  scope.get(
    '/v4/me/capabilities',
    { schema: document({ group: 'Me', summary: 'What the token may', answer: Capabilities }) },
    async (request) => ({ capabilities: scopesOfTrust[callerOf(request).standing.trust] }),
  )

  for (const path of ['/v4/me/steps', '/v4/me/public-steps', '/v4/persons/:id/steps']) {
    scope.get(
      path,
      { schema: document({ group: 'Me', summary: 'Steps of journeys; none are told', answer: Steps }) },
      async () => [],
    )
  }
}

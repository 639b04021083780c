import { Type } from 'typebox'
import type { ExtoleRoutes } from '../extole-api.ts'
import { Started } from '../schemas/pollings.ts'
import { document } from '../schemas/route-document.ts'
import { Data as AnyData, Id } from '../schemas/values.ts'
import { uniqueId } from '../unique-id.ts'

/**
 * Where mobile SDKs log their own failures (E123): anything is taken, with or without a token. What they say may hold
 * personal data, so it is counted by the metrics of the route and goes nowhere else.
 */
export const debugRoutes: ExtoleRoutes = (scope) => {
  const config = { access: 'free', bodies: 'form' } as const
  scope.post(
    '/v4/debug/logs',
    {
      config,
      schema: document({ group: 'Debug', summary: 'Take a log of a client', body: AnyData, answer: Started }),
    },
    async () => ({ polling_id: uniqueId() }),
  )
  scope.post(
    '/v4/debug/metrics',
    {
      config,
      schema: document({
        group: 'Debug',
        summary: 'Take a metric of a client',
        body: AnyData,
        answer: Type.Object({ id: Id }, { description: 'Counted, not kept.' }),
      }),
    },
    async () => ({ id: uniqueId() }),
  )
}

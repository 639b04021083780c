import type { Route } from '../route.ts'
import { route } from '../route.ts'
import { Text } from '../schemas/values.ts'
import { text } from '../values/scalars.ts'

/** `/tests/connection`: whether one gets through at all. */
export function testRoutes(): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/tests/connection',
      interfaces: 'both',
      open: true,
      summary: 'Answer the characters of a text in reverse order',
      query: { test_string: text() },
      answers: 'object',
      shows: { test_string: Text },
      handle: ({ query }) => ({ test_string: [...(query.test_string ?? '')].reverse().join('') }),
    }),
  ]
}

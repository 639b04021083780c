import type { FastifyInstance } from 'fastify'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { getUser } from '../v2/get-user.ts'

const v1 = { constraints: { crossengage: '1' } }

/** Section 8: the routes of version 1 under one of the API's prefixes. */
export function routesV1(
  scope: FastifyInstance,
  prefix: string,
  dependencies: CrossengageDependencies,
): void {
  if (prefix === '/users') {
    scope.get('/:id', v1, getUser(dependencies))
  }
}

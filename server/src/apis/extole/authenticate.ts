import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { allocateConsumer, findConsumer, tokenError, workspaceOfHost, writeToken } from './consumer.ts'
import { answerPreflight, isPreflight } from './cors.ts'
import { ExtoleError } from './errors.ts'
import type { ExtoleDependencies } from './extole-api.ts'
import { findToken } from './find-token.ts'
import type { RateLimits } from './rate-limits.ts'
import { uniqueId } from './unique-id.ts'

const notYet = undefined as never

/** Finds out whose workspace it is and who calls, before the body is read where that can be (E15–E20). */
export function authenticate(
  scope: FastifyInstance,
  dependencies: ExtoleDependencies,
  limits: RateLimits,
): void {
  scope.decorateRequest('workspace', notYet)
  scope.decorateRequest('caller', undefined)
  scope.decorateRequest('input', notYet)
  scope.decorateRequest('hasInput', false)
  scope.decorateRequest('uniqueId', '')
  scope.decorateRequest('startedAtMs', 0)
  scope.decorateRequest('authMs', 0)
  scope.decorateRequest('withoutCookies', false)
  scope.decorateRequest('campaignId', undefined)

  scope.addHook('onRequest', async (request, reply) => {
    request.input = {}
    request.uniqueId = uniqueId()
    request.startedAtMs = performance.now()
    if (isPreflight(request)) {
      return answerPreflight(request, reply, workspaceOfHost(dependencies, request))
    }
    await limits.byAddress(request, reply)
    if (!request.routeOptions.config.bodyToken) await identifyCaller(request, reply)
  })
  scope.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.config.bodyToken) await identifyCaller(request, reply)
  })

  async function identifyCaller(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await findCaller(request, reply)
    request.authMs = performance.now() - request.startedAtMs
    if (request.caller) await limits.byCaller(request, reply)
  }

  async function findCaller(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const {
      access = 'token',
      bodyToken = false,
      cookieToken = false,
      sendsEvent,
    } = request.routeOptions.config
    if (access === 'free') return
    if (access === 'key') return await findKey(request)
    if (access === 'open') {
      request.workspace = workspaceOfHost(dependencies, request)
      return
    }
    const cookies = cookieToken || access === 'web' || access === 'cookie'
    const found = await findConsumer(dependencies, request, { cookies, body: bodyToken })
    if ('consumer' in found) {
      request.workspace = found.workspace
      request.caller = found.consumer
    } else if (access === 'token') throw tokenError(found.refused)
    else {
      // A bad token that the client manages itself is an error to it; a stale cookie is nobody's to renew.
      const isGiven = found.source !== undefined && found.source !== 'cookie'
      if (access === 'cookie' && isGiven) throw tokenError(found.refused)
      request.workspace = workspaceOfHost(dependencies, request)
      if (access === 'web') request.caller = await allocateConsumer(dependencies, request, reply, limits)
    }
    if (sendsEvent && request.caller) writeToken(reply, request.caller, dependencies.clock.now())
  }

  async function findKey(request: FastifyRequest): Promise<void> {
    const given = findToken(request, { cookies: false, body: false })
    if (!given) throw tokenError('missing')
    const workspace = await dependencies.directory.byKey(given.value, 'master')
    if (workspace) {
      request.workspace = workspace
      return
    }
    const consumer = await findConsumer(dependencies, request, { cookies: false, body: false })
    const isKnown = 'consumer' in consumer || (await dependencies.directory.isKey(given.value))
    throw isKnown ? new ExtoleError('access_denied') : tokenError('unknown')
  }
}

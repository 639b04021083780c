import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import type { Caller, InterfaceName } from './call.ts'
import type { CareCloudDependencies } from './carecloud-api.ts'
import { answerPreflight, isPreflight, writeCorsHeaders } from './cors.ts'
import { createIdentifyCaller } from './credentials/identify-caller.ts'
import {
  CareCloudError,
  forbidden,
  interfaceNotAllowed,
  notFound,
  noWorkspace,
  unauthorized,
} from './errors/carecloud-error.ts'
import { createRates } from './rates.ts'
import { firstSegment } from './register-routes.ts'
import type { Route } from './route.ts'

/** What is known of a request before its route is answered. */
interface RequestState {
  readonly interface: InterfaceName
  workspace: Workspace | undefined
  caller: Caller | undefined
}

declare module 'fastify' {
  interface FastifyRequest {
    careCloud: RequestState
  }
}

const interfaceNames: ReadonlySet<string> = new Set(['customer-interface', 'enterprise-interface'])

/** Refuses in the order of L26: interface, credential, what the caller may do. */
export function authenticate(scope: FastifyInstance, dependencies: CareCloudDependencies): void {
  const { directory } = dependencies
  const identifyCaller = createIdentifyCaller(dependencies)
  const rates = createRates(dependencies)
  scope.decorateRequest('careCloud', undefined as never)

  scope.addHook('onRequest', async (request, reply) => {
    const { interface: written } = request.params as { interface?: string }
    request.careCloud = {
      interface: written === 'enterprise-interface' ? 'enterprise' : 'customer',
      workspace: undefined,
      caller: undefined,
    }
    if (isPreflight(request)) return answerPreflight(request, reply, directory.byHost(request.hostname))
    const route = request.routeOptions.config.careCloud
    if (written !== undefined && !interfaceNames.has(written)) throw notFound(firstSegment(request.url), null)
    if (route) await admit(route, request, reply)
  })

  scope.addHook('onSend', async (request, reply) => {
    if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store')
    reply.header('X-Content-Type-Options', 'nosniff')
    if (isPreflight(request)) return
    writeCorsHeaders(request, reply, request.careCloud?.workspace ?? directory.byHost(request.hostname))
  })

  async function admit(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { careCloud: state } = request
    if (route.interfaces !== 'both' && route.interfaces !== state.interface) {
      throw interfaceNotAllowed(resourceOf(route), state.interface)
    }
    if (state.interface === 'customer') {
      await rates.byAddress(request, reply)
      if (route.counted) await rates.creations(request, reply)
    }
    const hosted = directory.byHost(request.hostname)
    state.workspace = hosted
    if (route.open !== 'login') {
      state.caller = await identifyCaller(request, state.interface, hosted).catch((error) => {
        // What is wrong with a credential is nothing to a call that needs none.
        if (route.open && error instanceof CareCloudError) return undefined
        throw error
      })
      state.workspace = state.caller?.workspace ?? hosted
    }
    if (!route.open && !state.caller) throw unauthorized()
    if (!state.workspace) throw noWorkspace(firstSegment(request.url), request.hostname)
    refuseForbidden(route, state)
  }
}

function refuseForbidden(route: Route, { caller, workspace, interface: asked }: RequestState): void {
  const { guardedBy, method, calculates } = route
  if (
    asked === 'customer' &&
    guardedBy &&
    !workspace?.settings.carecloud.customerInterface.allow.includes(guardedBy)
  ) {
    throw interfaceNotAllowed(resourceOf(route), asked)
  }
  const isAnalyst = caller?.kind === 'operator' && caller.role === 'analyst'
  // A login and a logout change nothing that is an analyst's to leave alone.
  if (isAnalyst && method !== 'GET' && !calculates && !route.open) {
    throw forbidden('Analysts may read, and change nothing')
  }
}

/** The first segment of the path: what L32 names. */
function resourceOf({ path }: Route): string {
  return path.split('/')[1] ?? ''
}

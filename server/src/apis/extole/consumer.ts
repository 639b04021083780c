import type { FastifyReply, FastifyRequest } from 'fastify'
import { tokenSeconds } from '../../core/identity/create-device.ts'
import {
  findTokenWorkspace,
  type TokenRefusal,
  type TokenStanding,
} from '../../core/identity/token-standing.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import { setTokenCookies } from './cookies.ts'
import { isListedOrigin } from './cors.ts'
import { ExtoleError } from './errors.ts'
import type { ExtoleDependencies } from './extole-api.ts'
import { findToken, type TokenSource } from './find-token.ts'
import type { RateLimits } from './rate-limits.ts'

/** Who calls: a device by one of its tokens. */
export interface Consumer {
  readonly standing: TokenStanding
  /** The token's secret. */
  readonly token: string
  /** The token that the call came with, or that was made for it; another one where the call rotated it (E29). */
  readonly givenTokenId: string
  /** Whether cookies may be set for it (E19). */
  readonly cookies: boolean
}

/** The caller of a route whose `access` makes sure that there is one. */
export function callerOf(request: FastifyRequest): Consumer {
  if (!request.caller) throw new Error('the route asked for no token')
  return request.caller
}

/** The tokens that end where the caller ends its own: the present one, and the one it came with (E29, E42). */
export function tokensOf({ standing, givenTokenId }: Consumer): readonly string[] {
  return [standing.tokenId, givenTokenId]
}

/** The workspace that the host names (S4, E11). */
export function workspaceOfHost(dependencies: ExtoleDependencies, request: FastifyRequest): Workspace {
  const workspace = dependencies.directory.byHost(request.hostname)
  if (!workspace) throw new ExtoleError('invalid_program_domain')
  return workspace
}

interface FoundToken {
  readonly workspace: Workspace
  readonly consumer: Consumer
}

/** What the request's token is; `refused` where it holds none that is good. */
export async function findConsumer(
  dependencies: ExtoleDependencies,
  request: FastifyRequest,
  places: { readonly cookies: boolean; readonly body: boolean },
): Promise<FoundToken | { readonly refused: TokenRefusal | 'missing'; readonly source?: TokenSource }> {
  const given = findToken(request, places)
  if (!given) return { refused: 'missing' }
  if (given.source !== 'cookie') request.withoutCookies = true
  const located = await locateToken(dependencies, request, given.value)
  if (!located) return { refused: 'unknown', source: given.source }
  const { workspace, standing } = located
  if (given.source === 'cookie' && isForeign(request, workspace, dependencies)) {
    request.withoutCookies = true
    return { refused: 'missing' }
  }
  if ('refusal' in standing) return { refused: standing.refusal, source: given.source }
  return {
    workspace,
    consumer: {
      standing,
      token: given.value,
      givenTokenId: standing.tokenId,
      cookies: given.source === 'cookie',
    },
  }
}

/**
 * Whose token it is (E11): at the host of a workspace one of that workspace, and else none (E23); a host of nobody has no
 * say, and the token decides.
 */
export async function locateToken(
  { directory, database, tokens, clock }: ExtoleDependencies,
  request: FastifyRequest,
  token: string,
): Promise<{ workspace: Workspace; standing: TokenStanding | { refusal: TokenRefusal } } | undefined> {
  const workspace = directory.byHost(request.hostname) ?? (await workspaceOfToken(directory, database, token))
  return workspace && { workspace, standing: await tokens.standing(workspace.id, token, clock.now()) }
}

async function workspaceOfToken(
  directory: ExtoleDependencies['directory'],
  database: ExtoleDependencies['database'],
  token: string,
): Promise<Workspace | undefined> {
  const workspaceId = await findTokenWorkspace(database, token)
  return workspaceId === undefined ? undefined : await directory.byId(workspaceId)
}

/** A cookie counts only for this origin and for those that the workspace lists by name (E20). */
function isForeign(request: FastifyRequest, workspace: Workspace, dependencies: ExtoleDependencies): boolean {
  const { origin } = request.headers
  if (origin === undefined) return false
  if (origin === `${request.protocol}://${request.host}`) return false
  if (origin === new URL(dependencies.publicUrl(workspace)).origin) return false
  return !isListedOrigin(workspace, origin)
}

const refusals = {
  missing: 'missing_access_token',
  unknown: 'invalid_access_token',
  expired: 'expired_access_token',
} as const satisfies Record<TokenRefusal | 'missing', string>

export function tokenError(refused: TokenRefusal | 'missing'): ExtoleError {
  return new ExtoleError(refusals[refused])
}

/** A new device and token for a call that brought no good one (E17). */
export async function allocateConsumer(
  dependencies: ExtoleDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  limits: RateLimits,
): Promise<Consumer> {
  await limits.newDevice(request, reply)
  const { workspace } = request
  const made = await dependencies.devices.make(workspace.id, {
    seconds: tokenSeconds,
    now: dependencies.clock.now(),
  })
  return { ...made, givenTokenId: made.standing.tokenId, cookies: !request.withoutCookies }
}

/** The token to use from now on, as header, and as cookies where E19 allows (E30). */
export function writeToken(reply: FastifyReply, consumer: Consumer, now: Date): void {
  reply.header('X-Extole-Token', consumer.token)
  if (consumer.cookies) setTokenCookies(reply, consumer.token, now)
}

import type { FastifyRequest } from 'fastify'
import { findTokens } from '../../../core/customer-tokens/find-tokens.ts'
import { operatorOfLegacyBasic } from '../../../core/operators/legacy-basic.ts'
import { operatorNamed } from '../../../core/operators/operator.ts'
import { findOperatorSessions } from '../../../core/operators/operator-sessions.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { createBatchedRead } from '../../../platform/batched-reads.ts'
import type { Caller, InterfaceName, OperatorCaller, TokenCaller } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { readAuthorization } from './read-authorization.ts'

type IdentifyCaller = (
  request: FastifyRequest,
  asked: InterfaceName,
  hosted: Workspace | undefined,
) => Promise<Caller | undefined>

/** All tokens of the server are read in one lane: which workspace one is of is what the look-up tells. */
const server = 0

/** Finds out who calls; the credential of one interface is worth nothing on the other (L24). */
export function createIdentifyCaller({
  database,
  directory,
  clock,
  countedLogin,
}: CareCloudDependencies): IdentifyCaller {
  const findToken = createBatchedRead(async (_server: number, tokens: readonly string[]) => {
    const found = await database.asOwner((connection) => findTokens(connection, tokens))
    return tokens.map((token) => found.get(token))
  })

  async function tokenCaller(token: string): Promise<TokenCaller | undefined> {
    const standing = await findToken(server, token)
    const workspace = standing && (await directory.byId(standing.workspaceId))
    if (!standing || !workspace) return undefined
    const { tokenId, externalApplicationId, loggedIn, created } = standing
    return { kind: 'token', workspace, token, tokenId, externalApplicationId, loggedIn, created }
  }

  const findSession = createBatchedRead(async (_server: number, bearers: readonly string[]) => {
    const found = await database.asOwner((connection) => findOperatorSessions(connection, bearers))
    return bearers.map((bearer) => found.get(bearer))
  })

  async function bearerCaller(bearer: string): Promise<OperatorCaller | undefined> {
    const session = await findSession(server, bearer)
    if (!session) {
      const workspace = await directory.byKey(bearer, 'master')
      return workspace && { kind: 'operator', workspace, role: 'admin', login: undefined, bearer: undefined }
    }
    const workspace = session.validTo > clock.now() ? await directory.byId(session.workspaceId) : undefined
    const operator = workspace && operatorNamed(workspace, session.login)
    return operator && { kind: 'operator', workspace, role: operator.role, login: operator.login, bearer }
  }

  async function basicCaller(
    login: string,
    proof: string,
    workspace: Workspace | undefined,
  ): Promise<OperatorCaller | undefined> {
    if (!workspace) return undefined
    const operator = await countedLogin(`${workspace.id} operator ${login.toLowerCase()}`, () =>
      operatorOfLegacyBasic(database, workspace, { login, proof }, clock.now()),
    )
    return (
      operator && {
        kind: 'operator',
        workspace,
        role: operator.role,
        login: operator.login,
        bearer: undefined,
      }
    )
  }

  return async ({ headers }, asked, hosted) => {
    const given = readAuthorization(headers.authorization)
    if (!given) return undefined
    if (asked === 'customer')
      return await tokenCaller(given.scheme === 'bearer' ? given.token : given.password)
    return given.scheme === 'bearer'
      ? await bearerCaller(given.token)
      : await basicCaller(given.user, given.password, hosted)
  }
}

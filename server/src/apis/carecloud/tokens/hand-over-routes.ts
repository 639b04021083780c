import { type HandOverForm, redeemHandOver, startHandOver } from '../../../core/customer-tokens/hand-over.ts'
import { keepsStanding } from '../../../core/customer-tokens/keeps-standing.ts'
import { logIn } from '../../../core/customer-tokens/log-in.ts'
import type { Call, TokenCaller } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { type CareCloudError, forbidden, refuse, wrongLogin } from '../errors/carecloud-error.ts'
import { type Route, route } from '../route.ts'
import { shownCustomerId } from '../schemas/customers.ts'
import { shownHandOver } from '../schemas/logins.ts'
import { application } from '../values/application.ts'
import { customerId } from '../values/customer-id.ts'
import { required } from '../values/reader.ts'
import { id, oneOf } from '../values/scalars.ts'
import { presentTime } from '../values/times.ts'
import { ownToken } from './own-token.ts'

const issued = { external_application_id: required(application), token_type: required(oneOf([1, 2])) }
const redeemed = {
  application_id: required(application),
  token: required(id),
  token_request_id: required(id),
}

/** A login that one application hands over to another, on both interfaces (L18). */
export function handOverRoutes({ database }: CareCloudDependencies): readonly Route[] {
  async function issue(
    { workspace, now }: Call,
    wanted: { readonly profileId: string; readonly applicationId: string; readonly type: 1 | 2 },
    token?: TokenCaller,
  ): Promise<object> {
    const form: HandOverForm = wanted.type === 1 ? 'text' : 'digits'
    const { profileId } = wanted
    const handOver = await database.transaction(workspace.id, async (connection) => {
      if (token && !(await keepsStanding(connection, workspace.id, token.tokenId, profileId))) {
        throw nobodyLoggedIn()
      }
      return await startHandOver(connection, workspace, { ...wanted, form }, now)
    })
    return {
      authentication_token: handOver.token,
      token_request_id: handOver.number,
      valid_to: presentTime(handOver.validTo, workspace),
    }
  }

  return [
    route({
      method: 'GET',
      path: '/tokens/:token_id/actions/auth-token',
      interfaces: 'customer',
      summary: 'Issue a one-time token that logs the customer into another application',
      find: ownToken,
      query: issued,
      answers: 'object',
      shows: shownHandOver,
      handle(call) {
        const { found: token, query } = call
        if (!token.loggedIn) throw nobodyLoggedIn()
        const wanted = {
          profileId: token.loggedIn.profileId,
          applicationId: query.external_application_id,
          type: query.token_type,
        }
        return issue(call, wanted, token)
      },
    }),
    route({
      method: 'POST',
      path: '/tokens/:token_id/actions/authentication-token-login',
      interfaces: 'customer',
      summary: 'Log in by a one-time token of another application',
      find: ownToken,
      body: redeemed,
      answers: 'object',
      shows: shownCustomerId,
      async handle({ workspace, found, body, now }) {
        const customer = await database.transaction(workspace.id, async (connection) => {
          const handedOver = await redeemHandOver(connection, workspace, handOverOf(body), now)
          if (handedOver) await logIn(connection, workspace.id, found.tokenId, handedOver.profileId)
          return handedOver
        })
        if (!customer) throw wrongLogin()
        return { customer_id: customer.number }
      },
    }),
    route({
      method: 'POST',
      path: '/customers/actions/auth-token',
      interfaces: 'enterprise',
      summary: 'Issue a one-time token that logs a customer into an application',
      body: { customer_id: required(customerId()), ...issued },
      answers: 'object',
      shows: shownHandOver,
      handle(call) {
        const { customer_id, external_application_id, token_type } = call.body
        return issue(call, {
          profileId: customer_id.profileId,
          applicationId: external_application_id,
          type: token_type,
        })
      },
    }),
    route({
      method: 'POST',
      path: '/customers/actions/verify-auth-token',
      interfaces: 'enterprise',
      summary: 'Tell whom a one-time token stands for',
      body: redeemed,
      answers: 'object',
      shows: shownCustomerId,
      async handle({ workspace, body, now }) {
        const customer = await database.inWorkspace(workspace.id, (connection) =>
          redeemHandOver(connection, workspace, handOverOf(body), now),
        )
        if (!customer) throw refuse('token', 'not_found', body.token)
        return { customer_id: customer.number }
      },
    }),
  ]
}

function nobodyLoggedIn(): CareCloudError {
  return forbidden('Nobody is logged in')
}

function handOverOf(body: {
  readonly application_id: string
  readonly token: string
  readonly token_request_id: string
}): { readonly token: string; readonly number: string; readonly applicationId: string } {
  return { token: body.token, number: body.token_request_id, applicationId: body.application_id }
}

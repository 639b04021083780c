import { logIn, logOut } from '../../../core/customer-tokens/log-in.ts'
import { keepsPassword, verifyPassword } from '../../../core/passwords/passwords.ts'
import { emailKey } from '../../../core/profiles/email.ts'
import type { ProfileRef } from '../../../core/profiles/known-profiles.ts'
import { findProfileForLogin, type LoginName } from '../../../core/registration/find-for-login.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { wrongLogin } from '../errors/carecloud-error.ts'
import { type Route, route } from '../route.ts'
import { shownCustomerId } from '../schemas/customers.ts'
import { phoneOf } from '../values/phone.ts'
import { required } from '../values/reader.ts'
import { oneOf, text } from '../values/scalars.ts'
import { ownToken } from './own-token.ts'

/** What a login is asked by, on both interfaces. */
export const loginFields = {
  login_type: required(oneOf(['email', 'phone', 'card'])),
  login_value: required(text()),
  password: required(text()),
}

interface Login {
  readonly login_type: LoginName['type']
  readonly login_value: string
  readonly password: string
}

/** `/tokens/{id}/actions/login` and `logout` (L12–L15). */
export function loginRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const { database } = dependencies
  return [
    route({
      method: 'POST',
      path: '/tokens/:token_id/actions/login',
      interfaces: 'customer',
      summary: 'Log a customer into the token',
      find: ownToken,
      body: loginFields,
      answers: 'object',
      shows: shownCustomerId,
      async handle({ workspace, found, body }) {
        const customer = await checkLogin(dependencies, workspace, body)
        if (!customer) throw wrongLogin()
        const { profileId, verifiedHash } = customer
        await database.transaction(workspace.id, async (connection) => {
          if (!(await keepsPassword(connection, workspace.id, profileId, verifiedHash))) throw wrongLogin()
          await logIn(connection, workspace.id, found.tokenId, profileId)
        })
        return { customer_id: customer.number }
      },
    }),
    route({
      method: 'POST',
      path: '/tokens/:token_id/actions/logout',
      interfaces: 'customer',
      summary: 'Log out whoever is logged into the token',
      find: ownToken,
      answers: 'nothing',
      async handle({ workspace, found }) {
        await database.inWorkspace(workspace.id, (connection) =>
          logOut(connection, workspace.id, found.tokenId),
        )
      },
    }),
  ]
}

/**
 * Whose login and password these are; undefined whatever is wrong (L13). After ten failures for one value within a
 * quarter of an hour it refuses with 429.
 */
export async function checkLogin(
  { database, countedLogin, findCardHolder }: CareCloudDependencies,
  workspace: Workspace,
  { login_type: type, login_value: sent, password }: Login,
): Promise<(ProfileRef & { readonly verifiedHash: string }) | undefined> {
  const name = { type, value: comparable(type, sent) }
  return await countedLogin(`${workspace.id} ${type} ${name.value}`, async () => {
    const customer = await database.inWorkspace(workspace.id, (connection) =>
      findProfileForLogin(connection, workspace, name, findCardHolder),
    )
    const verifiedHash = await verifyPassword(database, workspace.id, customer?.profileId, password)
    return customer && verifiedHash !== undefined ? { ...customer, verifiedHash } : undefined
  })
}

function comparable(type: LoginName['type'], sent: string): string {
  if (type === 'email') return emailKey(sent)
  return type === 'phone' ? (phoneOf(sent) ?? sent) : sent
}

import { logInOperator } from '../../../core/operators/log-in-operator.ts'
import { endOperatorSession } from '../../../core/operators/operator-sessions.ts'
import { operatorOf } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { wrongLogin } from '../errors/carecloud-error.ts'
import { type Route, route } from '../route.ts'
import { shownOperatorSession } from '../schemas/logins.ts'
import { required } from '../values/reader.ts'
import { id, text } from '../values/scalars.ts'
import { presentTime } from '../values/times.ts'

/** `/users/actions/login` and `logout` (L19, L20). */
export function userRoutes({ database, countedLogin }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/users/actions/login',
      interfaces: 'enterprise',
      open: 'login',
      summary: 'Log an operator in',
      body: { user_external_application_id: id, login: required(text()), password: required(text()) },
      answers: 'object',
      shows: shownOperatorSession,
      async handle({ workspace, body, now }) {
        const hours = workspace.settings.carecloud.bearerHours
        const session = await countedLogin(`${workspace.id} operator ${body.login.toLowerCase()}`, () =>
          logInOperator(database, workspace, body, { now, hours }),
        )
        if (!session) throw wrongLogin()
        const { operator, bearer, validTo, number } = session
        return {
          bearer_token: bearer,
          valid_to: presentTime(validTo, workspace),
          user: {
            user_id: number,
            login: operator.login,
            first_name: operator.firstName ?? null,
            last_name: operator.lastName ?? null,
            email: operator.email ?? null,
            phone: null,
            user_role_ids: [operator.role],
            store_id: null,
            last_login: presentTime(now, workspace),
          },
        }
      },
    }),
    route({
      method: 'POST',
      path: '/users/actions/logout',
      interfaces: 'enterprise',
      calculates: true,
      summary: 'End a session of the operator',
      body: { user_external_application_id: id, bearer_token: text() },
      answers: 'nothing',
      async handle(call) {
        const { workspace, body } = call
        const { login, bearer } = operatorOf(call)
        const ended = body.bearer_token ?? bearer
        if (login === undefined || ended === undefined) return
        await database.inWorkspace(workspace.id, (connection) =>
          endOperatorSession(connection, workspace.id, login, ended),
        )
      },
    }),
  ]
}

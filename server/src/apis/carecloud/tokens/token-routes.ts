import { createToken, updateToken } from '../../../core/customer-tokens/create-token.ts'
import { retried } from '../../../core/identity/retried.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { type Route, route } from '../route.ts'
import { shownToken } from '../schemas/logins.ts'
import { application } from '../values/application.ts'
import { object } from '../values/reader.ts'
import { languageId } from '../values/references.ts'
import { flag, id, text } from '../values/scalars.ts'
import { ownToken } from './own-token.ts'

const setup = object({ language_id: languageId, allowed_gps: flag, allowed_notifications: flag })
const device = object({ device_id: id, device_system: text(), device_name: text(), device_type: text() })

/** `/tokens`, `/tokens/{id}` (L9, L11). */
export function tokenRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/tokens',
      interfaces: 'customer',
      open: 'login',
      counted: true,
      summary: 'Create a token for an app on a device',
      body: { device, setup, external_application_id: application, push_token: text() },
      answers: 'created',
      shows: shownToken,
      async handle({ workspace, body }) {
        const deviceId = body.device?.device_id?.trim()
        const wanted = {
          deviceId: deviceId === '' ? undefined : deviceId,
          externalApplicationId: body.external_application_id,
          device: body.device ?? {},
          setup: body.setup ?? {},
          pushToken: body.push_token,
        }
        const token = await retried(() =>
          database.transaction(workspace.id, (connection) => createToken(connection, workspace.id, wanted)),
        )
        return { token_id: token }
      },
    }),
    route({
      method: 'PUT',
      path: '/tokens/:token_id',
      interfaces: 'customer',
      summary: 'Change what an app told of itself',
      find: ownToken,
      body: { setup, push_token: text() },
      answers: 'nothing',
      async handle({ workspace, found, body }) {
        await database.inWorkspace(workspace.id, (connection) =>
          updateToken(connection, workspace.id, found.tokenId, {
            setup: body.setup,
            pushToken: body.push_token,
          }),
        )
      },
    }),
  ]
}

import { createGroupCommit } from '../../platform/group-commit.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { CoreError } from '../core-error.ts'
import { type AskedToken, createDeviceTokens } from './create-device.ts'
import { generateToken } from './token-secret.ts'
import type { TokenStanding } from './token-standing.ts'

export interface DeviceMaker {
  /**
   * A new anonymous device and its first token (E14, E17, E40), in one commit with all that are asked for meanwhile.
   * Throws `CoreError` `overloaded` when the database cannot keep up.
   */
  make(
    workspaceId: number,
    options: { readonly seconds: number; readonly now: Date },
  ): Promise<{ readonly token: string; readonly standing: TokenStanding }>
}

interface DevicesDraft {
  readonly tokens: AskedToken[]
  bytes: number
  count: number
}

const mostDevices = 1000
/** About what one takes while it waits. */
const bytesOfDevice = 500

export function createDeviceMaker(database: Database): DeviceMaker {
  const commit = createGroupCommit<DevicesDraft, readonly TokenStanding[]>({
    fits: (draft) => draft.count < mostDevices,
    join(draft, addition) {
      draft.tokens.push(...addition.tokens)
      draft.bytes += addition.bytes
      draft.count += addition.count
    },
    write: (workspaceId, { tokens }) =>
      database.inWorkspace(workspaceId, (connection) => createDeviceTokens(connection, workspaceId, tokens)),
    overloaded: () => new CoreError('overloaded', 'devices cannot be made as fast as they are asked for'),
  })
  return {
    async make(workspaceId, { seconds, now }) {
      const token = generateToken()
      const asked = { token, expiresAt: new Date(now.getTime() + seconds * 1000) }
      const { written, start } = await commit.submit(workspaceId, {
        tokens: [asked],
        bytes: bytesOfDevice,
        count: 1,
      })
      const standing = written[start]
      if (!standing) throw new Error('the database gave no row for a new device')
      return { token, standing }
    },
  }
}

import type { Connection } from '../../platform/postgres/database.ts'
import { createDeviceTokens } from './create-device.ts'
import { generateToken } from './token-secret.ts'

/** A new device and its token, which is good for an hour. */
export async function newDeviceToken(
  connection: Connection,
  workspaceId: number,
): Promise<{ readonly deviceId: string; readonly tokenId: string; readonly token: string }> {
  const token = generateToken()
  const expiresAt = new Date(Date.now() + 3_600_000)
  const [made] = await createDeviceTokens(connection, workspaceId, [{ token, expiresAt }])
  if (!made) throw new Error('no device was made')
  return { deviceId: made.deviceId, tokenId: made.tokenId, token }
}

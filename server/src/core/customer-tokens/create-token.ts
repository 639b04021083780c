import { hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import { generateToken } from './customer-token.ts'

export interface NewToken {
  readonly deviceId: string | undefined
  readonly externalApplicationId: string | undefined
  /** As they were sent: shown to nobody, and kept for the sending of push messages. */
  readonly device: object
  readonly setup: object
  readonly pushToken: string | undefined
}

/**
 * Makes a token for an app on a device; the one that the same application had on the same device ends (L9, L11). Run
 * it under `retried`: two at once may meet. The token is given back once, and kept as a hash.
 */
export async function createToken(
  connection: Connection,
  workspaceId: number,
  wanted: NewToken,
): Promise<string> {
  const { deviceId, externalApplicationId = null, device, setup, pushToken = null } = wanted
  const token = generateToken()
  if (deviceId !== undefined) {
    await connection.query({
      name: 'revoke-token-of-device',
      text: `update customer_tokens set revoked_at = clock_timestamp()
             where workspace_id = $1 and device_id = $2
               and coalesce(external_application_id, '') = coalesce($3, '') and revoked_at is null`,
      values: [workspaceId, deviceId, externalApplicationId],
    })
  }
  await connection.query({
    name: 'create-customer-token',
    text: `insert into customer_tokens
             (workspace_id, secret_hash, device_id, external_application_id, device, setup, push_token)
           values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      workspaceId,
      hashSecret(token),
      deviceId ?? null,
      externalApplicationId,
      JSON.stringify(device),
      JSON.stringify(setup),
      pushToken,
    ],
  })
  return token
}

/** Changes what an app told of itself; what is left out stays. */
export async function updateToken(
  connection: Connection,
  workspaceId: number,
  tokenId: string,
  { setup, pushToken }: { readonly setup: object | undefined; readonly pushToken: string | undefined },
): Promise<void> {
  await connection.query({
    name: 'update-customer-token',
    text: `update customer_tokens
           set setup = setup || coalesce($3::jsonb, '{}'), push_token = coalesce($4, push_token)
           where workspace_id = $1 and id = $2`,
    values: [workspaceId, tokenId, setup ? JSON.stringify(setup) : null, pushToken ?? null],
  })
}

import type { Connection } from '../../platform/postgres/database.ts'
import { writeFields } from '../standard-fields/write-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { readBinding } from './device-binding.ts'
import { fillParametersFromDevice } from './parameters.ts'

/**
 * Raises a token to verified for the binding its device has (E32). What the device gave itself fills gaps of the
 * profile, and is dropped otherwise (E38).
 *
 * @param proved the identifiers that were proved, as kind:value: what the verification rests on (S16)
 */
export async function verifyToken(
  connection: Connection,
  workspace: Workspace,
  verified: { readonly tokenId: string; readonly bindingId: string; readonly proved: readonly string[] },
): Promise<void> {
  const binding = await readBinding(connection, workspace.id, verified.bindingId)
  if (!binding) return
  await connection.query({
    name: 'verify-token',
    text: `update access_tokens set verified_binding_id = $3, proved = $4 where workspace_id = $1 and id = $2`,
    values: [workspace.id, verified.tokenId, verified.bindingId, verified.proved],
  })
  await writeFields(connection, workspace, binding.profileId, binding.ownFields, 'fill')
  await fillParametersFromDevice(connection, workspace.id, binding.id, binding.profileId)
  await connection.query({
    name: 'drop-own-fields',
    text: `update device_bindings set own_fields = '{}' where workspace_id = $1 and id = $2`,
    values: [workspace.id, binding.id],
  })
}

import type { JsonObject } from '../../core/profiles/json-object.ts'
import type { ProfileFaultCode } from '../../core/profiles/profile-fault.ts'
import { type ProfileInputResult, readProfileInput } from '../../core/profiles/read-profile-input.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../../core/workspaces/workspace-directory.ts'
import { inputRules, type UserCall } from './input-rules.ts'

/** Faults that may come of not knowing yet what another process has just registered, or applied from a file. */
const restOnSettings: ReadonlySet<ProfileFaultCode> = new Set([
  'unknown-attribute',
  'wrong-type',
  'malformed-phone',
  'malformed-business-unit',
])

/**
 * Reads the users of one request against the workspace. Before users are refused for what it does not have, or a null is
 * passed over for an attribute that it does not have, the newest state is asked for and they are read again: so an
 * attribute is valid in every process as soon as its creation is answered (C56).
 */
export async function readUsers(
  directory: WorkspaceDirectory,
  workspace: Workspace,
  call: UserCall,
  users: readonly JsonObject[],
): Promise<readonly ProfileInputResult[]> {
  const results = readAll(workspace, call, users)
  if (!results.some(restsOnSettings)) return results
  const fresh = await directory.fresh(workspace)
  return fresh === workspace ? results : readAll(fresh, call, users)
}

function readAll(
  workspace: Workspace,
  call: UserCall,
  users: readonly JsonObject[],
): readonly ProfileInputResult[] {
  const rules = inputRules(call, workspace)
  return users.map((user) => readProfileInput(user, rules))
}

function restsOnSettings({ faults, passedUnknown }: ProfileInputResult): boolean {
  return faults ? faults.some(({ code }) => restOnSettings.has(code)) : passedUnknown === true
}

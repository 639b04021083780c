import type { JsonObject } from '../../core/profiles/json-object.ts'
import type { ProfileFault, ProfileFaultCode } from '../../core/profiles/profile-fault.ts'
import { type ProfileInputResult, readProfileInput } from '../../core/profiles/read-profile-input.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../../core/workspaces/workspace-directory.ts'
import { inputRules, type UserCall } from './input-rules.ts'

/** Faults that may come of not knowing yet what another process has just registered. */
const restOnTheSchema: ReadonlySet<ProfileFaultCode> = new Set(['unknown-attribute', 'wrong-type'])

/**
 * Reads the users of one request against the workspace's attributes. Before users are refused for an attribute,
 * the newest state is asked for and they are read again, so that an attribute is valid in every process as soon
 * as its creation is answered (C56).
 */
export async function readUsers(
  directory: WorkspaceDirectory,
  workspace: Workspace,
  call: UserCall,
  users: readonly JsonObject[],
): Promise<readonly ProfileInputResult[]> {
  const results = readAll(workspace, call, users)
  if (!results.some((result) => result.faults?.some(restsOnTheSchema))) return results
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

function restsOnTheSchema(fault: ProfileFault): boolean {
  return restOnTheSchema.has(fault.code)
}

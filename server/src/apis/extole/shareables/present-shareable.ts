import type { ShareCode } from '../../../core/referral/share-codes.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { ExtoleDependencies } from '../extole-api.ts'

/** `{public URL}/{code}` (S6). */
export function shareLink({ publicUrl }: ExtoleDependencies, workspace: Workspace, code: string): string {
  return `${publicUrl(workspace)}/${code}`
}

/** The object of extole 9. */
export function presentShareable(
  dependencies: ExtoleDependencies,
  workspace: Workspace,
  shareCode: ShareCode,
) {
  const { code, key, label, content, data } = shareCode
  return { code, key, label, link: shareLink(dependencies, workspace, code), content, data }
}

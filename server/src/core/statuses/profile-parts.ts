import type { Clock } from '../../platform/clock.ts'
import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../workspaces/workspace-directory.ts'
import { type MovedStatuses, moveStatuses } from './move-statuses.ts'
import { moveStatusesBack } from './move-statuses-back.ts'

export interface StatusPartsOptions {
  readonly directory: Pick<WorkspaceDirectory, 'byId'>
  readonly clock: Clock
}

/**
 * What statuses keep of a profile. They stand before points in the list of all parts: a merge weighs what each of the
 * profiles brings, and undoing it, the other way round, what each is left with.
 */
export function statusParts({ directory, clock }: StatusPartsOptions): readonly ProfilePart[] {
  async function workspaceOf(id: number): Promise<Workspace> {
    const workspace = await directory.byId(id)
    if (!workspace) throw new Error(`there is no workspace ${id}`)
    return workspace
  }
  return [
    {
      ...rowsOfProfile('status_records', { key: ['number'] }),
      async move(connection, workspaceId, moves) {
        return await moveStatuses(connection, await workspaceOf(workspaceId), moves, clock.now())
      },
      async moveBack(connection, workspaceId, move, moved) {
        const workspace = await workspaceOf(workspaceId)
        await moveStatusesBack(connection, workspace, move, moved as MovedStatuses, clock.now())
      },
    },
  ]
}

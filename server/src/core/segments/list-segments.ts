import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type Segment, segmentsOfFile } from './segment.ts'

/** All segments: those of the workspace file in its order, then the lists that an API made, oldest first (L57). */
export async function listSegments(
  connection: Connection,
  workspace: Workspace,
): Promise<readonly Segment[]> {
  const { rows } = await connection.query<Omit<Segment, 'byRule'>>({
    name: 'list-segments',
    text: `select id, name, note, priority, created_at as "createdAt" from list_segments where workspace_id = $1 order by created_at, id`,
    values: [workspace.id],
  })
  return [...segmentsOfFile(workspace), ...rows.map((row) => ({ ...row, byRule: false }))]
}

/** The segment with this id; undefined where there is none. */
export async function findSegment(
  connection: Connection,
  workspace: Workspace,
  id: string,
): Promise<Segment | undefined> {
  const ofFile = segmentsOfFile(workspace).find((segment) => segment.id === id)
  if (ofFile) return ofFile
  if (!/^\d+$/.test(id)) return undefined
  const { rows } = await connection.query<Omit<Segment, 'byRule'>>({
    name: 'find-list-segment',
    text: 'select id, name, note, priority, created_at as "createdAt" from list_segments where workspace_id = $1 and id = $2',
    values: [workspace.id, id],
  })
  return rows[0] && { ...rows[0], byRule: false }
}

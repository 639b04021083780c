import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Segment } from './segment.ts'

export interface NewListSegment {
  readonly name: string
  readonly note?: string
  readonly priority?: number
}

/** Makes an empty list segment; its id is a number (S8). */
export async function createListSegment(
  connection: Connection,
  workspace: Workspace,
  { name, note, priority }: NewListSegment,
): Promise<Segment> {
  const { rows } = await connection.query<Omit<Segment, 'byRule'>>({
    name: 'create-list-segment',
    text: `insert into list_segments (workspace_id, name, note, priority) values ($1, $2, $3, $4)
           returning id, name, note, priority, created_at as "createdAt"`,
    values: [workspace.id, name, note ?? null, priority ?? null],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new segment')
  return { ...row, byRule: false }
}

import type { Connection } from '../../platform/postgres/database.ts'

/** Whether the workspace has a bill of this id (L112). */
export async function isBill(connection: Connection, workspaceId: number, billId: string): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'is-bill',
    text: 'select from purchases where workspace_id = $1 and bill_id = $2',
    values: [workspaceId, billId],
  })
  return rowCount === 1
}

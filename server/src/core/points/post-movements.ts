import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { bookMovements, type Posting } from './book-movements.ts'
import type { LedgerParts } from './ledger-parts.ts'
import type { Movement } from './movement.ts'

/** Books, and then tells the reactions of each movement. @returns the first one */
export async function postMovements(
  { reactions }: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  posting: Posting,
): Promise<{ readonly movement: Movement; readonly repeated: false }> {
  const movements = await bookMovements(connection, workspace.id, posting)
  const [first] = movements
  if (!first) throw new Error('nothing was booked')
  for (const movement of movements) {
    for (const react of reactions) await react(connection, workspace, movement)
  }
  return { movement: first, repeated: false }
}

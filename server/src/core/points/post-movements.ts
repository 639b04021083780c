import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { bookMovements, type Posting } from './book-movements.ts'
import type { LedgerParts } from './ledger-parts.ts'
import type { Movement } from './movement.ts'

/** Books, and then tells the reactions of the movements. @returns them in their order */
export async function postMovements(
  { reactions }: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  posting: Posting,
): Promise<readonly Movement[]> {
  const movements = await bookMovements(connection, workspace.id, posting)
  for (const react of reactions) await react(connection, workspace, movements)
  return movements
}

/** The same for the movements of one request, of which the first one answers it. */
export async function postBooking(
  parts: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  posting: Posting,
): Promise<{ readonly movement: Movement; readonly repeated: false }> {
  const [movement] = await postMovements(parts, connection, workspace, posting)
  if (!movement) throw new Error('nothing was booked')
  return { movement, repeated: false }
}

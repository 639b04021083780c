import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { beginBooking } from './begin-booking.ts'
import type { NewMovement } from './book-movements.ts'
import { lastMomentOf } from './last-moment.ts'
import type { SynchroniseRequest, SynchroniseResult } from './ledger.ts'
import type { LedgerParts } from './ledger-parts.ts'
import { postBooking } from './post-movements.ts'
import { outOfLots } from './spend.ts'
import { takeParts } from './take-parts.ts'

/**
 * A debt stays as it is: were it settled from what this adds, the balance would not be the amount. Where there is no
 * difference a movement of 0 keeps the key, so that the same request does not book a later difference.
 */
export async function synchronise(
  parts: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  request: SynchroniseRequest,
): Promise<SynchroniseResult> {
  const { amount, profileId } = request
  const begun = await beginBooking(parts, connection, workspace, { ...request, kind: 'synchronisation' }, [
    { id: profileId, need: 'all' },
  ])
  if (begun.answer) return begun.answer
  const { now, pointType, purpose, named } = begun
  const [wallet] = begun.wallets
  if (amount < wallet.reserved) return { refusal: 'not-enough-points' }
  const [added, taken] = [Math.max(0, amount - wallet.balance), Math.max(0, wallet.balance - amount)]
  const movement: NewMovement = {
    ...purpose,
    ...named,
    profileId: wallet.profileId,
    kind: 'synchronisation',
    earned: added,
    redeemed: taken,
    entries: [...outOfLots(takeParts(wallet.lots, taken).parts), { account: 'synchronised', amount: taken }],
  }
  const validTo = lastMomentOf(pointType, now, workspace.settings.timeZone)
  const addition: NewMovement = {
    ...movement,
    opensLot: { validTo },
    dueAt: validTo,
    entries: [
      { account: 'lot', lot: { openedBy: 0 }, amount: added },
      { account: 'synchronised', amount: -added },
    ],
  }
  return await postBooking(parts, connection, workspace, {
    pointTypeId: pointType.id,
    now,
    movements: [added > 0 ? addition : movement],
  })
}

import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { beginBooking } from './begin-booking.ts'
import type { NewEntry } from './book-movements.ts'
import type { SpendRequest, SpendResult } from './ledger.ts'
import type { LedgerParts } from './ledger-parts.ts'
import type { OpenLot } from './open-wallets.ts'
import { postBooking } from './post-movements.ts'
import { type Part, takeParts } from './take-parts.ts'

export async function spend(
  parts: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  request: SpendRequest,
): Promise<SpendResult> {
  const { kind, amount, profileId } = request
  const begun = await beginBooking(parts, connection, workspace, request, [{ id: profileId, need: amount }])
  if (begun.answer) return begun.answer
  const { now, pointType, purpose, named } = begun
  const [wallet] = begun.wallets
  if (amount > wallet.balance - wallet.reserved) return { refusal: 'not-enough-points' }
  const taken = takeParts(wallet.lots, amount)
  return await postBooking(parts, connection, workspace, {
    pointTypeId: pointType.id,
    now,
    movements: [
      {
        ...purpose,
        ...named,
        profileId: wallet.profileId,
        kind,
        redeemed: amount,
        entries: [...outOfLots(taken.parts), { account: 'spent', amount }],
      },
    ],
  })
}

export function outOfLots(parts: readonly Part<OpenLot>[]): readonly NewEntry[] {
  return parts.map(({ from, amount }) => ({ account: 'lot', lot: { id: from.id }, amount: -amount }))
}

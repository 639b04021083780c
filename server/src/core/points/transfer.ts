import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { beginBooking } from './begin-booking.ts'
import type { NewMovement } from './book-movements.ts'
import type { TransferRequest, TransferResult } from './ledger.ts'
import type { LedgerParts } from './ledger-parts.ts'
import type { OpenLot } from './open-wallets.ts'
import { postBooking } from './post-movements.ts'
import { settleDebts } from './settle-debts.ts'
import { outOfLots } from './spend.ts'
import { type Part, takeParts } from './take-parts.ts'

export async function transfer(
  parts: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  request: TransferRequest,
): Promise<TransferResult> {
  const { amount } = request
  const begun = await beginBooking(parts, connection, workspace, { ...request, kind: 'transfer' }, [
    { id: request.fromProfileId, need: amount },
    { id: request.intoProfileId, need: 0 },
  ])
  if (begun.answer) return begun.answer
  const { now, pointType, purpose, named } = begun
  const [from, into] = begun.wallets
  if (!into || into.profileId === from.profileId) return { refusal: 'same-profile' }
  if (amount > from.balance - from.reserved) return { refusal: 'not-enough-points' }
  const taken = takeParts(from.lots, amount)
  const given: NewMovement = {
    ...purpose,
    ...named,
    profileId: from.profileId,
    kind: 'transfer',
    redeemed: amount,
    entries: [...outOfLots(taken.parts), { account: 'transferred', amount }],
  }
  const lots = byExpiry(taken.parts).map((lot, index) => ({ ...lot, lot: { openedBy: index + 1 } }))
  const received = lots.map(
    ({ lot, remaining, validTo }): NewMovement => ({
      ...purpose,
      profileId: into.profileId,
      kind: 'transfer',
      cause: 0,
      earned: remaining,
      opensLot: { validTo },
      dueAt: validTo,
      entries: [
        { account: 'lot', lot, amount: remaining },
        { account: 'transferred', amount: -remaining },
      ],
    }),
  )
  return await postBooking(parts, connection, workspace, {
    pointTypeId: pointType.id,
    now,
    movements: [given, ...received, ...settleDebts(into, lots)],
  })
}

/** Parts that expire together arrive as one lot; the order of spending stays. */
function byExpiry(
  parts: readonly Part<OpenLot>[],
): readonly { readonly validTo: Date | null; readonly remaining: Hundredths }[] {
  const together = Map.groupBy(parts, ({ from }) => from.validTo?.getTime())
  return [...together.values()].map((same) => ({
    validTo: same[0]?.from.validTo ?? null,
    remaining: same.reduce((sum, { amount }) => sum + amount, 0),
  }))
}

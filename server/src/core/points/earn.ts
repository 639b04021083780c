import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { beginBooking } from './begin-booking.ts'
import { lastMomentOf } from './last-moment.ts'
import type { EarnRequest, EarnResult } from './ledger.ts'
import type { LedgerParts } from './ledger-parts.ts'
import { postMovements } from './post-movements.ts'
import { settleDebts } from './settle-debts.ts'

export async function earn(
  parts: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  request: EarnRequest,
): Promise<EarnResult> {
  const { kind, amount, profileId } = request
  const begun = await beginBooking(parts, connection, workspace, request, [{ id: profileId, need: 0 }])
  if (begun.answer) return begun.answer
  const { now, pointType, purpose, named } = begun
  const [wallet] = begun.wallets
  const validTo = lastMomentOf(pointType, now, workspace.settings.timeZone)
  return await postMovements(parts, connection, workspace, {
    pointTypeId: pointType.id,
    now,
    movements: [
      {
        ...purpose,
        ...named,
        profileId: wallet.profileId,
        kind,
        earned: amount,
        opensLot: { validTo },
        dueAt: validTo,
        entries: [
          { account: 'lot', lot: { openedBy: 0 }, amount },
          { account: 'issued', amount: -amount },
        ],
      },
      ...settleDebts(wallet, [{ lot: { openedBy: 0 }, remaining: amount }]),
    ],
  })
}

import type { Hundredths } from '../amounts/hundredths.ts'
import type { LotName, NewMovement } from './book-movements.ts'
import type { OpenWallet } from './open-wallets.ts'
import { takeParts } from './take-parts.ts'

/**
 * Settles debts, the oldest first, from what the booking puts into lots (L114).
 *
 * @param cause the place of the movement that it follows from
 * @returns the movement, or none where nothing is owed
 */
export function settleDebts(
  { profileId, debts }: OpenWallet,
  received: readonly { readonly lot: LotName; readonly remaining: Hundredths }[],
  cause = 0,
): readonly NewMovement[] {
  const owed = debts.reduce((sum, { remaining }) => sum + remaining, 0)
  const taken = takeParts(received, owed)
  if (taken.parts.length === 0) return []
  const settled = takeParts(debts, owed - taken.missing)
  return [
    {
      profileId,
      kind: 'debt-settlement',
      cause,
      entries: [
        ...taken.parts.map(({ from, amount }) => ({
          account: 'lot' as const,
          lot: from.lot,
          amount: -amount,
        })),
        ...settled.parts.map(({ from, amount }) => ({
          account: 'owed' as const,
          debt: { id: from.id },
          amount,
        })),
      ],
    },
  ]
}

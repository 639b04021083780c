import type { Hundredths } from '../amounts/hundredths.ts'
import type { NewMovement } from './book-movements.ts'
import type { OpenWallet } from './open-wallets.ts'
import type { BookedLot, BookedMovement } from './read-booked.ts'
import { settleDebts } from './settle-debts.ts'
import { outOfLots } from './spend.ts'
import { takeParts } from './take-parts.ts'

/** What a reversal says of itself, and what only its first movement says. */
export interface ReversalNames {
  readonly common: Omit<NewMovement, 'profileId' | 'entries'>
  readonly first: Pick<NewMovement, 'key' | 'contentHash' | 'reverses'>
}

/**
 * What was spent returns to its lots, with a movement for each profile that has some of them now: merges may have been
 * undone since. The wallets' own first. What returns to somebody who owes settles that: it was owed because it had
 * been spent.
 */
export function giveBack(
  { lots }: BookedMovement,
  wallets: readonly OpenWallet[],
  { common, first }: ReversalNames,
): readonly NewMovement[] {
  const movements: NewMovement[] = []
  for (const wallet of wallets) {
    const back = lots
      .filter(({ profileId }) => profileId === wallet.profileId)
      .map(({ id, amount }) => ({ lot: { id }, remaining: -amount }))
    const amount = sumOf(back)
    movements.push({
      ...common,
      ...(movements.length === 0 ? first : { cause: 0 }),
      profileId: wallet.profileId,
      redeemed: -amount,
      dueAt: earliest(lots),
      entries: [
        ...back.map(({ lot, remaining }) => ({ account: 'lot' as const, lot, amount: remaining })),
        { account: 'spent', amount: -amount },
      ],
    })
    movements.push(...settleDebts(wallet, back))
  }
  return movements
}

/**
 * What was earned is taken back: what is left of its lot; what expired of it; for what was spent of it the other lots,
 * which would have been spent in its place; and what is not there is owed (L114).
 */
export function takeBack(
  { lots }: BookedMovement,
  wallet: OpenWallet,
  { common, first }: ReversalNames,
): readonly NewMovement[] {
  const [lot] = lots
  if (!lot) throw new Error('a movement that earned points opened no lot')
  const own = wallet.lots.filter(({ id }) => id === lot.id)
  const left = sumOf(own)
  const others = takeParts(
    wallet.lots.filter(({ id }) => id !== lot.id),
    lot.amount - left - lot.expired,
  )
  return [
    {
      ...common,
      ...first,
      profileId: wallet.profileId,
      earned: -lot.amount,
      opensDebt: others.missing > 0,
      entries: [
        ...outOfLots(takeParts(own, left).parts),
        ...outOfLots(others.parts),
        { account: 'expired', amount: -lot.expired },
        { account: 'owed', debt: { openedBy: 0 }, amount: -others.missing },
        { account: 'issued', amount: lot.amount },
      ],
    },
  ]
}

function sumOf(lots: readonly { readonly remaining: Hundredths }[]): Hundredths {
  return lots.reduce((sum, { remaining }) => sum + remaining, 0)
}

function earliest(lots: readonly BookedLot[]): Date | null {
  const times = lots.flatMap(({ validTo }) => validTo?.getTime() ?? [])
  return times.length > 0 ? new Date(Math.min(...times)) : null
}

import type { Hundredths } from '../amounts/hundredths.ts'

interface ModelLot {
  readonly owner: number
  readonly purchase: number | undefined
  readonly validTo: number
  remaining: Hundredths
  opened: Hundredths
  expired: Hundredths
}

interface ModelSpend {
  readonly owner: number
  readonly parts: readonly { readonly lot: ModelLot; readonly amount: Hundredths }[]
  isReversed: boolean
}

/** What the ledger is to do, told in the plainest way, for several profiles with points of one type. */
export interface LedgerModel {
  now: number
  balance(owner: number): Hundredths
  free(owner: number): Hundredths
  owed(owner: number): Hundredths
  /** Each gives whether it is done, or else refused. */
  earn(owner: number, amount: Hundredths, validTo: number): boolean
  spend(owner: number, amount: Hundredths): boolean
  transfer(from: number, into: number, amount: Hundredths): boolean
  synchronise(owner: number, amount: Hundredths, validTo: number): boolean
  reserve(owner: number, amount: Hundredths, expiresAt: number): boolean
  reverseEarning(index: number): boolean
  reverseSpending(index: number): boolean
  expire(owner: number): void
}

export function createLedgerModel(): LedgerModel {
  const lots: ModelLot[] = []
  const earnings: { readonly lot: ModelLot; isReversed: boolean }[] = []
  const spendings: ModelSpend[] = []
  const reservations: { readonly owner: number; readonly amount: Hundredths; readonly expiresAt: number }[] =
    []
  const debts = new Map<number, Hundredths>()

  const inOrder = (owner: number) =>
    lots.filter((lot) => lot.owner === owner && lot.remaining > 0).sort((a, b) => a.validTo - b.validTo)
  const sum = (owner: number) => inOrder(owner).reduce((total, { remaining }) => total + remaining, 0)

  function take(from: readonly ModelLot[], amount: Hundredths) {
    const parts = []
    for (const lot of from) {
      const part = Math.min(lot.remaining, amount)
      amount -= part
      lot.remaining -= part
      if (part > 0) parts.push({ lot, amount: part })
    }
    return { parts, missing: amount }
  }

  function open(owner: number, amount: Hundredths, validTo: number): ModelLot {
    const lot = { owner, purchase: undefined, validTo, remaining: amount, opened: amount, expired: 0 }
    lots.push(lot)
    return lot
  }

  function settle(owner: number, from: readonly ModelLot[], most: Hundredths): void {
    const owed = debts.get(owner) ?? 0
    const { missing } = take(from, Math.min(owed, most))
    debts.set(owner, owed - (Math.min(owed, most) - missing))
  }

  const model: LedgerModel = {
    now: 0,
    balance: sum,
    owed: (owner) => debts.get(owner) ?? 0,
    free(owner) {
      const bound = reservations
        .filter((reservation) => reservation.owner === owner && reservation.expiresAt > model.now)
        .reduce((total, { amount }) => total + amount, 0)
      return sum(owner) - bound
    },
    expire(owner) {
      for (const lot of inOrder(owner)) {
        if (lot.validTo >= model.now) continue
        lot.expired += lot.remaining
        lot.remaining = 0
      }
    },
    earn(owner, amount, validTo) {
      model.expire(owner)
      const lot = open(owner, amount, validTo)
      earnings.push({ lot, isReversed: false })
      settle(owner, [lot], amount)
      return true
    },
    spend(owner, amount) {
      model.expire(owner)
      if (amount > model.free(owner)) return false
      spendings.push({ owner, parts: take(inOrder(owner), amount).parts, isReversed: false })
      return true
    },
    transfer(from, into, amount) {
      model.expire(from)
      model.expire(into)
      if (from === into || amount > model.free(from)) return false
      const together = new Map<number, Hundredths>()
      for (const { lot, amount: part } of take(inOrder(from), amount).parts) {
        together.set(lot.validTo, (together.get(lot.validTo) ?? 0) + part)
      }
      const opened = [...together].map(([validTo, part]) => open(into, part, validTo))
      settle(into, opened, amount)
      return true
    },
    synchronise(owner, amount, validTo) {
      model.expire(owner)
      const balance = sum(owner)
      if (amount < balance - model.free(owner)) return false
      if (amount > balance) open(owner, amount - balance, validTo)
      else take(inOrder(owner), balance - amount)
      return true
    },
    reserve(owner, amount, expiresAt) {
      model.expire(owner)
      if (amount > model.free(owner)) return false
      reservations.push({ owner, amount, expiresAt })
      return true
    },
    reverseEarning(index) {
      const earning = earnings[index]
      if (!earning || earning.isReversed) return false
      earning.isReversed = true
      const { lot } = earning
      model.expire(lot.owner)
      const spent = lot.opened - lot.remaining - lot.expired
      lot.remaining = 0
      lot.expired = 0
      lot.opened = 0
      const { missing } = take(inOrder(lot.owner), spent)
      debts.set(lot.owner, (debts.get(lot.owner) ?? 0) + missing)
      return true
    },
    reverseSpending(index) {
      const spending = spendings[index]
      if (!spending || spending.isReversed) return false
      spending.isReversed = true
      model.expire(spending.owner)
      const { parts, owner } = spending
      for (const { lot, amount } of parts) lot.remaining += amount
      const total = parts.reduce((sum, { amount }) => sum + amount, 0)
      const returned = parts.map(({ lot }) => lot)
      settle(owner, returned, total)
      model.expire(owner)
      return true
    },
  }
  return model
}

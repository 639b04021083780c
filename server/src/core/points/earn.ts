import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { answerKnown, nameOf, termsOf } from './begin-booking.ts'
import type { NewMovement } from './book-movements.ts'
import { lastMomentOf } from './last-moment.ts'
import type { EarnRequest, EarnResult } from './ledger.ts'
import type { LedgerParts } from './ledger-parts.ts'
import { type OpenWallet, openWallets } from './open-wallets.ts'
import { postMovements } from './post-movements.ts'
import { settleDebts } from './settle-debts.ts'

export async function earn(
  parts: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  request: EarnRequest,
): Promise<EarnResult> {
  const [result] = await earnAll(parts, connection, workspace, [request])
  if (!result) throw new Error('a request was not answered')
  return result
}

export async function earnAll(
  parts: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  requests: readonly EarnRequest[],
): Promise<readonly EarnResult[]> {
  const results: EarnResult[] = []
  const bookable = requests.flatMap((request, index) => {
    const terms = termsOf(workspace, request)
    if (terms.refusal) results[index] = terms
    return terms.refusal ? [] : [{ index, request, terms }]
  })
  const [pointType, ...otherTypes] = new Set(bookable.map(({ terms }) => terms.pointType))
  if (!pointType) return results
  if (otherTypes.length > 0) throw new Error('what is earned at once is of one point type')

  const now = parts.clock.now()
  const opened = await openWallets(connection, workspace, {
    now,
    keys: bookable.map(({ request }) => request.key),
    pointTypeId: pointType.id,
    profiles: bookable.map(({ request }) => ({ id: request.profileId, need: 0 })),
  })
  const known = new Map(opened.known.map((row) => [row.key, row]))
  const validTo = lastMomentOf(pointType, now, workspace.settings.timeZone)
  const movements: NewMovement[] = []
  const places = new Map<number, number>()
  const earning = new Set<OpenWallet>()
  for (const [n, { index, request, terms }] of bookable.entries()) {
    const wallet = opened.wallets[n]
    const named = nameOf(request)
    const answered = wallet && answerKnown(known.get(request.key), named.contentHash, wallet.profileId)
    if (!wallet) results[index] = { refusal: 'unknown-profile' }
    else if (answered) results[index] = answered.answer
    else {
      if (earning.has(wallet)) throw new Error('a profile earns once at a time')
      earning.add(wallet)
      places.set(index, movements.length)
      movements.push(...earningOf(request, { ...terms.purpose, ...named }, wallet, validTo, movements.length))
    }
  }
  if (movements.length === 0) return results
  const posted = await postMovements(parts, connection, workspace, {
    pointTypeId: pointType.id,
    now,
    movements,
  })
  for (const [index, place] of places) {
    const movement = posted[place]
    if (movement) results[index] = { movement, repeated: false }
  }
  return results
}

/** The movement at this place, and what settles the debts of the wallet from it. */
function earningOf(
  { kind, amount }: EarnRequest,
  words: Partial<NewMovement>,
  wallet: OpenWallet,
  validTo: Date | null,
  place: number,
): readonly NewMovement[] {
  const lot = { openedBy: place }
  return [
    {
      ...words,
      profileId: wallet.profileId,
      kind,
      earned: amount,
      opensLot: { validTo },
      dueAt: validTo,
      entries: [
        { account: 'lot', lot, amount },
        { account: 'issued', amount: -amount },
      ],
    },
    ...settleDebts(wallet, [{ lot, remaining: amount }], place),
  ]
}

import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { answerKnown, hashContent } from './begin-booking.ts'
import { bookExpiry } from './book-expiry.ts'
import type { ReverseRequest, ReverseResult } from './ledger.ts'
import type { LedgerParts } from './ledger-parts.ts'
import type { MovementKind } from './movement.ts'
import { openAllWallets } from './open-wallets.ts'
import { giveBack, type ReversalNames, takeBack } from './plan-reversal.ts'
import { postBooking } from './post-movements.ts'
import { type BookedMovement, readBooked } from './read-booked.ts'

/** What a reversal is called; other kinds are not reversed. */
const reversals: Partial<Record<MovementKind, MovementKind>> = {
  purchase: 'cancellation',
  payment: 'cancellation',
  grant: 'grant-refund',
}

/** A merge may move a lot between our look and our lock. */
const mostLooks = 5

export async function reverse(
  parts: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  request: ReverseRequest,
): Promise<ReverseResult> {
  const { key, movementNumber } = request
  const contentHash = hashContent(['reverse', movementNumber])
  const now = parts.clock.now()
  for (let look = 0; look < mostLooks; look++) {
    const seen = await readBooked(connection, workspace.id, movementNumber)
    if (!seen) return { refusal: 'unknown-movement' }
    const kind = reversals[seen.kind]
    if (kind === undefined || seen.shareOf !== null) return { refusal: 'not-reversible' }
    const owners = ownersOf(seen)
    if (seen.profileId === null) return { refusal: 'unknown-profile' }
    const opened = await openAllWallets(connection, workspace, {
      now,
      keys: [key],
      pointTypeId: seen.pointTypeId,
      profiles: owners.map((id) => ({ id, need: seen.kind === 'purchase' ? 'all' : 0 })),
    })
    const [wallet] = opened?.wallets ?? []
    if (!opened || !wallet) return { refusal: 'unknown-profile' }
    // Read again: under the lock a movement, its lots and whose they are stay as they are.
    const original = await readBooked(connection, workspace.id, movementNumber)
    if (!original || ownersOf(original).join() !== owners.join()) continue
    const known = answerKnown(opened.known[0], contentHash, original.profileId)
    if (known) return known.answer
    if (original.isReversed) return { refusal: 'already-reversed' }
    const names = namesOf(request, original, kind, contentHash)
    const isEarned = original.kind === 'purchase'
    const posted = await postBooking(parts, connection, workspace, {
      pointTypeId: original.pointTypeId,
      now,
      movements: isEarned ? takeBack(original, wallet, names) : giveBack(original, opened.wallets, names),
    })
    // What returned to a lot that is past its last moment expires now.
    if (!isEarned && original.lots.some(({ validTo }) => validTo !== null && validTo < now)) {
      const wallets = owners.map((profileId) => ({ profileId, pointTypeId: original.pointTypeId }))
      await bookExpiry(connection, workspace.id, wallets, now)
    }
    return posted
  }
  throw new Error('the lots of a movement move without end')
}

/** Whose wallets it concerns: its own profile's first. */
function ownersOf({ profileId, lots }: BookedMovement): readonly string[] {
  const others = lots.flatMap((lot) => lot.profileId ?? []).sort()
  return [...new Set([...(profileId === null ? [] : [profileId]), ...others])]
}

function namesOf(
  { key, note, purchaseNumber }: ReverseRequest,
  original: BookedMovement,
  kind: MovementKind,
  contentHash: string,
): ReversalNames {
  return {
    first: { key, contentHash, reverses: original.id },
    common: {
      kind,
      note,
      countedAt: original.countedAt,
      partnerId: original.partnerId,
      storeId: original.storeId,
      purchaseNumber: purchaseNumber ?? original.purchaseNumber,
      grantNumber: original.grantNumber,
    },
  }
}

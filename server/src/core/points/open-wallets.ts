import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { stillMerged } from '../profiles/lock-survivor.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { bookExpiry } from './book-expiry.ts'
import { type LockedWallets, lockWallets, makeWallets, type OpenRequest } from './lock-wallets.ts'
import type { MovementRow } from './movement-row.ts'

export interface OpenLot {
  readonly id: string
  readonly profileId: string
  readonly remaining: Hundredths
  readonly validTo: Date | null
}

interface OpenDebt {
  readonly id: string
  readonly remaining: Hundredths
}

/** A wallet that is locked until the transaction ends; nothing in it is due to expire. */
export interface OpenWallet {
  readonly profileId: string
  readonly balance: Hundredths
  /** Bound by active reservations (L97). */
  readonly reserved: Hundredths
  /** In the order of spending (L122): those that the need takes, or more. */
  readonly lots: readonly OpenLot[]
  /** Oldest first. */
  readonly debts: readonly OpenDebt[]
}

export interface OpenWallets<Wallet extends OpenWallet | undefined> {
  /**
   * In the order of the request; two ids of one merged profile give its one wallet twice. Undefined: there is no such
   * profile.
   */
  readonly wallets: readonly Wallet[]
  /** What was booked under the keys before. */
  readonly known: readonly MovementRow[]
}

/** A merge may end between our look and our lock; more than two in a row do not happen. */
const mostLooks = 3
const mostRounds = 10

/**
 * Opens the wallets of one point type of profiles: locks them, makes those that are missing, and books what is due to
 * expire.
 *
 * Locks are waited for in the statement that reads, and what it reads is from before the wait. A wallet's revision
 * tells whether that was still so once the lock was held; where not, it is read again.
 */
export async function openWallets(
  connection: Connection,
  workspace: Workspace,
  request: OpenRequest,
): Promise<OpenWallets<OpenWallet | undefined>> {
  let looks = 0
  for (let round = 0; round < mostRounds; round++) {
    const found = await lockWallets(connection, workspace.id, request)
    if (found.people.some(({ id }) => id === null) && ++looks < mostLooks) continue
    const merged = request.profiles.flatMap(({ id: asked }, place) => {
      const id = found.people[place]?.id ?? asked
      return id === asked ? [] : { asked, id }
    })
    const still = await stillMerged(connection, workspace.id, merged)
    if (merged.some(({ asked }) => !still.has(asked))) continue
    const ids = [...new Set(found.people.flatMap(({ id }) => id ?? []))]
    if (found.wallets.length < ids.length) {
      await makeWallets(connection, workspace, request.pointTypeId, ids)
      continue
    }
    if (found.wallets.some(({ revision, seen_revision }) => revision !== seen_revision)) continue
    const due = found.wallets.filter(({ is_due }) => is_due)
    if (due.length > 0) {
      await bookExpiry(
        connection,
        workspace.id,
        due.map(({ profile_id }) => ({ profileId: profile_id, pointTypeId: request.pointTypeId })),
        request.now,
      )
      continue
    }
    const wallets = walletsOf(found)
    return {
      wallets: found.people.map(({ id }) => (id === null ? undefined : wallets.get(id))),
      known: found.known,
    }
  }
  throw new Error('a wallet changes while it is locked')
}

/** The same, where nothing can be done without one of them. @returns undefined where a profile is not there */
export async function openAllWallets(
  connection: Connection,
  workspace: Workspace,
  request: OpenRequest,
): Promise<OpenWallets<OpenWallet> | undefined> {
  const { wallets, known } = await openWallets(connection, workspace, request)
  const there = wallets.filter((wallet) => wallet !== undefined)
  return there.length < wallets.length ? undefined : { wallets: there, known }
}

function walletsOf({ wallets, lots, debts }: LockedWallets): ReadonlyMap<string, OpenWallet> {
  const lotsOf = Map.groupBy(lots, ({ profile_id }) => profile_id)
  const debtsOf = Map.groupBy(debts, ({ profile_id }) => profile_id)
  return new Map(
    wallets.map(({ profile_id: profileId, balance, reserved }) => [
      profileId,
      {
        profileId,
        balance,
        reserved,
        lots: (lotsOf.get(profileId) ?? []).map(({ id, remaining, valid_to }) => ({
          id,
          profileId,
          remaining,
          validTo: valid_to === null ? null : new Date(valid_to),
        })),
        debts: (debtsOf.get(profileId) ?? []).map(({ id, remaining }) => ({ id, remaining })),
      },
    ]),
  )
}

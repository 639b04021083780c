import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { EarnKind, Movement, Purpose, SpendKind } from './movement.ts'

/**
 * Reacts to movements in the transaction that books them, after everything that the booking writes. Not told of
 * expiry and write-offs, which no request asks for and which change no qualifying points.
 */
export type MovementReaction = (
  connection: Connection,
  workspace: Workspace,
  movements: readonly Movement[],
) => Promise<void>

/** What every request that books has. */
interface Booking extends Purpose {
  /**
   * The caller's own name for what happens, unique in the workspace: the same request again under it gives the
   * first movement back and books nothing. Namespaced by its noun: `purchase:4711:earned`.
   */
  readonly key: string
  /** Absent: the type marked `default`, else the first (L96). */
  readonly pointTypeId?: string | undefined
}

export interface EarnRequest extends Booking {
  readonly kind: EarnKind
  readonly profileId: string
  /** Above 0. */
  readonly amount: Hundredths
}

export interface SpendRequest extends Booking {
  readonly kind: SpendKind
  readonly profileId: string
  /** Above 0. */
  readonly amount: Hundredths
}

export interface ReverseRequest {
  readonly key: string
  /** The number of the movement: a purchase, a payment or what a grant cost. */
  readonly movementNumber: string
  readonly note?: string | null | undefined
  /** The purchase that cancels; absent: the one of the movement. */
  readonly purchaseNumber?: string | undefined
}

export interface TransferRequest extends Booking {
  readonly fromProfileId: string
  readonly intoProfileId: string
  /** Above 0. */
  readonly amount: Hundredths
}

export interface SynchroniseRequest extends Booking {
  readonly profileId: string
  /** What the balance is to be; 0 or more. */
  readonly amount: Hundredths
}

export interface ReserveRequest {
  /** The caller's name for it, unique among the active reservations of the workspace. */
  readonly externalId: string
  readonly profileId: string
  readonly pointTypeId?: string | undefined
  /** Above 0. */
  readonly amount: Hundredths
  /** Absent: until it is released. One that is past binds nothing. */
  readonly expiresAt?: Date | null | undefined
}

export interface ReleaseRequest {
  readonly externalId: string
  /** Only if it is one of these profiles'; absent: anybody's. */
  readonly profileIds?: readonly string[] | undefined
}

export interface ReservationUse {
  readonly externalId: string
  readonly profileId: string
}

export type LedgerRefusal =
  | 'unknown-profile'
  | 'unknown-point-type'
  | 'unknown-partner'
  /** Not above 0 (synchronise: below 0), or more than can be booked at once. */
  | 'amount-not-allowed'
  /** More than is free (L97). */
  | 'not-enough-points'
  /** A transfer to oneself (L99). */
  | 'same-profile'
  /** The key is another request's. */
  | 'key-taken'
  | 'unknown-movement'
  /** An addition, a redemption, a transfer … are not reversed but balanced by another movement. */
  | 'not-reversible'
  | 'already-reversed'
  /** An active reservation has this external id (L98). */
  | 'reservation-exists'
  | 'unknown-reservation'

/** A refusal has booked nothing. */
type Booked<Refusal extends LedgerRefusal> =
  | {
      readonly movement: Movement
      /** The key was known: this is the movement of then, and nothing was booked now. */
      readonly repeated: boolean
      readonly refusal?: never
    }
  | { readonly refusal: Refusal; readonly movement?: never; readonly repeated?: never }

type Always =
  | 'unknown-profile'
  | 'unknown-point-type'
  | 'unknown-partner'
  | 'amount-not-allowed'
  | 'key-taken'

export type EarnResult = Booked<Always>
export type SpendResult = Booked<Always | 'not-enough-points'>
export type ReverseResult = Booked<
  'unknown-movement' | 'not-reversible' | 'already-reversed' | 'key-taken' | 'unknown-profile'
>
/** The movement is the one of the profile that gives. */
export type TransferResult = Booked<Always | 'not-enough-points' | 'same-profile'>
export type SynchroniseResult = Booked<Always | 'not-enough-points'>

export type ReserveResult =
  | { readonly reservation: string; readonly refusal?: never }
  | {
      readonly refusal:
        | 'unknown-profile'
        | 'unknown-point-type'
        | 'amount-not-allowed'
        | 'not-enough-points'
        | 'reservation-exists'
      readonly reservation?: never
    }

/**
 * The points of a workspace's customers: a double-entry ledger (L121–L124). Every verb works in the caller's
 * transaction, which has to be one, and locks the wallets it moves until that ends; several profiles in the order of
 * their ids. A profile that was merged away is its survivor (S9). What is due to expire is booked first.
 */
export interface Ledger {
  /** Adds points: a lot that expires as their type says (L122). A debt is settled from it at once (L114). */
  earn(connection: Connection, workspace: Workspace, request: EarnRequest): Promise<EarnResult>
  /** The same for many profiles at once, each of them once. @returns in the order of the requests */
  earnAll(
    connection: Connection,
    workspace: Workspace,
    requests: readonly EarnRequest[],
  ): Promise<readonly EarnResult[]>
  /** Takes free points, from the lot that expires first, then the older one (L97, L122). */
  spend(connection: Connection, workspace: Workspace, request: SpendRequest): Promise<SpendResult>
  /**
   * Undoes a movement as if it had never been (L113). What was spent returns to the lots it came from, with their old
   * expiry. What was earned is taken back: from its lot; what was spent of it from what else there is; and what is
   * not there is owed (L114). Of a purchase that was paid and earned with points, reverse the payment first: what
   * returns is there to be taken.
   */
  reverse(connection: Connection, workspace: Workspace, request: ReverseRequest): Promise<ReverseResult>
  /** Moves free points to another profile; they keep their expiry (L99). */
  transfer(connection: Connection, workspace: Workspace, request: TransferRequest): Promise<TransferResult>
  /** Books what makes the balance this amount; less than is reserved is refused (L99). */
  synchronise(
    connection: Connection,
    workspace: Workspace,
    request: SynchroniseRequest,
  ): Promise<SynchroniseResult>
  /** Binds free points (L98). @returns the number of the reservation */
  reserve(connection: Connection, workspace: Workspace, request: ReserveRequest): Promise<ReserveResult>
  /** Ends an active reservation (L98). */
  release(
    connection: Connection,
    workspace: Workspace,
    request: ReleaseRequest,
  ): Promise<{ readonly refusal?: 'unknown-reservation' }>
  /**
   * Uses up the profiles' active reservations of these external ids, where there are any: their points are free for
   * whatever else the transaction spends (L115).
   */
  useReservations(
    connection: Connection,
    workspace: Workspace,
    uses: readonly ReservationUse[],
  ): Promise<void>
}

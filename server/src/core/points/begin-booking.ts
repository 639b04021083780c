import { createHash } from 'node:crypto'
import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findPointType, type PointType } from './find-point-type.ts'
import type { LedgerParts } from './ledger-parts.ts'
import type { OpenRequest } from './lock-wallets.ts'
import type { Movement, MovementKind, Purpose } from './movement.ts'
import { type MovementRow, movementOf } from './movement-row.ts'
import { type OpenWallet, openAllWallets } from './open-wallets.ts'

interface BookingRequest extends Purpose {
  readonly key: string
  readonly kind: MovementKind
  readonly amount: Hundredths
  readonly pointTypeId?: string | undefined
}

/** What a request that can be booked refers to. */
interface BookingTerms {
  readonly pointType: PointType
  /** What every movement of the booking says of itself. */
  readonly purpose: Purpose & { readonly partnerId: string | undefined }
  readonly refusal?: never
}

interface BookingName {
  readonly key: string
  readonly contentHash: string
}

type TermsRefusal = 'amount-not-allowed' | 'unknown-point-type' | 'unknown-partner'

/** The wallets are locked, and nothing speaks against the request yet. */
interface Begun extends BookingTerms {
  readonly now: Date
  /** In the order of the request. */
  readonly wallets: readonly [OpenWallet, ...OpenWallet[]]
  readonly named: BookingName
  readonly answer?: never
}

/** There is nothing to book any more: this is the answer. */
interface Answered<Refusal extends TermsRefusal | 'unknown-profile' | 'key-taken'> {
  readonly answer:
    | { readonly movement: Movement; readonly repeated: true; readonly refusal?: never }
    | { readonly refusal: Refusal; readonly movement?: never; readonly repeated?: never }
}

/** More at once would soon add up to what a JavaScript number cannot count exactly. */
export const mostAtOnce: Hundredths = 10_000_000_000_000

export function isAmount(amount: Hundredths, least: Hundredths): boolean {
  return Number.isSafeInteger(amount) && amount >= least && amount <= mostAtOnce
}

/** Finds what a request refers to, or what speaks against it, whoever it is of. */
export function termsOf(
  workspace: Workspace,
  { kind, amount, pointTypeId, partnerId, note, storeId, purchaseNumber, grantNumber }: BookingRequest,
): BookingTerms | { readonly refusal: TermsRefusal } {
  if (!isAmount(amount, kind === 'synchronisation' ? 0 : 1)) return { refusal: 'amount-not-allowed' }
  const pointType = findPointType(workspace, pointTypeId)
  if (!pointType) return { refusal: 'unknown-point-type' }
  const { partners } = workspace.settings.loyalty
  const partner = partners.find(({ id }) => partnerId === undefined || id === partnerId)
  if (!partner && partnerId !== undefined) return { refusal: 'unknown-partner' }
  return { pointType, purpose: { note, partnerId: partner?.id, storeId, purchaseNumber, grantNumber } }
}

/** What the first movement of a booking keeps, to know the request again. `others`: whom it names besides. */
export function nameOf(request: BookingRequest, others: readonly string[] = []): BookingName {
  const { key, kind, amount, pointTypeId, partnerId, note, storeId, purchaseNumber, grantNumber } = request
  const content = [
    kind,
    amount,
    pointTypeId,
    partnerId,
    note,
    storeId,
    purchaseNumber,
    grantNumber,
    ...others,
  ]
  return { key, contentHash: hashContent(content) }
}

/** What a verb that books begins with: finds what the request refers to, locks the wallets, and knows its key. */
export async function beginBooking(
  { clock }: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  request: BookingRequest,
  profiles: OpenRequest['profiles'],
): Promise<Begun | Answered<TermsRefusal | 'unknown-profile' | 'key-taken'>> {
  const terms = termsOf(workspace, request)
  if (terms.refusal) return { answer: terms }
  const now = clock.now()
  const asked = { now, keys: [request.key], pointTypeId: terms.pointType.id, profiles }
  const opened = await openAllWallets(connection, workspace, asked)
  const [first, ...others] = opened?.wallets ?? []
  if (!opened || !first) return { answer: { refusal: 'unknown-profile' } }
  const named = nameOf(
    request,
    others.map(({ profileId }) => profileId),
  )
  return (
    answerKnown(opened.known[0], named.contentHash, first.profileId) ?? {
      ...terms,
      now,
      wallets: [first, ...others],
      named,
    }
  )
}

/** What tells a request from another one under its key. Whose it is, is compared apart, because profiles merge. */
export function hashContent(content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url')
}

/** The answer to a request whose key is known; undefined where it is not. */
export function answerKnown(
  known: MovementRow | undefined,
  contentHash: string,
  profileId: string | null,
): Answered<'key-taken'> | undefined {
  if (!known) return undefined
  if (profileId === null || known.content_hash !== contentHash || known.profile_id !== profileId) {
    return { answer: { refusal: 'key-taken' } }
  }
  return { answer: { movement: movementOf(known, profileId), repeated: true } }
}

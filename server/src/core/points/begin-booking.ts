import { createHash } from 'node:crypto'
import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findPointType, type PointType } from './find-point-type.ts'
import type { LedgerParts } from './ledger-parts.ts'
import type { Movement, MovementKind, Purpose } from './movement.ts'
import { type MovementRow, movementOf } from './movement-row.ts'
import { type OpenRequest, type OpenWallet, openWallets } from './open-wallets.ts'

interface BookingRequest extends Purpose {
  readonly key: string
  readonly kind: MovementKind
  readonly amount: Hundredths
  readonly pointTypeId?: string | undefined
}

/** The wallets are locked, and nothing speaks against the request yet. */
interface Begun {
  readonly now: Date
  readonly pointType: PointType
  /** In the order of the request. */
  readonly wallets: readonly [OpenWallet, ...OpenWallet[]]
  /** What every movement of the booking says of itself. */
  readonly purpose: Purpose & { readonly partnerId: string | undefined }
  /** What the first movement of the booking keeps besides. */
  readonly named: { readonly key: string; readonly contentHash: string }
  readonly answer?: never
}

type BeginRefusal =
  | 'amount-not-allowed'
  | 'unknown-point-type'
  | 'unknown-partner'
  | 'unknown-profile'
  | 'key-taken'

/** There is nothing to book any more: this is the answer. */
interface Answered<Refusal extends BeginRefusal> {
  readonly answer:
    | { readonly movement: Movement; readonly repeated: true; readonly refusal?: never }
    | { readonly refusal: Refusal; readonly movement?: never; readonly repeated?: never }
}

/** More at once would soon add up to what a JavaScript number cannot count exactly. */
const mostAtOnce: Hundredths = 10_000_000_000_000

export function isAmount(amount: Hundredths, least: Hundredths): boolean {
  return Number.isSafeInteger(amount) && amount >= least && amount <= mostAtOnce
}

/** What every verb that books begins with: finds what the request refers to, locks the wallets, and knows its key. */
export async function beginBooking(
  { clock }: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  request: BookingRequest,
  profiles: OpenRequest['profiles'],
): Promise<Begun | Answered<BeginRefusal>> {
  const { key, kind, amount, note, storeId, purchaseNumber, grantNumber } = request
  if (!isAmount(amount, kind === 'synchronisation' ? 0 : 1)) return refuse('amount-not-allowed')
  const pointType = findPointType(workspace, request.pointTypeId)
  if (!pointType) return refuse('unknown-point-type')
  const { partners } = workspace.settings.loyalty
  const partner = partners.find(({ id }) => request.partnerId === undefined || id === request.partnerId)
  if (!partner && request.partnerId !== undefined) return refuse('unknown-partner')
  const now = clock.now()
  const opened = await openWallets(connection, workspace, { now, key, pointTypeId: pointType.id, profiles })
  const [first, ...others] = opened?.wallets ?? []
  if (!opened || !first) return refuse('unknown-profile')
  const contentHash = hashContent([
    kind,
    amount,
    request.pointTypeId,
    request.partnerId,
    note,
    storeId,
    purchaseNumber,
    grantNumber,
    ...others.map(({ profileId }) => profileId),
  ])
  return (
    answerKnown(opened.known, contentHash, first.profileId) ?? {
      now,
      pointType,
      wallets: [first, ...others],
      purpose: { note, partnerId: partner?.id, storeId, purchaseNumber, grantNumber },
      named: { key, contentHash },
    }
  )
}

/** What tells a request from another one under its key. Whose it is, is compared apart, because profiles merge. */
export function hashContent(content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url')
}

/** The answer to a request whose key is known; undefined where it is not. */
export function answerKnown(
  known: MovementRow | null,
  contentHash: string,
  profileId: string | null,
): Answered<'key-taken'> | undefined {
  if (!known) return undefined
  if (profileId === null || known.content_hash !== contentHash || known.profile_id !== profileId) {
    return { answer: { refusal: 'key-taken' } }
  }
  return { answer: { movement: movementOf(known, profileId), repeated: true } }
}

function refuse(refusal: BeginRefusal): Answered<BeginRefusal> {
  return { answer: { refusal } }
}

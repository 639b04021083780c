import type { Hundredths } from '../amounts/hundredths.ts'
import type { Movement, MovementKind } from './movement.ts'

/** A movement as the database shows it in JSON. */
export interface MovementRow {
  readonly number: string
  readonly kind: MovementKind
  /** Null: the profile was erased. */
  readonly profile_id: string | null
  readonly point_type: string
  readonly amount: Hundredths
  readonly earned: Hundredths
  readonly booked_at: string
  readonly counted_at: string
  readonly key: string | null
  readonly content_hash: string | null
}

const members = [
  'kind',
  'profile_id',
  'point_type',
  'amount',
  'earned',
  'booked_at',
  'counted_at',
  'key',
  'content_hash',
]

/** A MovementRow in SQL. Its number is text: it can have 19 digits. */
export function movementRow(alias: string): string {
  const others = members.map((name) => `'${name}', ${alias}.${name}`).join(', ')
  return `jsonb_build_object('number', ${alias}.number::text, ${others})`
}

/** Kinds that move the qualifying points by what they earned or take back (L103). */
export const qualifyingKinds: readonly MovementKind[] = ['addition', 'purchase', 'cancellation']

/** Signed: what a movement changes the qualifying points by. */
export function qualifyingOf(kind: MovementKind, earned: Hundredths): Hundredths {
  return qualifyingKinds.includes(kind) ? earned : 0
}

export function movementOf(row: MovementRow, profileId: string): Movement {
  return {
    number: row.number,
    kind: row.kind,
    profileId,
    pointTypeId: row.point_type,
    amount: row.amount,
    qualifying: qualifyingOf(row.kind, row.earned),
    bookedAt: new Date(row.booked_at),
    countedAt: new Date(row.counted_at),
  }
}

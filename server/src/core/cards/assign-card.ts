import type { Connection } from '../../platform/postgres/database.ts'
import { lockSurvivor } from '../profiles/lock-survivor.ts'
import { isUsable } from './card.ts'
import { type CardType, randomCardNumber } from './card-number.ts'
import { findCard } from './find-card.ts'
import { findFreeNumber } from './free-number.ts'
import { giveCard, insertCards } from './write-cards.ts'

export interface AssignCardRequest {
  readonly profileId: string
  readonly type: CardType
  /** Exactly this card; absent: the oldest free one, else a new one (L92). */
  readonly cardNumber?: string | undefined
  readonly now: Date
}

export type AssignCardResult =
  | { readonly card: string; readonly refusal?: never }
  | {
      readonly refusal:
        | 'unknown-profile'
        | 'has-card-of-type'
        | 'unknown-card'
        | 'card-not-free'
        | 'no-number-left'
      readonly card?: never
    }

/** Where so many random numbers are taken, hardly any are left. */
const mostRandom = 10
/** Somebody else may take the free number that we found. */
const mostTries = 50

/**
 * Gives a profile a card of a type, one at most, in the caller's transaction: whatever runs at once, a card gets one
 * holder (L92).
 */
export async function assignCard(
  connection: Connection,
  workspaceId: number,
  { profileId: asked, type, cardNumber, now }: AssignCardRequest,
): Promise<AssignCardResult> {
  const profileId = await lockSurvivor(connection, workspaceId, asked)
  if (profileId === undefined) return { refusal: 'unknown-profile' }
  // Two requests for one customer follow each other: neither would see the other's card.
  await connection.query({
    name: 'lock-cards-of-profile',
    text: `select pg_advisory_xact_lock($1, hashtext($2))`,
    values: [workspaceId, `cards/${profileId}`],
  })
  if (await hasCardOf(connection, workspaceId, profileId, type.id)) return { refusal: 'has-card-of-type' }
  if (cardNumber !== undefined)
    return await assignThis(connection, workspaceId, profileId, type, cardNumber, now)
  const free = await takeOldestFree(connection, workspaceId, type.id, now)
  if (free !== undefined) {
    await giveCard(connection, workspaceId, free, profileId)
    return { card: free }
  }
  const blank = { secondaryNumber: null, validFrom: null, validTo: null, storeId: null, isActive: true }
  for (let tries = 0; tries < mostTries; tries++) {
    const cardNumber =
      tries < mostRandom ? randomCardNumber(type) : await findFreeNumber(connection, workspaceId, type)
    if (cardNumber === undefined) return { refusal: 'no-number-left' }
    const wanted = { ...blank, typeId: type.id, cardNumber, profileId }
    const { made } = await insertCards(connection, workspaceId, [wanted])
    const [number] = made.values()
    if (number !== undefined) return { card: number }
  }
  throw new Error(`the numbers of card type ${type.id} are used up`)
}

async function assignThis(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  type: CardType,
  cardNumber: string,
  now: Date,
): Promise<AssignCardResult> {
  const card = await findCard(connection, workspaceId, cardNumber)
  if (!card) return { refusal: 'unknown-card' }
  if (card.typeId !== type.id || !isUsable(card, now)) return { refusal: 'card-not-free' }
  const isGiven = await giveCard(connection, workspaceId, card.number, profileId)
  return isGiven ? { card: card.number } : { refusal: 'card-not-free' }
}

async function hasCardOf(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  typeId: string,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'has-card-of-type',
    text: `select from cards where workspace_id = $1 and profile_id = $2 and type_id = $3 limit 1`,
    values: [workspaceId, profileId, typeId],
  })
  return rowCount === 1
}

/** Cards that others are taking at this moment are passed over. */
async function takeOldestFree(
  connection: Connection,
  workspaceId: number,
  typeId: string,
  now: Date,
): Promise<string | undefined> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'take-oldest-free-card',
    text: `select number from cards
           where workspace_id = $1 and type_id = $2 and profile_id is null and is_active
             and (valid_from is null or valid_from <= $3) and (valid_to is null or valid_to >= $3)
           order by created_at, number limit 1 for update skip locked`,
    values: [workspaceId, typeId, now],
  })
  return rows[0]?.number
}

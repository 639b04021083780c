import type { Connection } from '../../platform/postgres/database.ts'
import { lockSurvivors } from '../profiles/lock-survivor.ts'
import type { CardFields } from './card.ts'

export interface NewCard extends CardFields {
  readonly typeId: string
  readonly cardNumber: string
}

export interface MadeCards {
  /** By card number: the numbers of those that were made. */
  readonly made: ReadonlyMap<string, string>
  /** Ids of holders that are there no more: their cards were left out. */
  readonly endedHolders: ReadonlySet<string>
}

/**
 * Keeps new cards, in the caller's transaction; those whose number is taken are left out (L91). Whoever holds one is
 * locked first, so that no card stays with a profile that is merged away at this moment.
 */
export async function insertCards(
  connection: Connection,
  workspaceId: number,
  cards: readonly NewCard[],
): Promise<MadeCards> {
  const named = new Set(cards.flatMap(({ profileId }) => profileId ?? []))
  const holders = await lockSurvivors(connection, workspaceId, [...named])
  const held = cards.flatMap((card): NewCard[] => {
    if (card.profileId === null) return [card]
    const profileId = holders.get(card.profileId)
    return profileId === undefined ? [] : [{ ...card, profileId }]
  })
  const { rows } = await connection.query<{ card_number: string; number: string }>({
    name: 'insert-cards',
    text: `with made as (
             insert into cards (
               workspace_id, type_id, card_number, secondary_number, profile_id, valid_from, valid_to, store_id, is_active
             )
             select $1, "typeId", "cardNumber", "secondaryNumber", "profileId", "validFrom", "validTo", "storeId",
               "isActive"
             from jsonb_to_recordset($2) as card (
               "typeId" text, "cardNumber" text, "secondaryNumber" text, "profileId" uuid, "validFrom" timestamptz,
               "validTo" timestamptz, "storeId" text, "isActive" boolean
             )
             on conflict (workspace_id, card_number) do nothing
             returning card_number, number, profile_id
           ),
           named as (${nameHolders('made')})
           select card_number, number from made`,
    values: [workspaceId, JSON.stringify(held)],
  })
  return {
    made: new Map(rows.map(({ card_number, number }) => [card_number, number])),
    endedHolders: named.difference(new Set(holders.keys())),
  }
}

/** `unknown-card`: it is not with `heldBy` any more. `unknown-profile`: whoever is to hold it ended. */
export type ReplaceRefusal = 'number-taken' | 'unknown-card' | 'unknown-profile'

/**
 * Replaces what is said of a card, its number and holder included, in the caller's transaction. With `heldBy` only while
 * it is that profile's.
 *
 * @returns what speaks against it
 */
export async function replaceCard(
  connection: Connection,
  workspaceId: number,
  number: string,
  card: NewCard,
  { heldBy }: { readonly heldBy?: string | undefined } = {},
): Promise<ReplaceRefusal | undefined> {
  const named = [card.profileId, heldBy].flatMap((id) => id ?? [])
  const holders = await lockSurvivors(connection, workspaceId, named)
  if (card.profileId !== null && !holders.has(card.profileId)) return 'unknown-profile'
  // A statement of its own: the next one sees the identifiers as whoever had the card before us left them.
  const before = await connection.query<{ profile_id: string | null }>({
    name: 'lock-card',
    text: 'select profile_id from cards where workspace_id = $1 and number = $2 for update',
    values: [workspaceId, number],
  })
  const [held] = before.rows
  if (!held || (heldBy !== undefined && held.profile_id !== holders.get(heldBy))) return 'unknown-card'
  const { rowCount } = await connection.query({
    name: 'replace-card',
    text: `with before as (
             select card_number, profile_id from cards
             where workspace_id = $1 and number = $2 and not exists (
               select from cards o where o.workspace_id = $1 and o.card_number = $4 and o.number <> $2
             )
           ),
           forgotten as (
             delete from identifiers i using before
             where i.workspace_id = $1 and i.kind = 'card' and i.value = before.card_number
               and i.profile_id = before.profile_id
             returning i.value
           ),
           changed as (
             update cards c set type_id = $3, card_number = $4, secondary_number = $5, profile_id = $6,
               valid_from = $7, valid_to = $8, store_id = $9, is_active = $10, changed_at = clock_timestamp()
             from before
             where c.workspace_id = $1 and c.number = $2 and (select count(*) from forgotten) >= 0
             returning c.card_number, c.profile_id
           ),
           named as (${nameHolders('changed')})
           select from changed`,
    values: [
      workspaceId,
      number,
      card.typeId,
      card.cardNumber,
      card.secondaryNumber,
      card.profileId === null ? null : holders.get(card.profileId),
      card.validFrom,
      card.validTo,
      card.storeId,
      card.isActive,
    ],
  })
  return rowCount === 1 ? undefined : 'number-taken'
}

/** Gives a free card to a profile. @returns false: somebody was quicker, or it is blocked by now */
export async function giveCard(
  connection: Connection,
  workspaceId: number,
  number: string,
  profileId: string,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'give-card',
    text: `with given as (
             update cards set profile_id = $3, changed_at = clock_timestamp()
             where workspace_id = $1 and number = $2 and profile_id is null and is_active
             returning card_number, profile_id
           ),
           named as (${nameHolders('given')})
           select from given`,
    values: [workspaceId, number, profileId],
  })
  return rowCount === 1
}

/** Whoever holds a card is named by its number (README 4), whomever it named before. */
function nameHolders(cards: string): string {
  return `insert into identifiers (workspace_id, kind, value, profile_id)
    select $1, 'card', card_number, profile_id from ${cards} where profile_id is not null
    on conflict (workspace_id, kind, value, scope) do update set profile_id = excluded.profile_id`
}

import type { Connection } from '../../platform/postgres/database.ts'
import type { CardFields } from './card.ts'

export interface NewCard extends CardFields {
  readonly typeId: string
  readonly cardNumber: string
}

/**
 * Keeps new cards, in the caller's transaction; those whose number is taken are left out (L91).
 *
 * @returns by card number: the numbers of those that were made
 */
export async function insertCards(
  connection: Connection,
  workspaceId: number,
  cards: readonly NewCard[],
): Promise<ReadonlyMap<string, string>> {
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
    values: [workspaceId, JSON.stringify(cards)],
  })
  return new Map(rows.map(({ card_number, number }) => [card_number, number]))
}

/** Replaces what is said of a card, its number and holder included. @returns false: another card has the number */
export async function replaceCard(
  connection: Connection,
  workspaceId: number,
  number: string,
  card: NewCard,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'replace-card',
    text: `with before as (
             select card_number, profile_id from cards where workspace_id = $1 and number = $2 for update
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
               and not exists (
                 select from cards o where o.workspace_id = $1 and o.card_number = $4 and o.number <> $2
               )
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
      card.profileId,
      card.validFrom,
      card.validTo,
      card.storeId,
      card.isActive,
    ],
  })
  return rowCount === 1
}

/** Gives a free card to a profile. @returns false: somebody was quicker */
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
             where workspace_id = $1 and number = $2 and profile_id is null
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

import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import { type Card, type CardRow, cardColumns, cardOf, isUsable } from './card.ts'

/** The card of this number, whoever holds it. */
export async function findCard(
  connection: Connection,
  workspaceId: number,
  cardNumber: string,
): Promise<Card | undefined> {
  const { rows } = await connection.query<CardRow>({
    name: 'find-card',
    text: `select ${cardColumns} from cards c where c.workspace_id = $1 and c.card_number = $2`,
    values: [workspaceId, cardNumber],
  })
  return rows[0] && cardOf(rows[0])
}

/** Who holds the usable card of this number (L12). */
export async function findCardHolder(
  connection: Connection,
  workspaceId: number,
  cardNumber: string,
): Promise<ProfileRef | undefined> {
  const card = await findCard(connection, workspaceId, cardNumber)
  if (!card || card.profileId === null || card.profileNumber === null || !isUsable(card, new Date()))
    return undefined
  return { profileId: card.profileId, number: card.profileNumber }
}

import type { Card } from '../../../core/cards/card.ts'
import type { CardOrder } from '../../../core/cards/list-cards.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import type { SortFields } from '../lists/list-query.ts'
import { presentTime } from '../values/times.ts'

/** Fields by which cards are sorted (L38). */
export const cardOrders: SortFields<CardOrder> = {
  card_id: 'number',
  customer_id: 'profileNumber',
  card_type_id: 'typeId',
  card_number: 'cardNumber',
  secondary_card_number: 'secondaryNumber',
  valid_from: 'validFrom',
  valid_to: 'validTo',
  store_id: 'storeId',
  state: 'isActive',
  last_change: 'changedAt',
}

/** A card (carecloud 9.6). A store that closed is null: a client may send back what it read. */
export function presentCard(card: Card, workspace: Workspace): Presented {
  return {
    card_id: card.number,
    customer_id: card.profileNumber,
    card_type_id: card.typeId,
    card_number: card.cardNumber,
    secondary_card_number: card.secondaryNumber,
    valid_from: presentTime(card.validFrom, workspace),
    valid_to: presentTime(card.validTo, workspace),
    store_id: workspace.settings.loyalty.stores.find(({ id }) => id === card.storeId)?.id ?? null,
    last_change: presentTime(card.changedAt, workspace),
    state: Number(card.isActive),
  }
}

import type { Card } from '../../../core/cards/card.ts'
import { isUsable } from '../../../core/cards/card.ts'
import { findCard } from '../../../core/cards/find-card.ts'
import { type CardFilter, listCards } from '../../../core/cards/list-cards.ts'
import { firstOnly } from '../../../core/lists/list-request.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { anyOf } from '../lists/list-query.ts'
import { listedProfiles, reaches } from '../reach.ts'
import { type Route, route } from '../route.ts'
import { shownCard } from '../schemas/points.ts'
import { Flag } from '../schemas/values.ts'
import { customerId } from '../values/customer-id.ts'
import { type Read, required } from '../values/reader.ts'
import { isRecordNumber } from '../values/record-number.ts'
import { flag, id, oneOf, text } from '../values/scalars.ts'
import { cardOrders, presentCard } from './present-card.ts'

const cardQuery = {
  card_number: text(),
  card_number_list: anyOf(text()),
  card_type_id: id,
  state: oneOf([0, 1]),
  is_valid: flag,
  search_secondary_card_number: flag,
}

/** Lists of cards, one of them, and whether one is free (9.6). */
export function cardListRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/cards',
      interfaces: 'both',
      summary: 'List cards',
      query: { ...cardQuery, customer_id: customerId() },
      answers: 'list',
      shows: shownCard,
      sortBy: cardOrders,
      handle: (call) => page(call, { profileIds: listedProfiles(call.reach, call.query.customer_id) }),
    }),
    route({
      method: 'GET',
      path: '/customers/:customer_id/cards',
      interfaces: 'both',
      summary: 'List the cards of the customer',
      query: cardQuery,
      answers: 'list',
      shows: shownCard,
      sortBy: cardOrders,
      handle: (call) => page(call, { profileIds: [call.customer.profileId] }),
    }),
    route({
      method: 'GET',
      path: '/card-types/:card_type_id/cards',
      interfaces: 'both',
      summary: 'List the cards of the type',
      find: ({ workspace, params }) =>
        workspace.settings.loyalty.cardTypes.find((type) => type.id === params.card_type_id),
      query: { ...cardQuery, customer_id: customerId() },
      answers: 'list',
      shows: shownCard,
      sortBy: cardOrders,
      handle: (call) =>
        page(call, {
          profileIds: listedProfiles(call.reach, call.query.customer_id),
          typeId: call.found.id,
        }),
    }),
    route({
      method: 'GET',
      path: '/cards/:card_id',
      interfaces: 'both',
      summary: 'One card',
      find: (call) => findReachableCard(database, call),
      answers: 'object',
      shows: shownCard,
      handle: (call) => presentCard(call.found, call.workspace),
    }),
    route({
      method: 'POST',
      path: '/cards/actions/validate-free-card',
      interfaces: 'both',
      calculates: true,
      summary: 'Whether a card can be given to somebody',
      body: { card_number: required(text()) },
      answers: 'object',
      shows: { is_free_to_use: Flag },
      async handle({ workspace, body, now }) {
        const card = await database.inWorkspace(workspace.id, (connection) =>
          findCard(connection, workspace.id, body.card_number),
        )
        return { is_free_to_use: card !== undefined && card.profileId === null && isUsable(card, now) }
      },
    }),
  ]

  async function page(
    call: Call & { readonly list: Parameters<typeof listCards>[4]; readonly query: Read<typeof cardQuery> },
    among: CardFilter,
  ) {
    const { workspace, query, now } = call
    const cardNumbers =
      query.card_number_list ?? (query.card_number === undefined ? undefined : [query.card_number])
    const filter = {
      typeId: query.card_type_id,
      ...among,
      cardNumbers,
      alsoSecondary: query.search_secondary_card_number,
      isActive: query.state === undefined ? undefined : query.state === 1,
      isValid: query.is_valid,
    }
    const { items, total } = await database.inWorkspace(workspace.id, (connection) =>
      listCards(connection, workspace.id, filter, now, call.list),
    )
    return { items: items.map((card) => presentCard(card, workspace)), total }
  }
}

/** The card of a path; one out of reach is not there (L29). A free one is only an operator's to see. */
export async function findReachableCard(
  database: Database,
  { workspace, params, reach, now }: Call & { readonly params: { readonly card_id: string } },
): Promise<Card | undefined> {
  if (!isRecordNumber(params.card_id)) return undefined
  const { items } = await database.inWorkspace(workspace.id, (connection) =>
    listCards(connection, workspace.id, { numbers: [params.card_id] }, now, firstOnly),
  )
  const [card] = items
  return card && reaches(reach, card.profileId) ? card : undefined
}

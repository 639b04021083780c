import { type AssignCardResult, assignCard } from '../../../core/cards/assign-card.ts'
import type { CardFields } from '../../../core/cards/card.ts'
import { isCardNumber } from '../../../core/cards/card-number.ts'
import {
  insertCards,
  type NewCard,
  type ReplaceRefusal,
  replaceCard,
} from '../../../core/cards/write-cards.ts'
import { retried } from '../../../core/identity/retried.ts'
import { errorProcessing, type GoodRow, storeBatch } from '../batches.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { notFound, refuse } from '../errors/carecloud-error.ts'
import { type InvalidParam, invalidParam, type Reason } from '../errors/invalid-param.ts'
import { reaches } from '../reach.ts'
import { type Route, route } from '../route.ts'
import { Issued } from '../schemas/values.ts'
import { customerId } from '../values/customer-id.ts'
import { object, type Read, required, rows, withDefault } from '../values/reader.ts'
import { definedIn } from '../values/references.ts'
import { id, oneOf, text } from '../values/scalars.ts'
import { dateTime, wholeSecond } from '../values/times.ts'
import { findReachableCard } from './card-list-routes.ts'

const cardType = definedIn(({ loyalty }) => loyalty.cardTypes)

const rest = {
  customer_id: customerId(),
  secondary_card_number: text({ longest: 64 }),
  valid_from: dateTime(),
  valid_to: dateTime({ dayAs: 'end' }),
  store_id: definedIn(({ loyalty }) => loyalty.stores),
  state: withDefault(oneOf([0, 1]), 1),
}

const newCard = { card_type_id: required(cardType), card_number: required(text({ longest: 64 })), ...rest }
/** A known client sends the card's own id as its type (L94): what it is, the route looks up. */
const changedCard = { card_type_id: id, card_number: text({ longest: 64 }), ...rest }

/** L92. */
const assignRefusals = {
  'unknown-profile': ['customer_id', 'not_found'],
  'has-card-of-type': ['card_type_id', 'relation_already_exists'],
  'unknown-card': ['card_number', 'not_found'],
  'card-not-free': ['card_number', 'not_allowed_value'],
  'no-number-left': ['card_type_id', 'not_allowed_value'],
} as const satisfies Record<NonNullable<AssignCardResult['refusal']>, readonly [string, Reason]>

/** L91. */
const replaceRefusals = {
  'unknown-profile': ['customer_id', 'not_found'],
  'number-taken': ['card_number', 'already_exists'],
} as const satisfies Record<Exclude<ReplaceRefusal, 'unknown-card'>, readonly [string, Reason]>

/** What makes, changes and hands out cards (L91–L94). */
export function cardRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const { database } = dependencies
  return [
    route({
      method: 'POST',
      path: '/cards',
      interfaces: 'enterprise',
      summary: 'Add a card',
      body: { card: required(object(newCard)) },
      answers: 'created',
      shows: { card_id: Issued },
      async handle({ workspace, body: { card } }) {
        if (!isCardNumber(card.card_type_id, card.card_number)) {
          throw refuse('card_number', 'invalid_value_format', card.card_number)
        }
        const { made, endedHolders } = await retried(() =>
          database.transaction(workspace.id, (connection) =>
            insertCards(connection, workspace.id, [toCard(card)]),
          ),
        )
        const number = made.get(card.card_number)
        if (endedHolders.size > 0) throw refuse('customer_id', 'not_found', card.customer_id?.number ?? null)
        if (number === undefined) throw refuse('card_number', 'already_exists', card.card_number)
        return { card_id: number }
      },
    }),
    route({
      method: 'POST',
      path: '/cards/batch',
      interfaces: 'enterprise',
      summary: 'Add cards',
      body: { cards: required(rows(object(newCard))), error_processing: errorProcessing },
      answers: 'nothing',
      handle: (call) =>
        storeBatch(
          dependencies,
          call,
          { rows: call.body.cards, errorProcessing: call.body.error_processing },
          async (connection, sent) => {
            const malformed = malformedNumbers(sent)
            const bad = new Set(malformed.map(({ index }) => index))
            const good = sent.filter(({ index }) => !bad.has(index))
            const { made, endedHolders } = await insertCards(
              connection,
              call.workspace.id,
              good.map(({ value }) => toCard(value)),
            )
            const left = good.flatMap(({ index, value: { card_number, customer_id } }) => {
              if (made.has(card_number)) return []
              return customer_id && endedHolders.has(customer_id.profileId)
                ? [invalidParam({ name: 'customer_id', index }, 'not_found', customer_id.number)]
                : [invalidParam({ name: 'card_number', index }, 'already_exists', card_number)]
            })
            return [...malformed, ...left]
          },
        ),
    }),
    route({
      method: 'PUT',
      path: '/cards/:card_id',
      interfaces: 'both',
      guardedBy: 'cards',
      summary: 'Replace a card',
      find: (call) => findReachableCard(database, call),
      body: { card: required(object(changedCard)) },
      answers: 'nothing',
      async handle({ workspace, found, reach, body: { card } }) {
        // The card's own id means: as it is (L94).
        const typeId =
          card.card_type_id === undefined || card.card_type_id === found.number
            ? found.typeId
            : card.card_type_id
        const cardNumber = card.card_number ?? found.cardNumber
        // What stays may be older than the file: a card is blocked whatever became of its type.
        if (typeId !== found.typeId || cardNumber !== found.cardNumber) {
          const type = workspace.settings.loyalty.cardTypes.find(({ id }) => id === typeId)
          if (!type) throw refuse('card_type_id', 'not_found', typeId)
          if (!isCardNumber(type, cardNumber)) throw refuse('card_number', 'invalid_value_format', cardNumber)
        }
        const holder = card.customer_id?.profileId ?? null
        // A customer gives no card away: it would be nobody's to see (L28).
        const profileId = reaches(reach, holder) ? holder : found.profileId
        const changed = { ...toFields(card), typeId, cardNumber, profileId }
        // A customer's word is about a card of theirs: an operator may give it to somebody else at this moment.
        const heldBy = reach.all ? undefined : (found.profileId ?? undefined)
        const refusal = await retried(() =>
          database.transaction(workspace.id, (connection) =>
            replaceCard(connection, workspace.id, found.number, changed, { heldBy }),
          ),
        )
        if (refusal === undefined) return
        if (refusal === 'unknown-card') throw notFound('cards', found.number)
        const [name, reason] = replaceRefusals[refusal]
        throw refuse(
          name,
          reason,
          { customer_id: card.customer_id?.number ?? null, card_number: cardNumber }[name],
        )
      },
    }),
    route({
      method: 'POST',
      path: '/cards/actions/assign-free-card',
      interfaces: 'both',
      summary: 'Give a customer a card',
      body: {
        card_type_id: required(cardType),
        customer_id: required(customerId({ orLoggedIn: true })),
        card_number: text({ longest: 64 }),
      },
      answers: 'object',
      shows: { card_id: Issued },
      async handle({ workspace, body, now }) {
        const result = await retried(() =>
          database.transaction(workspace.id, (connection) =>
            assignCard(connection, workspace.id, {
              profileId: body.customer_id.profileId,
              type: body.card_type_id,
              cardNumber: body.card_number,
              now,
            }),
          ),
        )
        if (result.refusal === undefined) return { card_id: result.card }
        const [name, reason] = assignRefusals[result.refusal]
        const sent = {
          customer_id: body.customer_id.number,
          card_type_id: body.card_type_id.id,
          card_number: body.card_number,
        }
        throw refuse(name, reason, sent[name])
      },
    }),
  ]
}

function toCard(card: Read<typeof newCard>): NewCard {
  return { ...toFields(card), typeId: card.card_type_id.id, cardNumber: card.card_number }
}

function toFields(card: Read<typeof rest>): CardFields {
  return {
    secondaryNumber: card.secondary_card_number ?? null,
    profileId: card.customer_id?.profileId ?? null,
    validFrom: card.valid_from ?? null,
    validTo: card.valid_to ? wholeSecond(card.valid_to) : null,
    storeId: card.store_id?.id ?? null,
    isActive: card.state === 1,
  }
}

function malformedNumbers(cards: readonly GoodRow<Read<typeof newCard>>[]): readonly InvalidParam[] {
  const seen = new Set<string>()
  return cards.flatMap(({ index, value: { card_type_id, card_number } }) => {
    const place = { name: 'card_number', index }
    if (!isCardNumber(card_type_id, card_number))
      return [invalidParam(place, 'invalid_value_format', card_number)]
    if (seen.has(card_number)) return [invalidParam(place, 'already_exists', card_number)]
    seen.add(card_number)
    return []
  })
}

import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique } from '../unique.ts'
import {
  dataOf,
  expectNotAllowed,
  expectNotFound,
  expectNothing,
  expectRefused,
  faultsOf,
  invalidParams,
  operator,
} from './cc.ts'
import { anId, aTime } from './conventions.ts'
import { atOnce, countByStatus, newCustomer } from './loyalty.ts'
import { aCustomer, aMember } from './people.ts'

/** A number of a type that nobody used before. */
function aNumber(prefix = '9800', length = 13): string {
  const digits = Array.from({ length: length - prefix.length }, () => randomInt(10))
  return prefix + digits.join('')
}

async function newCard(card: Fields = {}): Promise<{ readonly id: string; readonly number: string }> {
  const number = String(card.card_number ?? aNumber())
  const id = await (await operator()).create('/cards', {
    card: { card_type_id: 'plastic', card_number: number, ...card },
  })
  return { id, number }
}

const assign = '/cards/actions/assign-free-card'
const validate = '/cards/actions/validate-free-card'

async function isFree(number: string): Promise<unknown> {
  return (await (await operator()).calculate(validate, { card_number: number })).is_free_to_use
}

describe('cards', () => {
  it('9.6: a card that is made has every field, the unset ones null', async () => {
    const till = await operator()
    const { id, number } = await newCard()
    expect(id).toMatch(anId)
    const card = {
      card_id: id,
      customer_id: null,
      card_type_id: 'plastic',
      card_number: number,
      secondary_card_number: null,
      valid_from: null,
      valid_to: null,
      store_id: null,
      last_change: expect.stringMatching(aTime),
      state: 1,
    }
    expect(await till.read(`/cards/${id}`)).toEqual(card)
    const holder = await newCustomer()
    const full = await newCard({
      customer_id: holder,
      secondary_card_number: 'S-1',
      valid_from: '2026-01-01',
      valid_to: '2030-12-31',
      store_id: 'brno',
      state: 0,
    })
    expect(await till.read(`/cards/${full.id}`)).toMatchObject({
      customer_id: holder,
      secondary_card_number: 'S-1',
      valid_from: '2026-01-01 00:00:00',
      valid_to: '2030-12-31 23:59:59',
      store_id: 'brno',
      state: 0,
    })
  })

  it('L91: a number has the prefix and the length of its type, and is unique', async () => {
    const till = await operator()
    const post = (card: Fields) => till.post('/cards', { card: { card_type_id: 'plastic', ...card } })
    for (const wrong of ['9801000000000', '980000', `${aNumber()}0`, '9800-00000000']) {
      expectRefused(await post({ card_number: wrong }), 'card_number', 'invalid_value_format')
    }
    const { number } = await newCard()
    expectRefused(await post({ card_number: number }), 'card_number', 'already_exists')
    expect(faultsOf(await till.post('/cards', { card: { card_type_id: 'leather' } }))).toEqual([
      'card_type_id: not_found',
      'card_number: required',
    ])
    expect(await isFree(number)).toBe(true)
  })

  it('L45, L91: a number that was sent as a number is the same card', async () => {
    const till = await operator()
    const number = aNumber()
    const id = await till.create('/cards', { card: { card_type_id: 'plastic', card_number: Number(number) } })
    expect(await till.read(`/cards/${id}`)).toMatchObject({ card_number: number })
  })

  it('9.6: lists are by customer, numbers, type, state and validity', async () => {
    const till = await operator()
    const holder = await newCustomer()
    const secondary = unique('S')
    const first = await newCard({ customer_id: holder, secondary_card_number: secondary })
    const second = await newCard({
      customer_id: holder,
      card_type_id: 'foil',
      card_number: aNumber('77', 10),
      state: 0,
      valid_to: '2026-01-31',
    })
    const ids = async (query: string): Promise<readonly unknown[]> =>
      (await till.list(`/cards?customer_id=${holder}${query}`)).items.map(({ card_id }) => card_id)
    expect(await ids('')).toEqual([first.id, second.id])
    expect(await ids(`&card_number=${second.number}`)).toEqual([second.id])
    expect(await ids(`&card_number_list[]=${first.number}&card_number_list[]=${second.number}`)).toHaveLength(
      2,
    )
    expect(await ids(`&card_number=${secondary}`)).toEqual([])
    expect(await ids(`&card_number=${secondary}&search_secondary_card_number=true`)).toEqual([first.id])
    expect(await ids('&card_type_id=foil')).toEqual([second.id])
    expect(await ids('&state=0')).toEqual([second.id])
    expect(await ids('&is_valid=true')).toEqual([first.id])
    expect(await ids('&sort_field=card_type_id')).toEqual([second.id, first.id])
    expect(
      (await till.list(`/customers/${holder}/cards?state=1`)).items.map(({ card_id }) => card_id),
    ).toEqual([first.id])
    const ofType = await till.list(`/card-types/foil/cards?customer_id=${holder}`)
    expect(ofType.items.map(({ card_id }) => card_id)).toEqual([second.id])
    expectNotFound(await till.get('/card-types/leather/cards'), 'card-types', 'leather')
    expectNotFound(await till.get('/cards/12345678'), 'cards', '12345678')
  })

  it('L76: a batch is all or nothing, and lists every bad row with its index', async () => {
    const till = await operator()
    const { number: taken } = await newCard()
    const [good, twice] = [aNumber(), aNumber()]
    const rows = [good, taken, 'wrong', twice, twice].map((card_number) => ({
      card_type_id: 'plastic',
      card_number,
    }))
    const refused = await till.post('/cards/batch', { cards: rows })
    expect(refused.status).toBe(400)
    const faults = invalidParams(refused).map(({ name, reason, index }) => `${index} ${name}: ${reason}`)
    expect(faults.toSorted()).toEqual([
      '1 card_number: already_exists',
      '2 card_number: invalid_value_format',
      '4 card_number: already_exists',
    ])
    expect(await isFree(good)).toBe(false)
    const partly = await till.post('/cards/batch', { cards: rows, error_processing: 2 })
    expect(invalidParams(partly)).toHaveLength(3)
    expect([await isFree(good), await isFree(twice)]).toEqual([true, true])
    expectNothing(
      await till.post('/cards/batch', { cards: [{ card_type_id: 'plastic', card_number: aNumber() }] }),
    )
  })

  it('L94: PUT replaces; the own id as type and "" for dates and store mean unchanged and null', async () => {
    const till = await operator()
    const holder = await newCustomer()
    const { id, number } = await newCard({ valid_from: '2026-01-01', store_id: 'brno', customer_id: holder })
    expectNothing(
      await till.put(`/cards/${id}`, {
        card: {
          card_type_id: id,
          card_number: number,
          customer_id: holder,
          valid_from: '',
          valid_to: '',
          store_id: '',
          state: 0,
        },
      }),
    )
    expect(await till.read(`/cards/${id}`)).toMatchObject({
      card_type_id: 'plastic',
      card_number: number,
      customer_id: holder,
      valid_from: null,
      valid_to: null,
      store_id: null,
      state: 0,
    })
    const other = aNumber('77', 10)
    const changed = { card_type_id: 'foil', card_number: other }
    expectNothing(await till.put(`/cards/${id}`, { card: changed }))
    expect(await till.read(`/cards/${id}`)).toMatchObject({
      card_type_id: 'foil',
      card_number: other,
      customer_id: null,
      state: 1,
    })
    expect(await isFree(other)).toBe(true)
    const { number: taken } = await newCard()
    const clash = { card_type_id: 'plastic', card_number: taken }
    expectRefused(await till.put(`/cards/${id}`, { card: clash }), 'card_number', 'already_exists')
    const wrong = { card_type_id: 'plastic', card_number: other }
    expectRefused(await till.put(`/cards/${id}`, { card: wrong }), 'card_number', 'invalid_value_format')
  })
})

describe('free cards', () => {
  it('L93: free is a card that exists, is active, in its dates and has no holder', async () => {
    const free = await newCard()
    expect(await isFree(free.number)).toBe(true)
    expect(await isFree(aNumber())).toBe(false)
    expect(await isFree((await newCard({ state: 0 })).number)).toBe(false)
    expect(await isFree((await newCard({ valid_to: '2026-01-31' })).number)).toBe(false)
    expect(await isFree((await newCard({ valid_from: '2099-01-01' })).number)).toBe(false)
    expect(await isFree((await newCard({ customer_id: await newCustomer() })).number)).toBe(false)
    expectRefused(await (await operator()).post(validate, {}), 'card_number', 'required')
  })

  it('L92: exactly the card that is named; one of a type for a customer', async () => {
    const till = await operator()
    const customer_id = await newCustomer()
    const { id, number } = await newCard()
    const ask = (card_number: string, more: Fields = {}) =>
      till.post(assign, { card_type_id: 'plastic', customer_id, card_number, ...more })
    expectRefused(await ask(aNumber()), 'card_number', 'not_found')
    const blocked = await newCard({ state: 0 })
    expectRefused(await ask(blocked.number), 'card_number', 'not_allowed_value')
    expectRefused(await ask(number, { card_type_id: 'foil' }), 'card_number', 'not_allowed_value')
    const held = await newCard({ customer_id: await newCustomer() })
    expectRefused(await ask(held.number), 'card_number', 'not_allowed_value')
    expect(dataOf(await ask(number))).toEqual({ card_id: id })
    expect(await till.read(`/cards/${id}`)).toMatchObject({ customer_id })
    expect(await isFree(number)).toBe(false)
    const { number: next } = await newCard()
    expectRefused(await ask(next), 'card_type_id', 'relation_already_exists')
    expectRefused(await ask(next, { card_type_id: 'leather' }), 'card_type_id', 'not_found')
  })

  it('L92: without a number the oldest free one; without a free one a new one', async () => {
    const till = await operator()
    const give = async (): Promise<unknown> =>
      dataOf(await till.post(assign, { card_type_id: 'foil', customer_id: await newCustomer() })).card_id
    const older = await newCard({ card_type_id: 'foil', card_number: aNumber('77', 10) })
    const newer = await newCard({ card_type_id: 'foil', card_number: aNumber('77', 10) })
    const { items } = await till.list('/card-types/foil/cards?is_valid=true&state=1&count=10000')
    const free = items.filter(({ customer_id }) => customer_id === null).map(({ card_id }) => card_id)
    expect(free).toEqual(expect.arrayContaining([older.id, newer.id]))
    for (const next of free) expect(await give()).toBe(next)
    const made = await till.read(`/cards/${await give()}`)
    expect(made.card_number).toMatch(/^77\d{8}$/)
    expect(items.map(({ card_id }) => card_id)).not.toContain(made.card_id)
  })

  it('L92, L123: whatever runs at once, a card gets one holder and a customer one card', async () => {
    const till = await operator()
    const { number } = await newCard()
    const people = await atOnce(20, () => newCustomer())
    const replies = await Promise.all(
      people.map((customer_id) =>
        till.post(assign, { card_type_id: 'plastic', customer_id, card_number: number }),
      ),
    )
    expect(countByStatus(replies)).toEqual({ 200: 1, 400: 19 })
    const customer_id = await newCustomer()
    const again = await atOnce(10, () => till.post(assign, { card_type_id: 'plastic', customer_id }))
    expect(countByStatus(again)).toEqual({ 200: 1, 400: 9 })
    expect((await till.list(`/customers/${customer_id}/cards`)).total).toBe(1)
  })
})

describe('cards on the customer interface', () => {
  it('L29, L30, L33: own cards alone; PUT is guarded; making cards is not for customers', async () => {
    const member = await aMember()
    const own = await newCard({ customer_id: member.id })
    const foreign = await newCard({ customer_id: (await aCustomer()).id })
    const free = await newCard()
    expect((await member.list('/cards')).items.map(({ card_id }) => card_id)).toEqual([own.id])
    expect(await member.read(`/cards/${own.id}`)).toMatchObject({ card_number: own.number })
    expectNotFound(await member.get(`/cards/${foreign.id}`), 'cards', foreign.id)
    expectNotFound(await member.get(`/cards/${free.id}`), 'cards', free.id)
    expect((await member.list('/card-types/plastic/cards')).total).toBe(1)
    expectNotAllowed(await member.put(`/cards/${own.id}`, {}), 'cards', 'customer')
    expectNotAllowed(await member.post('/cards', {}), 'cards', 'customer')
    expect(await member.calculate(validate, { card_number: free.number })).toEqual({ is_free_to_use: true })
  })

  it('L28, L30, L92: a customer takes a card for nobody else', async () => {
    const member = await aMember()
    const { number } = await newCard()
    const forAnother = { card_type_id: 'plastic', customer_id: await newCustomer(), card_number: number }
    expectRefused(await member.post(assign, forAnother), 'customer_id', 'not_belong_to_logged_in_customer')
    const { card_id } = await member.calculate(assign, { card_type_id: 'plastic', card_number: number })
    expect((await member.list(`/customers/${member.id}/cards`)).items).toMatchObject([{ card_id }])
  })

  it('L12, L61: a card names its holder, at the login and at the till', async () => {
    const till = await operator()
    const { id: customer_id } = await aCustomer()
    const { id, number } = await newCard({ customer_id })
    const byCard = async (): Promise<unknown> => {
      const reply = await till.get(`/customers/actions/search-customers?card_number=${number}`)
      return (dataOf(reply).strict as Fields[]).map((found) => found.customer_id)
    }
    expect(await byCard()).toEqual([customer_id])
    expectNothing(await till.put(`/cards/${id}`, { card: { card_type_id: id, card_number: number } }))
    expect(await byCard()).toEqual([])
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestRecords, refusals, type TestRecords } from '../customer-records/customer-records.fixture.ts'

let records: TestRecords
beforeAll(async () => {
  records = await openTestRecords()
})
afterAll(() => records[Symbol.asyncDispose]())

test('of a batch of cards the good ones are stored although another row is malformed (L76, L91)', async () => {
  const cards = [
    { card_type_id: 'club', card_number: '0001' },
    { card_type_id: 'none', card_number: '0002' },
    { card_type_id: 'club', card_number: '00003' },
    { card_type_id: 'club', card_number: '0001' },
    { card_type_id: 'club', card_number: '0005', customer_id: 'nobody' },
  ]
  const bad = [
    400,
    [
      ['card_type_id', 'not_found', 1],
      ['card_number', 'invalid_value_format', 2],
      ['card_number', 'already_exists', 3],
      ['customer_id', 'not_found', 4],
    ],
  ]
  expect(refusals(await records.post('/cards/batch', { cards }))).toEqual(bad)
  expect(refusals(await records.post('/cards/batch', { cards, error_processing: 2 }))).toEqual(bad)
  expect(refusals(await records.post('/cards/batch', { cards: [cards[0]] }))).toEqual([
    400,
    [['card_number', 'already_exists', 0]],
  ])
})

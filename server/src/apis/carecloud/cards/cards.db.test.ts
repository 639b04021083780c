import { afterAll, beforeAll, expect, test } from 'vitest'
import { masterKey, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const file = `
workspace: acme
keys: [{ name: master, kind: master, secret: ${masterKey} }]
loyalty: { cardTypes: [{ id: club, name: Club, numberPrefix: "90", length: 6 }], stores: [{ id: hq, code: "1", name: HQ }] }
`
const withoutLoyalty = file.replace(/^loyalty.*$/m, '')

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([file])
})
afterAll(() => api[Symbol.asyncDispose]())

test('a card is good to the end of the second that its valid_to names (L93)', async () => {
  const valid_to = new Date(api.now().getTime() + 60_000).toISOString().slice(0, 19)
  const card = { card_type_id: 'club', card_number: '900001', valid_to }
  expect((await api.e('POST', '/cards', { body: { card } })).status).toBe(201)
  const isFree = async () => {
    const body = { card_number: '900001' }
    return (await api.e('POST', '/cards/actions/validate-free-card', { body })).body.data.is_free_to_use
  }
  api.moveClock(60.5)
  expect(await isFree()).toBe(true)
  api.moveClock(0.5)
  expect(await isFree()).toBe(false)
})

test('a card of a store that closed is sent back as it was read (L94)', async () => {
  await api.db.apply(file)
  const body = { card: { card_type_id: 'club', card_number: '900004', store_id: 'hq' } }
  const { card_id } = (await api.e('POST', '/cards', { body })).body.data
  const read = async () => (await api.e('GET', `/cards/${card_id}`)).body.data
  expect(await read()).toMatchObject({ store_id: 'hq' })
  await api.db.apply(withoutLoyalty)
  const card = await read()
  expect(card).toMatchObject({ store_id: null })
  expect((await api.e('PUT', `/cards/${card_id}`, { body: { card } })).status).toBe(204)
})

test('a card is blocked whatever became of its type in the workspace file, and gets no other number or type then (L91, L94)', async () => {
  await api.db.apply(file)
  const body = { card: { card_type_id: 'club', card_number: '900002' } }
  const { card_id } = (await api.e('POST', '/cards', { body })).body.data
  await api.db.apply(withoutLoyalty)
  const put = async (card: object) => (await api.e('PUT', `/cards/${card_id}`, { body: { card } })).status
  expect(await put({ card_type_id: 'club', card_number: '900002', state: 0 })).toBe(204)
  expect((await api.e('GET', `/cards/${card_id}`)).body.data).toMatchObject({
    card_type_id: 'club',
    card_number: '900002',
    state: 0,
  })
  expect(await put({ card_number: '900003' })).toBe(400)
  await api.db.apply(file.replace('length: 6', 'length: 7'))
  expect(await put({ card_type_id: card_id, card_number: '900002', state: 1 })).toBe(204)
  expect(await put({ card_type_id: card_id, card_number: '900003' })).toBe(400)
})

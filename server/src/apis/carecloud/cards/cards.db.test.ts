import { afterAll, beforeAll, expect, test } from 'vitest'
import { masterKey, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const file = `
workspace: acme
keys: [{ name: master, kind: master, secret: ${masterKey} }]
loyalty: { cardTypes: [{ id: club, name: Club, numberPrefix: "90", length: 6 }] }
`
const withoutType = file.replace(/^loyalty.*$/m, '')

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

test('a card is blocked whatever became of its type in the workspace file, and gets no other number or type then (L91, L94)', async () => {
  const body = { card: { card_type_id: 'club', card_number: '900002' } }
  const { card_id } = (await api.e('POST', '/cards', { body })).body.data
  await api.db.apply(withoutType)
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

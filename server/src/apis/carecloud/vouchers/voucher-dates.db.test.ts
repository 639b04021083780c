import { afterAll, beforeAll, expect, test } from 'vitest'
import { masterKey, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const file = `
workspace: acme
keys: [{ name: master, kind: master, secret: ${masterKey} }]
rewards: [{ id: ten, kind: coupon, name: Ten }]
`

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([file])
})
afterAll(() => api[Symbol.asyncDispose]())

test('a voucher whose dates an operator wrote is good to the end of the second that its valid_to names (L88)', async () => {
  const customer = await api.e('POST', '/customers', { body: { personal_information: {} } })
  const { customer_id } = customer.body.data
  const made = await api.e('POST', '/rewards/ten/actions/create-voucher', { body: { customer_id } })
  const path = `/vouchers/${made.body.data.voucher_id}`
  const end = new Date(api.now().getTime() + 60_000)
  const valid_to = end.toISOString().slice(0, 19).replace('T', ' ')
  expect((await api.e('PUT', path, { body: { voucher: { valid_to } } })).status).toBe(204)
  const read = async () => (await api.e('GET', path)).body.data
  const listed = async (isValid: boolean) =>
    (await api.e('GET', `/vouchers?is_valid=${isValid}&customer_id=${customer_id}`)).body.data.total_items

  api.moveClock(60.5)
  expect(await read()).toMatchObject({ valid_to, state: 1 })
  expect([await listed(true), await listed(false)]).toEqual([1, 0])
  api.moveClock(0.5)
  expect(await read()).toMatchObject({ valid_to, state: 2 })
  expect([await listed(true), await listed(false)]).toEqual([0, 1])
})

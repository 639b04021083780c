import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken } from '../carecloud.fixture.ts'
import { openTestRecords, refusals, type TestRecords } from './customer-records.fixture.ts'

let records: TestRecords
beforeAll(async () => {
  records = await openTestRecords()
})
afterAll(() => records[Symbol.asyncDispose]())

test('a token goes on with the registration of whom it made, and reaches nobody else’s records (L27–L30, L33)', async () => {
  const token = await newToken(records.api)
  const stranger = await records.create({
    customer_source: { customer_source_id: 'site', external_id: 'c-1' },
  })
  const theirs = await records.post(`/customers/${stranger}/interest-records`, {
    interest_record: { interest_id: 'tea' },
  })
  expect((await records.api.c('GET', '/customer-source-records', { token })).body.data.total_items).toBe(0)
  const made = await records.api.c('POST', '/customers', {
    token,
    body: { personal_information: {}, password: '' },
  })
  const id = made.body.data.customer_id
  const send = (path: string, body: object, customer = id) =>
    records.api.c('POST', `/customers/${customer}/${path}`, { token, body })
  expect(
    (await send('interest-records', { interest_record: { interest_id: 'tea', customer_id: id } })).status,
  ).toBe(201)
  const property = { property_record: { property_id: 'note', customer_id: id } }
  expect((await send('property-records', property)).body.property_record_id).toBe(`note:${id}`)
  const source = { customer_source_record: { customer_source_id: 'site', external_id: 'c-2' } }
  expect((await send('customer-source-records', source)).status).toBe(201)
  expect((await records.api.c('GET', '/customer-source-records', { token })).body.data).toMatchObject({
    customer_source_records: [{ customer_id: id, external_id: 'c-2' }],
    total_items: 1,
  })
  const outside = [400, [['customer_id', 'not_belong_to_logged_in_customer']]]
  for (const path of ['interest-records', 'property-records', 'customer-source-records', 'addresses']) {
    expect(refusals(await records.api.c('GET', `/customers/${stranger}/${path}`, { token }))).toEqual(outside)
    expect(refusals(await send(path, {}, stranger))).toEqual(outside)
  }
  expect(
    refusals(await records.api.c('GET', `/customer-source-records?customer_id=${stranger}`, { token })),
  ).toEqual(outside)
  const named = { property_record: { property_id: 'note', customer_id: stranger } }
  expect(refusals(await send('property-records', named))).toEqual(outside)
  const other = `/customers/${id}/interest-records/${theirs.body.data.interest_record_id}`
  expect((await records.api.c('DELETE', other, { token })).status).toBe(404)
  for (const [method, path] of [
    ['POST', `/customers/${id}/partner-records`],
    ['GET', `/customers/${id}/partner-records`],
    ['DELETE', `/customers/${id}/partner-records/1`],
    ['POST', '/customers/actions/set-partners'],
  ] as const) {
    expect((await records.api.c(method, path, { token })).status).toBe(403)
  }
})

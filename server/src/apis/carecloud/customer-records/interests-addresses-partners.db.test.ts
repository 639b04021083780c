import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestRecords, refusals, type TestRecords } from './customer-records.fixture.ts'

let records: TestRecords
beforeAll(async () => {
  records = await openTestRecords()
})
afterAll(() => records[Symbol.asyncDispose]())

test('an interest is recorded once, changed and removed (L36, L77)', async () => {
  const id = await records.create()
  const path = `/customers/${id}/interest-records`
  const record = (interest_id: string) => ({ interest_record: { interest_id } })
  const answer = await records.api.e('POST', `/customers/${id}/interst-records`, { body: record('tea') })
  const { interest_record_id: tea } = answer.body.data
  expect([answer.status, answer.body.interest_record_id]).toEqual([201, tea])
  expect(tea).toMatch(/^\d{8,19}$/)
  await records.post(path, record('coffee'))
  expect(refusals(await records.post(path, record('tea')))).toEqual([
    400,
    [['interest_id', 'relation_already_exists']],
  ])
  expect(refusals(await records.put(`${path}/${tea}`, record('coffee')))).toEqual([
    400,
    [['interest_id', 'relation_already_exists']],
  ])
  expect(refusals(await records.post(path, record('none')))).toEqual([400, [['interest_id', 'not_found']]])
  expect((await records.put(`${path}/${tea}`, record('tea'))).status).toBe(204)
  expect((await records.put(`${path}/${tea}`, record('milk'))).status).toBe(204)
  expect(await records.get(path)).toMatchObject({
    interest_records: [
      { interest_record_id: tea, interest_id: 'milk', customer_id: id },
      { interest_id: 'coffee', customer_id: id },
    ],
    total_items: 2,
  })
  expect((await records.remove(`/customers/${await records.create()}/interest-records/${tea}`)).status).toBe(
    404,
  )
  expect((await records.remove(`${path}/${tea}`)).status).toBe(204)
  expect((await records.remove(`${path}/${tea}`)).status).toBe(404)
  expect((await records.get(path)).total_items).toBe(1)
})

test('further addresses have a type and every part (L45, L50)', async () => {
  const [id, other] = [await records.create(), await records.create()]
  const path = `/customers/${id}/addresses`
  const address = { address1: 'Main', address2: 18, zip: 11000, city: 'Prague', country_code: 'CZ' }
  const made = await records.post(path, { additional_address: { address_type: 'billing', address } })
  expect(made.status, made.text).toBe(201)
  const { additional_address_id } = made.body.data
  const shown = {
    additional_address_id,
    address_type: 'billing',
    address: {
      address1: 'Main',
      address2: '18',
      address3: null,
      address4: null,
      address5: null,
      address6: null,
      address7: null,
      zip: '11000',
      city: 'Prague',
      country_code: 'cz',
    },
    last_change: expect.any(String),
  }
  expect(await records.get(`${path}/${additional_address_id}`)).toEqual(shown)
  expect(await records.get(path)).toEqual({ addresses: [shown], total_items: 1 })
  expect((await records.get(`${path}?customer_address_type_id=delivery`)).total_items).toBe(0)
  const change = { additional_address: { address_type: 'delivery', address: { city: 'Brno' } } }
  expect((await records.put(`${path}/${additional_address_id}`, change)).status).toBe(204)
  expect(await records.get(`${path}/${additional_address_id}`)).toMatchObject({
    address_type: 'delivery',
    address: { address1: null, city: 'Brno', country_code: null },
  })
  expect((await records.api.e('GET', `/customers/${other}/addresses/${additional_address_id}`)).status).toBe(
    404,
  )
  const wrong = { additional_address: { address_type: 'x', address: { country_code: 'xx' } } }
  expect(refusals(await records.post(path, wrong))).toEqual([
    400,
    [
      ['address_type', 'not_found'],
      ['country_code', 'not_found'],
    ],
  ])
})

test('a customer is related to every partner until somebody says otherwise (L70, L77)', async () => {
  const id = await records.create()
  const path = `/customers/${id}/partner-records`
  const partners = async () => (await records.get(path)).partner_records
  const before = await partners()
  expect(before).toMatchObject([{ partner_id: 'acme' }, { partner_id: 'other' }])
  const related = { partner_record: { partner_id: 'acme' } }
  expect(refusals(await records.post(path, related))).toEqual([
    400,
    [['partner_id', 'relation_already_exists']],
  ])
  const { partner_record_id } = before[0]
  expect((await records.remove(`${path}/${partner_record_id}`)).status).toBe(204)
  expect((await records.remove(`${path}/${partner_record_id}`)).status).toBe(404)
  expect(await partners()).toMatchObject([{ partner_id: 'other' }])
  expect((await records.post(path, related)).body).toEqual({ data: { partner_record_id } })
  expect((await partners()).length).toBe(2)
  const setPartners = (partner_records: object[]) =>
    records.post('/customers/actions/set-partners', { customer_id: id, partner_records })
  expect((await setPartners([{ partner_id: 'other' }])).status).toBe(204)
  expect(await partners()).toMatchObject([{ partner_id: 'other' }])
  expect((await setPartners([])).status).toBe(204)
  expect(await partners()).toEqual([])
  expect((await setPartners([{ partner_id: 'other' }, { partner_id: 'acme' }])).status).toBe(204)
  expect((await partners()).length).toBe(2)
  expect(refusals(await setPartners([{ partner_id: 'none' }, {}]))).toEqual([
    400,
    [
      ['partner_id', 'not_found', 0],
      ['partner_id', 'required', 1],
    ],
  ])
})

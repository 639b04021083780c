import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken } from '../carecloud.fixture.ts'
import { openTestRecords, refusals, type TestRecords } from './customer-records.fixture.ts'

let records: TestRecords
beforeAll(async () => {
  records = await openTestRecords()
})
afterAll(() => records[Symbol.asyncDispose]())

test('a source pair is unique in the workspace, one without external id once for each customer (L44, L45, L61, L78, S10, S36)', async () => {
  const [id, other] = [await records.create(), await records.create()]
  const path = (customer: string) => `/customers/${customer}/customer-source-records`
  const add = (customer: string, customer_source_id: string, external_id?: unknown) =>
    records.post(path(customer), { customer_source_record: { customer_source_id, external_id } })
  const first = await add(id, 'site', 555)
  expect([first.status, Object.keys(first.body.data)]).toEqual([201, ['customer_source_record_id']])
  expect((await add(id, 'site', '556')).status).toBe(201)
  expect((await add(other, 'shop', '555')).status).toBe(201)
  expect((await add(id, 'site')).status).toBe(201)
  expect((await add(other, 'site', '')).status).toBe(201)
  for (const taker of [id, other]) {
    const answer = await add(taker, 'site', '555')
    expect([answer.status, answer.body.error.error_data.invalid_params]).toEqual([
      400,
      [
        {
          name: 'external_id',
          reason: 'already_exists',
          value: '555',
          message: 'Contact source already exists',
        },
      ],
    ])
  }
  expect(refusals(await add(id, 'site'))).toEqual([400, [['customer_source_id', 'already_exists']]])
  for (const external_id of ['a\0b', 'a\ud800', 'x'.repeat(256), { a: 1 }]) {
    expect(refusals(await add(id, 'site', external_id))).toEqual([
      400,
      [['external_id', 'invalid_value_format']],
    ])
  }
  expect(refusals(await add(id, 'none'))).toEqual([400, [['customer_source_id', 'not_found']]])
  expect((await records.get(path(id))).customer_source_records).toEqual(
    ['555', '556', null].map((external_id) => ({
      customer_source_record_id: expect.stringMatching(/^\d{8,19}$/),
      customer_source_id: 'site',
      customer_id: id,
      external_id,
      last_change: expect.any(String),
    })),
  )
  expect((await records.get(`${path(id)}?external_id=555`)).total_items).toBe(1)
  expect(
    (await records.get(`${path(id)}?external_id=555&external_ids[]=556&external_ids[]=1`)).total_items,
  ).toBe(1)
})

test('an external id that comes as a number keeps all its digits (L45)', async () => {
  const id = await records.create()
  const longIds = ['9007199254740993', '9007199254740992', '1234567890123456789']
  for (const number of longIds) {
    const answer = await records.api.e('POST', `/customers/${id}/customer-source-records`, {
      payload: `{"customer_source_record":{"customer_source_id":"site","external_id":${number}}}`,
    })
    expect(answer.status, answer.text).toBe(201)
  }
  const { customer_source_records } = await records.get(`/customers/${id}/customer-source-records`)
  expect(customer_source_records.map(({ external_id }: { external_id: string }) => external_id)).toEqual(
    longIds,
  )
})

test('an external id names the profile, by whose word it came (L61, S13)', async () => {
  const id = await records.create({ customer_source: { customer_source_id: 'site', external_id: 'i-1' } })
  const token = await newToken(records.api)
  const sources = [{ customer_source_id: 'site', external_id: 'i-2' }, { customer_source_id: 'shop' }]
  const body = { personal_information: {}, customer_sources: sources }
  const own = (await records.api.c('POST', '/customers', { token, body })).body.data.customer_id
  const { rows } = await records.api.db.database.asOwner((connection) =>
    connection.query(
      `select i.value, i.scope, i.level, p.number::text as number from identifiers i
       join profiles p on p.workspace_id = i.workspace_id and p.id = i.profile_id
       where i.kind = 'external_id' and i.value like 'i-%' order by i.value`,
    ),
  )
  expect(rows).toEqual([
    { value: 'i-1', scope: 'site', level: 'proof', number: id },
    { value: 'i-2', scope: 'site', level: 'own-word', number: own },
  ])
})

test('who signed up for the newsletter and registers at the till keeps the source (L73, S15)', async () => {
  const token = await newToken(records.api)
  const signUp = { contact: 'letter@e.example', customer_source_id: 'site' }
  expect(
    (await records.api.c('POST', '/customers/actions/newsletters-sign-up', { token, body: signUp })).status,
  ).toBe(204)
  const id = await records.create({
    personal_information: { email: 'letter@e.example' },
    customer_sources: [
      { customer_source_id: 'site' },
      { customer_source_id: 'site', external_id: 'l-1' },
      { customer_source_id: 'site', external_id: 'l-1' },
    ],
  })
  const { customer_source_records } = await records.get(`/customers/${id}/customer-source-records`)
  expect(customer_source_records).toMatchObject([{ external_id: null }, { external_id: 'l-1' }])
})

test('of many who register with one pair at once there is one (L61, L69, L123)', async () => {
  const before = (await records.get('/customers')).total_items
  const body = {
    personal_information: {},
    customer_source: { customer_source_id: 'shop', external_id: 'race' },
    property_records: [{ property_id: 'note', property_value: 'x' }],
  }
  const answers = await Promise.all(Array.from({ length: 8 }, () => records.post('/customers', body)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(400)])
  for (const answer of answers.filter(({ status }) => status === 400)) {
    expect(answer.body.error.error_data.invalid_params).toMatchObject([
      { name: 'external_id', message: 'Contact source already exists' },
    ])
  }
  expect((await records.get('/customers')).total_items).toBe(before + 1)
})

test('shops find theirs over all customers by source and external id (L38, L39, L79)', async () => {
  const ids = [
    await records.create({ customer_source: { customer_source_id: 'shop', external_id: 'f-2' } }),
    await records.create({ customer_sources: [{ customer_source_id: 'shop', external_id: 'f-1' }] }),
  ]
  const found = await records.get(
    '/customer-source-records?customer_source_id=shop&external_ids[]=f-1&external_ids[]=f-2&sort_field=external_id',
  )
  expect(found.customer_source_records).toMatchObject([
    { customer_id: ids[1], external_id: 'f-1' },
    { customer_id: ids[0], external_id: 'f-2' },
  ])
  expect((await records.get(`/customer-source-records?customer_id=${ids[0]}`)).total_items).toBe(1)
  expect((await records.get('/customer-source-records?customer_id=1')).total_items).toBe(0)
  const ofShop = await records.get('/customers?customer_source_id=shop&count=9999')
  const shown = ofShop.customers.map(({ customer_id }: { customer_id: string }) => customer_id)
  expect(shown).toEqual(expect.arrayContaining(ids))
  expect((await records.get('/customers?customer_source_id=none')).total_items).toBe(0)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NewEvent } from '../../../core/events/event.ts'
import { createEventAppender } from '../../../core/events/event-appender.ts'
import { findKnownProfiles } from '../../../core/profiles/known-profiles.ts'
import { putPropertyRecords } from '../../../core/properties/write-property-records.ts'
import { newToken } from '../carecloud.fixture.ts'
import { openTestRecords, refusals, type TestRecords } from './customer-records.fixture.ts'

let records: TestRecords
beforeAll(async () => {
  records = await openTestRecords()
})
afterAll(() => records[Symbol.asyncDispose]())

test('a bill’s properties are kept with the purchase, and shown where they are asked for (L53, L111, L113)', async () => {
  const id = await records.create()
  const bill = (bill_id: string, more: object = {}) => ({
    store_id: 'hq',
    customer_id: id,
    bill: {
      bill_id,
      payment_time: '2026-03-10 15:05:49',
      currency_id: 'EUR',
      total_price: 60,
      bill_items: [{ bill_item_id: '1', paid_amount: 60 }],
      property_records: [
        { property_id: 'table', property_value: '7' },
        { property_id: 'receipt', property_value: bill_id.replace('C', '') },
      ],
      ...more,
    },
  })
  const send = (body: object) => records.post('/purchases/actions/send-purchase', body)
  const sent = await send(bill('1'))
  expect(sent.status, sent.text).toBe(201)
  const { purchase_id } = sent.body.data
  expect((await records.get(`/purchases/${purchase_id}`)).property_records).toEqual([])
  const shown = [
    { property_record_id: `table:${purchase_id}`, property_value: 7 },
    { property_record_id: `receipt:${purchase_id}`, property_value: '1' },
  ]
  expect(
    (await records.get(`/purchases/${purchase_id}?include_property_records=1`)).property_records,
  ).toMatchObject(shown)
  const listed = await records.get(`/customers/${id}/purchases?include_property_records=true`)
  expect(listed.purchases[0].property_records).toMatchObject(shown)
  const wrong = [{ property_id: 'table', property_value: 'x' }, { property_id: 'note' }]
  expect(refusals(await send(bill('2', { property_records: wrong })))).toEqual([
    400,
    [
      ['property_value', 'invalid_value_format'],
      ['property_id', 'not_found'],
    ],
  ])
  const again = [{ property_id: 'receipt', property_value: '1' }]
  expect(refusals(await send(bill('2', { property_records: again })))).toEqual([
    400,
    [['property_value', 'already_exists']],
  ])
  expect((await records.get('/purchases?external_purchase_id=2')).total_items).toBe(0)
  expect((await send(bill('C1', { canceled: true }))).status).toBe(201)
})

test('events and vouchers have their property records; those out of reach are not there (L29, L118)', async () => {
  const id = await records.create()
  const token = await newToken(records.api)
  const { profileId } = await refOf(id)
  const appender = createEventAppender(records.api.db.database, () => {})
  const append = (event: NewEvent) => appender.append(records.api.workspaceId, event)
  const ended = { name: 'visit', source: 'back end', data: {}, profile: profileId } as const
  const at = new Date().toISOString()
  const event = await append({ ...ended, occurred_at: at, received_at: at })
  const unlisted = await append({
    ...ended,
    name: 'other',
    occurred_at: at,
    received_at: at,
  })
  const owner = { kind: 'event', id: event, endsWith: profileId, receivedAt: new Date() } as const
  await records.api.db.database.inWorkspace(records.api.workspaceId, (connection) =>
    putPropertyRecords(connection, records.api.workspaceId, owner, [
      { definition: { id: 'mood', unique: false }, value: 'good' },
    ]),
  )
  expect(await records.get(`/events/${event}/property-records`)).toMatchObject({
    property_records: [{ property_record_id: `mood:${event}`, property_value: 'good' }],
    total_items: 1,
  })
  expect((await records.api.c('GET', `/events/${event}/property-records`, { token })).status).toBe(404)
  expect((await records.api.e('GET', `/events/${unlisted}/property-records`)).status).toBe(404)
  const voucher = await records.post('/rewards/gift/actions/create-voucher', { customer_id: id })
  const { voucher_id } = voucher.body.data
  expect(await records.get(`/vouchers/${voucher_id}/property-records`)).toEqual({
    property_records: [],
    total_items: 0,
  })
  expect((await records.api.c('GET', `/vouchers/${voucher_id}/property-records`, { token })).status).toBe(404)
})

async function refOf(number: string): Promise<{ readonly profileId: string }> {
  const found = await records.api.db.database.inWorkspace(records.api.workspaceId, (connection) =>
    findKnownProfiles(connection, records.api.workspaceId, [number]),
  )
  const ref = found.get(number)
  if (!ref) throw new Error('no profile')
  return ref
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendEvents } from '../../../core/events/append-events.ts'
import { createEventAppender } from '../../../core/events/event-appender.ts'
import { findEvent } from '../../../core/events/read-events.ts'
import type { Answer } from '../../../testing/call-app.ts'
import { newToken, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'
import { refusals } from '../customer-records/customer-records.fixture.ts'

const workspace = `
workspace: acme
domains: [acme.example]
timeZone: Europe/Prague
keys: [{ name: backend, kind: master, secret: test-master-key }]
loyalty:
  customerSources: [{ id: shop, name: Shop }]
  properties:
    - { id: mood, owner: event, name: Mood, type: string }
    - { id: ticket, owner: event, name: Ticket, type: string, unique: true }
eventTypes: [{ code: visit, name: Visit }, { code: Completed Order }, { code: review, backendOnly: true }]
`

let api: TestCareCloud
let woken = 0

beforeAll(async () => {
  api = await openTestCareCloud([workspace], {
    more: (db) => {
      const appender = createEventAppender(db.database, () => {})
      return { events: { append: (...event) => appender.append(...event), wake: () => void woken++ } }
    },
  })
})
afterAll(() => api[Symbol.asyncDispose]())

let made = 0

async function newCustomer(personal: object = {}, more: object = {}): Promise<string> {
  const answer = await api.e('POST', '/customers', { body: { personal_information: personal, ...more } })
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body.data.customer_id
}

/** A token with a customer who is logged in. */
async function newMember() {
  const token = await newToken(api)
  const email = `member-${++made}@example.com`
  const body = { personal_information: { email }, password: 'Long-horse-77', autologin: true }
  const answer = await api.c('POST', '/customers', { token, body })
  return { token, email, id: answer.body.data.customer_id as string }
}

function send(event: object, more: object = {}): Promise<Answer> {
  const body = { event: { event_type_id: 'visit', external_id: `e-${++made}`, ...event }, ...more }
  return api.e('POST', '/events', { body })
}

function sendOn(token: string, event: object): Promise<Answer> {
  const body = { event: { event_type_id: 'visit', external_id: `e-${++made}`, ...event } }
  return api.c('POST', '/events', { token, body })
}

async function read(path: string) {
  const { status, body } = await api.e('GET', path)
  if (status !== 200) throw new Error(`${status}`)
  return body.data
}

async function stored(number: string) {
  return await api.db.database.inWorkspace(api.workspaceId, (connection) =>
    findEvent(connection, api.workspaceId, number),
  )
}

test('on C it is the public’s, on E a back end’s: times count and types move what S26 and S27 say; consumers are woken (L118)', async () => {
  const { id, token } = await newMember()
  const old = '2020-01-01 12:00:00'
  const before = woken
  const ofPublic = await sendOn(token, { event_type_id: 'review', created_at: old })
  const ofBackEnd = await send({ event_type_id: 'review', created_at: old, customer_id: id })
  expect([ofPublic.status, ofBackEnd.status, woken - before]).toEqual([201, 201, 2])
  for (const [answer, expected] of [
    [ofPublic, { source: 'public', trusted: false, countedAt: api.now() }],
    [ofBackEnd, { source: 'back end', trusted: true, countedAt: new Date('2020-01-01T11:00:00Z') }],
  ] as const) {
    const number = answer.body.data.event_id
    expect(await stored(number)).toMatchObject(expected)
    expect(await read(`/events/${number}`)).toMatchObject({ created_at: old, customer_id: id })
  }
})

test('an event without a time is of now; what is no object says nothing to campaigns (L118)', async () => {
  const customer_id = await newCustomer()
  const { body } = await send({ customer_id, data: ['a', 1], external_id: 17, secondary_external_id: 18 })
  const number = body.data.event_id
  expect(await stored(number)).toMatchObject({ occurredAt: api.now(), data: {}, reference: '17' })
  expect(await read(`/events/${number}`)).toMatchObject({
    external_id: '17',
    secondary_external_id: '18',
    data: ['a', 1],
  })
  const nothing = await send({ customer_id })
  expect((await read(`/events/${nothing.body.data.event_id}`)).data).toBeNull()
})

test('how a customer is named is refused by the field that is wrong, all of it at once (L42, L118)', async () => {
  const customer_id = await newCustomer()
  const value = (type: unknown, given: unknown) => ({
    customer_identifier_type: type,
    customer_identifier_value: given,
  })
  const wrong: readonly (readonly [event: object, faults: readonly (readonly string[])[]])[] = [
    [{}, [['customer_id', 'required']]],
    [
      { ...value('email', 'a@example.com'), customer_id },
      [['customer_identifier_type', 'not_allowed_value']],
    ],
    [value('card', '1'), [['customer_identifier_type', 'not_allowed_value']]],
    [value('email', ''), [['customer_identifier_value', 'required']]],
    [value(null, 'a@example.com'), [['customer_identifier_type', 'required']]],
    [value('email', 'nobody'), [['customer_identifier_value', 'invalid_value_format']]],
    [value('phone', 'x'), [['customer_identifier_value', 'invalid_value_format']]],
    [value('external_id', 'x'), [['customer_identifier_value', 'invalid_value_format']]],
    [
      value('external_id', { customer_source_id: 'none' }),
      [
        ['customer_source_id', 'not_found'],
        ['external_id', 'required'],
      ],
    ],
    [
      value('external_id', { customer_source_id: 'shop', external_id: 'x' }),
      [['customer_identifier_value', 'not_found']],
    ],
    [value('phone', '420221634695'), [['customer_identifier_value', 'not_found']]],
    [
      { customer_id: '1', event_type_id: 'none', data: true, created_at: 'x' },
      [
        ['event_type_id', 'not_found'],
        ['data', 'invalid_value_format'],
        ['created_at', 'invalid_value_format'],
        ['customer_id', 'not_found'],
      ],
    ],
  ]
  for (const [event, faults] of wrong) expect(refusals(await send(event))).toEqual([400, faults])
  expect((await read(`/events?customer_id=${customer_id}`)).total_items).toBe(0)
})

test('who is merely claimed to have an e-mail is named by it all the same (S13)', async () => {
  const token = await newToken(api)
  const contact = 'claimed@example.com'
  const body = { contact, customer_source_id: 'shop' }
  expect((await api.c('POST', '/customers/actions/newsletters-sign-up', { token, body })).status).toBe(204)
  const answer = await send({ customer_identifier_type: 'email', customer_identifier_value: contact })
  expect(answer.status).toBe(201)
})

test('on C nobody learns by an identifier who is registered, and nobody named is oneself (L28, L30)', async () => {
  const [member, other] = [await newMember(), await newMember()]
  const named = (customer_identifier_value: string) => ({
    customer_identifier_type: 'email',
    customer_identifier_value,
  })
  for (const email of [other.email, 'nobody@example.com']) {
    expect(refusals(await sendOn(member.token, named(email)))).toEqual([
      400,
      [['customer_identifier_value', 'not_found']],
    ])
  }
  expect((await sendOn(member.token, named(member.email))).status).toBe(201)
  expect((await sendOn(member.token, {})).status).toBe(201)
  expect(refusals(await sendOn(await newToken(api), {}))).toEqual([400, [['customer_id', 'required']]])
  expect((await read(`/customers/${member.id}/events`)).total_items).toBe(2)
  expect((await read(`/customers/${other.id}/events`)).total_items).toBe(0)
})

test('an event whose property is taken is refused, and nothing of it remains: it may be sent again (L55, L124)', async () => {
  const customer_id = await newCustomer()
  const event = { customer_id, external_id: 'with a ticket' }
  const ticket = (property_value: string) => [{ property_id: 'ticket', property_value }]
  expect((await send({ customer_id }, { property_records: ticket('A1') })).status).toBe(201)
  expect(refusals(await send(event, { property_records: ticket('A1') }))).toEqual([
    400,
    [['property_value', 'already_exists']],
  ])
  expect(refusals(await send(event, { property_records: [{ property_id: 'none' }] }))).toEqual([
    400,
    [['property_id', 'not_found']],
  ])
  expect((await send(event, { property_records: ticket('A2') })).status).toBe(201)
  const { events } = await read(`/events?customer_id=${customer_id}&include_property_records=true`)
  expect(events.map((one: { property_records: object[] }) => one.property_records)).toMatchObject([
    [{ property_value: 'A1' }],
    [{ property_value: 'A2' }],
  ])
})

test('events of other APIs are shown with nulls for what they have not, those of other types are not there (L118, S25)', async () => {
  const customer_id = await newCustomer({ email: 'elsewhere@example.com' })
  const now = api.now().toISOString()
  const sent = { email_key: 'elsewhere@example.com', occurred_at: now, received_at: now, data: { a: 1 } }
  const numbers = await api.db.database.inWorkspace(api.workspaceId, (connection) =>
    appendEvents(connection, api.workspaceId, [
      { ...sent, source: 'back end', name: 'Completed Order' },
      { ...sent, source: 'public', name: 'unregistered' },
    ]),
  )
  const { customer_events } = await read(`/customers/${customer_id}/events`)
  expect(customer_events).toEqual([
    {
      event_id: numbers[0],
      event_type_id: 'Completed Order',
      customer_id,
      external_id: null,
      data: { a: 1 },
      created_at: expect.any(String),
      secondary_external_id: null,
      state: 1,
      property_records: null,
      last_change: expect.any(String),
    },
  ])
  expect((await api.e('GET', `/events/${numbers[1]}`)).status).toBe(404)
  expect((await api.e('GET', `/events/${numbers[1]}/property-records`)).status).toBe(404)
})

test('lists are paged and sorted by every first-level field but data (L37, L38)', async () => {
  const customer_id = await newCustomer()
  for (const [external_id, created_at] of [
    ['b', '2026-01-02'],
    ['a', '2026-01-03'],
    ['c', '2026-01-01'],
  ]) {
    await send({ customer_id, external_id, created_at })
  }
  const order = async (query: string) => {
    const { events } = await read(`/events?customer_id=${customer_id}${query}`)
    return events.map((event: { external_id: string }) => event.external_id).join('')
  }
  expect(await order('')).toBe('bac')
  expect(await order('&sort_field=external_id&sort_direction=desc')).toBe('cba')
  expect(await order('&sort_field=created_at')).toBe('cba')
  expect(await order('&sort_field=created_at&count=1&offset=1')).toBe('b')
  for (const field of [
    'event_id',
    'event_type_id',
    'customer_id',
    'secondary_external_id',
    'state',
    'last_change',
  ]) {
    expect((await order(`&sort_field=${field}`)).length).toBe(3)
  }
  expect((await api.e('GET', '/events?sort_field=data')).status).toBe(400)
  expect((await read(`/events?customer_id=${customer_id}&event_type_id=none`)).total_items).toBe(0)
})

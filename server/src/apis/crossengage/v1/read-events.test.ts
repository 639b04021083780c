import { describe, expect, test } from 'vitest'
import { channels } from '../../../core/consents/channels.ts'
import { listBusinessUnits } from '../../../core/profiles/business-unit.ts'
import { readEvents } from './read-events.ts'

const workspace = { businessUnits: listBusinessUnits(['DE']), eventTypes: new Set(['Completed Order']) }
const receivedAt = '2026-01-02T03:04:05.678Z'
const order = { event: 'Completed Order' }

function read(body: object) {
  return readEvents({ ...body }, workspace, receivedAt)
}

function errorOf(body: object): string {
  const { error } = read(body)
  return error ? `${error.field} ${error.type}` : ''
}

/** The fault of one event of a known user. */
function faultOf(event: unknown): string {
  return errorOf({ id: '7', events: [event] })
}

test('C64, C65: an event keeps its name, its time in UTC, its properties, and who did it', () => {
  const timestamp = '2022-12-16T09:57:01+01:00'
  const { operations } = read({ id: '7', events: [{ ...order, timestamp, properties: { total: 12.5 } }] })
  const event = {
    kind: 'event',
    customer: '7',
    name: 'Completed Order',
    occurred_at: '2022-12-16T08:57:01Z',
    received_at: receivedAt,
    source: 'back end',
    data: { total: 12.5 },
  }
  expect(operations).toEqual([event])
})

test('C65: without timestamp an event happened now, without properties it has none', () => {
  const { operations } = read({ id: '7', events: [{ ...order, timestamp: null, properties: null }] })
  expect(operations).toMatchObject([{ occurred_at: receivedAt, data: {} }])
})

test.each([
  [{ id: '7', email: 'x', businessUnit: 5 }, { customer: '7' }],
  [{ id: null, externalId: '8' }, { customer: '8' }],
  [{ email: 'A@B.example' }, { email_key: 'a@b.example' }],
  [
    { email: 'a@b.example', businessUnit: 'de' },
    { email_key: 'a@b.example', unit: 'DE' },
  ],
  [{ email: 'a@b.example', businessUnit: '' }, { email_key: 'a@b.example' }],
])('C64: %j names %j', (who, named) => {
  const [operation] = read({ ...who, events: [order] }).operations ?? []
  expect(operation).toMatchObject(named)
  expect(
    Object.keys(operation ?? {}).filter((name) => ['customer', 'email_key', 'unit'].includes(name)),
  ).toEqual(Object.keys(named))
})

test.each([
  [{}, 'id NOT_NULL'],
  [{ id: '', email: 'a@b' }, 'id NOT_NULL'],
  [{ id: 7 }, 'id WRONG_VALUE'],
  [{ externalId: 'a\0' }, 'externalId WRONG_VALUE'],
  [{ email: 'x' }, 'email WRONG_FORMAT'],
  [{ email: 'a\0@b' }, 'email WRONG_VALUE'],
  [{ email: 7 }, 'email WRONG_VALUE'],
  [{ email: 'a@b', businessUnit: 'FR' }, 'businessUnit WRONG_VALUE'],
])('C64: %j is refused: %s', (who, error) => {
  expect(errorOf({ ...who, events: [order] })).toBe(error)
})

test.each([
  [undefined, 'events NOT_NULL'],
  [null, 'events NOT_NULL'],
  [[], 'events NOT_NULL'],
  [{}, 'events WRONG_VALUE'],
  [Array(51).fill(order), 'events WRONG_VALUE'],
  [['x'], 'events WRONG_VALUE'],
  [[order, {}], 'event NOT_NULL'],
])('C65: the events %.40j are refused: %s', (events, error) => {
  expect(errorOf({ id: '7', events })).toBe(error)
})

test.each([
  [{ event: 'completed order' }, 'event UNKNOWN_VALUE'],
  [{ event: 5 }, 'event UNKNOWN_VALUE'],
  [{ ...order, timestamp: '2026-01-02' }, 'timestamp WRONG_FORMAT'],
  [{ ...order, timestamp: 1767323045 }, 'timestamp WRONG_FORMAT'],
  [{ ...order, properties: [] }, 'properties WRONG_VALUE'],
  [{ event: 'Opt Out', properties: { channelType: 'EMAIL' } }, 'channelType UNKNOWN_VALUE'],
  [{ event: 'Opt Out', properties: { channelType: 5 } }, 'channelType UNKNOWN_VALUE'],
])('C65, C66: the event %j is refused: %s', (event, error) => {
  expect(faultOf(event)).toBe(error)
})

describe('C65, S36: properties that cannot be kept as they are, are refused', () => {
  const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

  test.each([
    ['U+0000', { any: { thing: ['a\0'] } }],
    ['half a surrogate pair', { any: '\ud83d' }],
    ['a poisonous name', { 'a\0': 1 }],
    ['a number beyond the range', { any: JSON.parse('1e400') }],
    ['deep nesting', { any: nested(50_000) }],
    ['more than a megabyte', { any: 'x'.repeat(1_048_576) }],
  ])('%s', (_, properties) => {
    expect(faultOf({ ...order, properties })).toBe('properties WRONG_VALUE')
  })

  test('but any other is kept, whatever its names', () => {
    const properties = JSON.parse('{"__proto__":{"x":1},"constructor":null,"deep":[[[["😀"]]]]}')
    const { operations } = read({ id: '7', events: [{ ...order, properties }] })
    expect(operations).toMatchObject([{ data: properties }])
  })
})

test('C66: the three names are recorded, and change the state after that, in their order', () => {
  const sent = [
    { event: 'Opt Out', properties: { channelType: 'sms' } },
    order,
    { event: 'Blacklisted' },
    { event: 'Whitelisted' },
    { event: 'Opt Out', properties: { channelType: 'all' } },
  ]
  const { operations = [] } = read({ email: 'a@b', events: sent })
  expect(operations.map(({ kind }) => kind)).toEqual([
    ...['event', 'status', 'event', 'event', 'status', 'event', 'status', 'event', 'status'],
  ])
  expect(operations.filter(({ kind }) => kind === 'status')).toEqual([
    { kind: 'status', email_key: 'a@b', opt_out: true, channels: ['SMS'] },
    { kind: 'status', email_key: 'a@b', blacklisted: true },
    { kind: 'status', email_key: 'a@b', blacklisted: false },
    { kind: 'status', email_key: 'a@b', opt_out: true, channels: [...channels] },
  ])
})

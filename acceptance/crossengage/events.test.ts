import { expect, it } from 'vitest'
import { answerOf, type Fields, fieldsOf, type Reply } from '../client.ts'
import { unique } from '../unique.ts'
import { until } from '../until.ts'
import { expectEmpty, otherV1, person, v1, v2 } from './xng.ts'

const order = { event: 'Completed Order', timestamp: '2026-01-02T03:04:05Z', properties: { total: 12.5 } }

function expectRefused(reply: Reply, field: string, type: string): void {
  expect(answerOf(reply)).toEqual({ status: 400, body: { field, type } })
}

function recipientStatus(id: string): Promise<Reply> {
  return v1.call('GET', `/users/${encodeURIComponent(id)}/recipient-status`)
}

/** Waits until the events accepted so far are seen in the user's state. */
async function untilStatus(id: string, expected: Fields): Promise<void> {
  const wanted = Object.entries(expected).map(([name, value]) => [name, JSON.stringify(value)] as const)
  await until(
    () => recipientStatus(id),
    (reply) => {
      if (reply.status !== 200) return false
      const status = fieldsOf(reply)
      return wanted.every(([name, value]) => JSON.stringify(status[name]) === value)
    },
  )
}

it('C64: a user is named by id, by externalId, or by e-mail with or without business unit', async () => {
  const user = person({ businessUnit: 'DE' })
  await v2.store(user)
  for (const who of [
    { id: user.id },
    { externalId: user.id },
    { email: user.email },
    { email: user.email.toUpperCase(), businessUnit: 'de' },
    { id: user.id, email: null, businessUnit: null },
  ]) {
    expectEmpty(await v1.events({ ...who, events: [order] }), 202)
  }
  const blacklist = { event: 'Blacklisted' }
  expectEmpty(await v1.events({ email: user.email, businessUnit: 'DE', events: [blacklist] }), 202)
  await untilStatus(user.id, { blacklisted: true })
})

it('C64: none of them is NOT_NULL at id', async () => {
  for (const who of [{}, { id: null }, { id: null, externalId: null, email: null }, { businessUnit: 'DE' }]) {
    expectRefused(await v1.events({ ...who, events: [order] }), 'id', 'NOT_NULL')
  }
})

it('C64: nobody has to be there yet: the event is kept and no user is created', async () => {
  const user = person()
  expectEmpty(await v1.events({ id: user.id, events: [order] }), 202)
  expectEmpty(await v1.events({ email: user.email, events: [order] }), 202)
  expectEmpty(await v2.get(user.id), 404)
  await v2.store(user)
  const { xngId: _, ...stored } = await v2.read(user.id)
  expect(stored).toEqual(user)
  expectEmpty(await v1.events({ id: user.id, events: [order] }), 202)
})

it('C64: leads are found by e-mail', async () => {
  const email = `${unique('lead')}@example.com`
  expect((await v1.leads({ updated: [{ email, businessUnit: 'DE' }] })).status).toBe(200)
  expectEmpty(await v1.events({ email, businessUnit: 'DE', events: [order] }), 202)
})

it('C65: events holds 1 to 50', async () => {
  const { id } = person()
  for (const events of [undefined, null, []])
    expectRefused(await v1.events({ id, events }), 'events', 'NOT_NULL')
  for (const events of [{}, 'x', 5, Array(51).fill(order)]) {
    expectRefused(await v1.events({ id, events }), 'events', 'WRONG_VALUE')
  }
  expectEmpty(await v1.events({ id, events: Array(50).fill(order) }), 202)
  expectEmpty(await v1.events({ id, events: [{ event: 'purchase' }] }), 202)
})

it('C65: event is the code of an event type of the workspace, letter case exact', async () => {
  const { id } = person()
  for (const event of [
    'completed order',
    'Completed Order ',
    'Other Event',
    'No such',
    '__proto__',
    'opt out',
  ]) {
    expectRefused(await v1.events({ id, events: [{ ...order, event }] }), 'event', 'UNKNOWN_VALUE')
  }
  for (const event of [undefined, null]) {
    expectRefused(await v1.events({ id, events: [{ ...order, event }] }), 'event', 'NOT_NULL')
  }
  expectEmpty(await otherV1.events({ id, events: [{ event: 'Other Event' }] }), 202)
  expectRefused(await otherV1.events({ id, events: [order] }), 'event', 'UNKNOWN_VALUE')
})

it('C65: timestamp is a date with time, and defaults to now', async () => {
  const { id } = person()
  for (const timestamp of ['2026-01-02T03:04:05+01:00', '2026-01-02T03:04', null, undefined]) {
    expectEmpty(await v1.events({ id, events: [{ ...order, timestamp }] }), 202)
  }
  for (const timestamp of ['', 'now', '2026-01-02', '2026-02-30T00:00:00Z', 1767323045, true]) {
    expectRefused(await v1.events({ id, events: [{ ...order, timestamp }] }), 'timestamp', 'WRONG_FORMAT')
  }
})

it('C65: properties is an object, absent or null; unknown ones are kept, never refused', async () => {
  const { id } = person()
  const fine: unknown[] = [undefined, null, {}, { any: { thing: [1, 'x', null] }, constructor: 1 }]
  for (const properties of fine) {
    expectEmpty(await v1.events({ id, events: [{ ...order, properties }] }), 202)
  }
  for (const properties of [[], 'x', 5, true]) {
    expectRefused(await v1.events({ id, events: [{ ...order, properties }] }), 'properties', 'WRONG_VALUE')
  }
})

it('C65: after a fault no event of that request is stored', async () => {
  const user = person()
  await v2.store(user)
  const reply = await v1.events({ id: user.id, events: [{ event: 'Opt Out' }, { event: 'No such' }] })
  expectRefused(reply, 'event', 'UNKNOWN_VALUE')
  expectEmpty(await v1.events({ id: user.id, events: [{ event: 'Blacklisted' }] }), 202)
  await untilStatus(user.id, { blacklisted: true })
  expect(fieldsOf(await recipientStatus(user.id))).toMatchObject({ optOutAll: false, optOutChannels: [] })
})

it('C66: Opt Out, Blacklisted and Whitelisted are always known and change the user’s state', async () => {
  const user = person()
  await v2.store(user)
  const send = async (event: string, properties?: Fields) =>
    expectEmpty(await v1.events({ id: user.id, events: [{ event, properties }] }), 202)
  await send('Opt Out', { channelType: 'MAIL' })
  await untilStatus(user.id, { optOutChannels: ['MAIL'], optOutAll: false })
  await send('Opt Out', { channelType: 'sms' })
  await untilStatus(user.id, { optOutChannels: ['MAIL', 'SMS'], optOutAll: false })
  await send('Blacklisted')
  await untilStatus(user.id, { blacklisted: true, optOutChannels: ['MAIL', 'SMS'] })
  await send('Whitelisted')
  await untilStatus(user.id, { blacklisted: false, optOutChannels: ['MAIL', 'SMS'] })
  await send('Opt Out', { channelType: 'ALL' })
  await untilStatus(user.id, { optOutAll: true, blacklisted: false })
})

it('C66: Opt Out without a channel is every channel', async () => {
  const user = person()
  await v2.store(user)
  expectEmpty(await v1.events({ id: user.id, events: [{ event: 'Opt Out' }] }), 202)
  await untilStatus(user.id, { optOutAll: true })
})

it('C66: events of one request are applied in their order', async () => {
  const user = person()
  await v2.store(user)
  const names = ['Blacklisted', 'Whitelisted', 'Blacklisted', 'Whitelisted', 'Opt Out']
  expectEmpty(await v1.events({ id: user.id, events: names.map((event) => ({ event })) }), 202)
  await untilStatus(user.id, { optOutAll: true })
  expect(fieldsOf(await recipientStatus(user.id))).toMatchObject({ blacklisted: false })
})

it('C66: the three names are known in a workspace that declares none of them', async () => {
  const user = person()
  expect((await otherV1.put(user.id, { email: user.email })).status).toBe(200)
  for (const event of ['Opt Out', 'Blacklisted', 'Whitelisted']) {
    expectEmpty(await otherV1.events({ id: user.id, events: [{ event }] }), 202)
  }
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendEvents } from './append-events.ts'
import { type EventConsumer, hasConsumed, runConsumer } from './event-consumer.ts'
import { type EventsFixture, event, openEventsFixture } from './events.fixture.ts'
import { openEvents } from './events.ts'
import { findEvent } from './read-events.ts'

let fixture: EventsFixture
beforeAll(async () => {
  fixture = await openEventsFixture()
  await fixture.db.database.asOwner((connection) =>
    connection.query(`
      create table seen (id bigint generated always as identity, workspace_id integer, consumer text, name text);
      grant insert on seen to tessera_app`),
  )
})
afterAll(() => fixture[Symbol.asyncDispose]())

/** Keeps what it was shown, in the database, as a consumer does. */
function recorder(name: string, handle: (names: readonly string[]) => void = () => {}): EventConsumer {
  return {
    name,
    async handle(connection, workspace, events) {
      for (const { name: eventName } of events) {
        await connection.query('insert into seen (workspace_id, consumer, name) values ($1, $2, $3)', [
          workspace.id,
          name,
          eventName,
        ])
      }
      handle(events.map(({ name: eventName }) => eventName))
    },
  }
}

async function seenBy(consumer: string, workspace = fixture.acme): Promise<readonly string[]> {
  return await fixture.db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ name: string }>(
      'select name from seen where consumer = $1 and workspace_id = $2 order by id',
      [consumer, workspace.id],
    )
    return rows.map(({ name }) => name)
  })
}

test('a consumer is shown every event once, those of one sender in order, though three processes run it at once (E13)', async () => {
  const three = [1, 2, 3].map(() => runConsumer(recorder('thrice'), fixture.db))
  await using events = await openEvents({ ...fixture.db, consumers: [] })
  const senders = Array.from({ length: 8 }, (_, sender) => sender)
  await Promise.all(
    senders.map(async (sender) => {
      for (let count = 0; count < 15; count++) {
        await events.append(fixture.acme.id, event(`thrice ${sender} ${count}`))
        for (const consumer of three) consumer.wake(fixture.acme.id)
      }
    }),
  )
  await expect
    .poll(async () => {
      for (const consumer of three) consumer.wake(fixture.acme.id)
      return (await seenBy('thrice')).filter((name) => name.startsWith('thrice')).length
    })
    .toBe(120)
  await Promise.all(three.map((consumer) => consumer[Symbol.asyncDispose]()))
  const seen = (await seenBy('thrice')).filter((name) => name.startsWith('thrice'))
  expect(new Set(seen).size).toBe(120)
  for (const sender of senders) {
    const own = seen.filter((name) => name.startsWith(`thrice ${sender} `))
    expect(own).toEqual(own.map((_, count) => `thrice ${sender} ${count}`))
  }
})

test('an event whose transaction is still open is waited for, and nothing overtakes it', async () => {
  await using consumer = runConsumer(recorder('patient'), fixture.db)
  await fixture.db.database.transaction(fixture.acme.id, async (open) => {
    await appendEvents(open, fixture.acme.id, [event('began first')])
    await fixture.inAcme((connection) => appendEvents(connection, fixture.acme.id, [event('ended first')]))
    consumer.wake(fixture.acme.id)
    // The reader has met the open transaction: it has read all that came before.
    const before = await fixture.inAcme((connection) => connection.query('select count(*) from events'))
    await expect.poll(async () => (await seenBy('patient')).length).toBe(Number(before.rows[0]?.count) - 1)
    expect(await seenBy('patient')).not.toContain('ended first')
  })
  await expect.poll(async () => (await seenBy('patient')).slice(-2)).toEqual(['began first', 'ended first'])
})

test('an event that cannot be handled is passed over alone, and leaves nothing behind', async () => {
  await using consumer = runConsumer(
    recorder('choosy', (names) => {
      if (names.includes('poison')) throw new TypeError('poison')
    }),
    fixture.db,
  )
  await fixture.inAcme((connection) =>
    appendEvents(
      connection,
      fixture.acme.id,
      ['before', 'poison', 'after'].map((name) => event(name)),
    ),
  )
  consumer.wake(fixture.acme.id)
  await expect.poll(async () => (await seenBy('choosy')).slice(-2)).toEqual(['before', 'after'])
  expect(await seenBy('choosy')).not.toContain('poison')
})

test('processes that fail on one event pass over that one alone, though one of them was quicker (E13)', async () => {
  const names = ['before', 'twice poison']
  await fixture.inAcme((connection) =>
    appendEvents(
      connection,
      fixture.acme.id,
      names.map((name) => event(name)),
    ),
  )
  const failsAlone = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  let failures = 0
  const slow = recorder('twice', (shown) => {
    if (!shown.includes('twice poison')) return
    // Once in the batch, once alone.
    if (++failures === 2) failsAlone.resolve()
    throw new TypeError('poison')
  })
  const slowDirectory = {
    ...fixture.db.directory,
    async byId(id: number) {
      if (failures === 2) await goOn.promise
      return await fixture.db.directory.byId(id)
    },
  }
  await using first = runConsumer(slow, { ...fixture.db, directory: slowDirectory })
  first.wake(fixture.acme.id)
  await failsAlone.promise
  await using second = runConsumer(
    recorder('twice', (shown) => {
      if (shown.includes('twice poison')) throw new TypeError('poison')
    }),
    fixture.db,
  )
  await expect
    .poll(async () => {
      second.wake(fixture.acme.id)
      return await hasPassed('twice', 'twice poison')
    })
    .toBe(true)
  await fixture.inAcme((connection) => appendEvents(connection, fixture.acme.id, [event('twice after')]))
  goOn.resolve()
  await expect
    .poll(async () => {
      first.wake(fixture.acme.id)
      return (await seenBy('twice')).at(-1)
    })
    .toBe('twice after')
  expect(await seenBy('twice')).not.toContain('twice poison')
})

async function hasPassed(consumer: string, name: string): Promise<boolean> {
  return await fixture.inAcme(async (connection) => {
    const { rows } = await connection.query<{ number: string }>(
      'select number from events where workspace_id = $1 and name = $2',
      [fixture.acme.id, name],
    )
    const found = await findEvent(connection, fixture.acme.id, rows[0]?.number ?? '')
    return found !== undefined && (await hasConsumed(connection, fixture.acme.id, consumer, found.place))
  })
}

test('an event that PostgreSQL cannot take fails alone, and not who shares its commit (C6)', async () => {
  await using events = await openEvents({ ...fixture.db, consumers: [] })
  const beyond = { occurred_at: '+300000-01-01T00:00:00.000Z' }
  const sent = ['one', 'beyond', 'two', 'three', 'beyond', 'four']
  const settled = await Promise.allSettled(
    sent.map((name) =>
      events.append(fixture.acme.id, event(`shared ${name}`, name === 'beyond' ? beyond : {})),
    ),
  )
  expect(settled.map(({ status }) => status === 'rejected')).toEqual(sent.map((name) => name === 'beyond'))
  const names = await Promise.all(
    settled.map((one) =>
      one.status === 'fulfilled'
        ? fixture.inAcme(
            async (connection) => (await findEvent(connection, fixture.acme.id, one.value))?.name,
          )
        : undefined,
    ),
  )
  expect(names).toEqual(sent.map((name) => (name === 'beyond' ? undefined : `shared ${name}`)))
})

test('events wake their consumers, each in its workspace, and who asks learns that one was worked on (E107)', async () => {
  await using events = await openEvents({ ...fixture.db, consumers: [recorder('woken')] })
  const number = await events.append(fixture.other.id, event('woken'))
  await expect.poll(() => seenBy('woken', fixture.other)).toEqual(['woken'])
  expect(await fixture.inAcme((connection) => findEvent(connection, fixture.acme.id, number))).toBeUndefined()
  await fixture.db.database.inWorkspace(fixture.other.id, async (connection) => {
    const found = await findEvent(connection, fixture.other.id, number)
    if (!found) throw new Error('no event')
    expect(await hasConsumed(connection, fixture.other.id, 'woken', found.place)).toBe(true)
    expect(await hasConsumed(connection, fixture.other.id, 'nobody', found.place)).toBe(false)
  })
})

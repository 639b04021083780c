import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DataDirectory, makeDataDirectory, type ServedProcess } from '../testing/served-process.ts'
import { send, startWriteLoad, type WriteLoad } from '../testing/write-load.ts'

let data: DataDirectory

beforeEach(async () => {
  data = await makeDataDirectory()
})
afterEach(() => data[Symbol.asyncDispose]())

/** Enough that every crash finds blocks in all states: queued, being written, waiting, being applied. */
const writesBetweenCrashes = 300
const quick = { timeout: 60_000, interval: 20 }

test('kill -9 of the server: what was acknowledged is applied once and in order, by the server that comes next (C1, C7)', async () => {
  let server = await data.serve()
  await keepHistory()
  const postmaster = await data.postmaster()
  const load = startWriteLoad(() => server.url)
  for (let crash = 0; crash < 3; crash++) {
    await moreWrites(load)
    await server.kill()
    server = await data.serve()
    // The embedded PostgreSQL survives its server, and the next one joins it.
    expect(await data.postmaster()).toBe(postmaster)
  }
  await moreWrites(load)
  await load.stop()
  await expectEverythingApplied(load, server)
  expect(await server.stop()).toBe(0)
  expect(await data.postmaster()).toBeUndefined()
})

test('kill -9 of PostgreSQL: the server brings it back by itself, and nothing acknowledged is lost or applied twice (C1, C7)', async () => {
  const server = await data.serve()
  await keepHistory()
  const load = startWriteLoad(() => server.url)
  for (const victims of ['postmaster', 'everything', 'postmaster'] as const) {
    await moreWrites(load)
    const all = await data.postgresProcesses()
    for (const pid of victims === 'everything' ? all : all.slice(0, 1)) endNow(pid)
  }
  await moreWrites(load)
  await load.stop()
  expect(server.isRunning()).toBe(true)
  await expectEverythingApplied(load, server)
  expect(await server.stop()).toBe(0)
})

test('SIGTERM while PostgreSQL is on its way back ends both: no server and no database is left behind', async () => {
  const server = await data.serve()
  await keepHistory()
  const load = startWriteLoad(() => server.url)
  await moreWrites(load)
  for (const pid of await data.postgresProcesses()) endNow(pid)
  expect(await server.stop()).toBe(0)
  await load.stop()
  expect(await data.postmaster()).toBeUndefined()

  // What was acknowledged before is there for the server that comes next (C1).
  const next = await data.serve()
  await expectEverythingApplied(load, next)
  expect(await next.stop()).toBe(0)
})

test('two servers on one database are one: order, tracking, attributes and synchronous writes hold across them', async () => {
  const first = await data.serve()
  await keepHistory()
  const second = await data.serve()
  const servers = [first, second]

  // One id, written to both in turn, each write sent once the one before was answered (C7).
  const trackingIds: string[] = []
  for (let count = 1; count <= 60; count++) {
    const body = { id: 'both', email: 'both@example.com', orderCount: count }
    const answer = await send(serverOf(count), 'PUT', '/users', '2', body)
    expect(answer.status).toBe(202)
    trackingIds.push(JSON.parse(answer.body).trackingId)
  }
  // What one accepted, the other can tell of (C33), and reads show it once it is processed (C8).
  for (const [index, id] of trackingIds.entries()) await expectProcessed(serverOf(index), id)
  for (const { url } of servers) expect(await orderCountOf(url, 'both')).toBe(60)
  await expectHistoriesRising()

  // An attribute created on one is valid on the other with the next request (C56).
  for (const [index, name] of ['nickname', 'shoeSize', 'motto', 'team'].entries()) {
    const attribute = { name: `traits.${name}`, attributeType: 'STRING' }
    expect((await send(serverOf(index), 'POST', '/users/attributes', '1', attribute)).status).toBe(200)
    const user = { id: 'both', email: 'both@example.com', [name]: 'x' }
    expect((await send(serverOf(index + 1), 'PUT', '/users', '2', user)).status).toBe(202)
  }

  // A synchronous write is answered by both, whoever of them applies; a read on either then shows it (C42).
  for (let count = 1; count <= 10; count++) {
    const answer = await send(serverOf(count), 'PUT', '/users/sync', '1', {
      email: 's@example.com',
      orderCount: count,
    })
    expect(answer.status).toBe(200)
    expect(await orderCountOf(serverOf(count + 1), 'sync')).toBe(count)
  }

  // The first one started PostgreSQL and holds the leases; it goes, and the second goes on without a failed request.
  const load = startWriteLoad(() => second.url)
  await moreWrites(load)
  const postmaster = await data.postmaster()
  expect(await first.stop()).toBe(0)
  await moreWrites(load)
  await load.stop()
  expect(await data.postmaster()).toBe(postmaster)
  for (const user of load.users.values()) expect(user.acknowledged).toBe(user.sent.at(-1))
  expect(load.events.acknowledged).toEqual(load.events.sent)
  await expectEverythingApplied(load, second)
  expect(await second.stop()).toBe(0)
  expect(await data.postmaster()).toBeUndefined()

  function serverOf(turn: number): string {
    return (turn % 2 ? first : second).url
  }
})

async function moreWrites(load: WriteLoad): Promise<void> {
  const before = load.acknowledgedCount()
  await expect.poll(() => load.acknowledgedCount() - before, quick).toBeGreaterThan(writesBetweenCrashes)
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It went together with the one before.
  }
}

async function onDatabase<T extends pg.QueryResultRow>(statement: string): Promise<readonly T[]> {
  const client = await data.connect()
  const { rows } = await client.query<T>(statement)
  await client.end()
  return rows
}

/** Keeps every value that a profile's counter ever had, as a trigger sees it that knows nothing of the applier. */
async function keepHistory(): Promise<void> {
  await onDatabase(`
    create table history (id bigint generated always as identity, customer_id text, count integer);
    grant insert on history to tessera_app;
    create function keep_history() returns trigger language plpgsql as $$
    begin
      insert into history (customer_id, count) values (new.customer_id, (new.attributes->>'orderCount')::integer);
      return new;
    end $$;
    create trigger history after insert or update on profiles for each row execute function keep_history()`)
}

async function expectHistoriesRising(): Promise<void> {
  const falling = await onDatabase(`
    select * from (
      select customer_id, count, lag(count) over (partition by customer_id order by id) as before from history
    ) h where count < before`)
  expect(falling).toEqual([])
}

async function orderCountOf(url: string, id: string): Promise<number> {
  return JSON.parse((await send(url, 'GET', `/users/${id}`, '2')).body).orderCount
}

async function expectProcessed(url: string, trackingId: string): Promise<void> {
  const track = async () => JSON.parse((await send(url, 'GET', `/users/track/${trackingId}`, '2')).body)
  await expect.poll(track, quick).toEqual({ stage: 'PROCESSED', total: 1, success: 1, error: 0 })
}

async function expectEverythingApplied(load: WriteLoad, { url }: ServedProcess): Promise<void> {
  await Promise.all(load.trackingIds.map((id) => expectProcessed(url, id)))
  const unsettled = () => onDatabase('select id from operation_blocks where settled_at is null')
  await expect.poll(unsettled, quick).toEqual([])

  // The last acknowledged write, or a later one that was sent and whose answer was lost.
  const stored = await onDatabase<{ id: string; count: number }>(
    `select customer_id as id, (attributes->>'orderCount')::integer as count from profiles`,
  )
  const counts = new Map(stored.map(({ id, count }) => [id, count]))
  for (const [id, { sent, acknowledged }] of load.users) {
    const possible = [
      ...(acknowledged === 0 ? [undefined] : []),
      ...sent.filter((count) => count >= acknowledged),
    ]
    expect(possible, id).toContain(counts.get(id))
  }
  await expectHistoriesRising()

  // Events cannot be applied twice without being seen twice, and a user cannot be made twice.
  const events = await onDatabase<{ number: number }>(
    `select (data->>'number')::integer as number from events`,
  )
  const numbers = new Set(events.map(({ number }) => number))
  expect(numbers.size).toBe(events.length)
  expect(numbers.isSupersetOf(load.events.acknowledged)).toBe(true)
  expect(numbers.isSubsetOf(load.events.sent)).toBe(true)
  const createdTwice = await onDatabase(`
    select profile_id from profile_changes, unnest(profile_ids, kinds) as change (profile_id, kind)
    where kind = 'created' group by profile_id having count(*) > 1`)
  expect(createdTwice).toEqual([])
}

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendEvents } from '../core/events/append-events.ts'
import { blockOfRequest } from '../core/ingest/accept-operations.ts'
import { postgresOperationLog } from '../core/ingest/postgres-operation-log.ts'
import { queueMail } from '../core/mail/queue-mail.ts'
import { createLedger } from '../core/points/create-ledger.ts'
import { createPointsFixture, type PointsFixture } from '../core/points/points.fixture.ts'
import { listStatusRecords } from '../core/statuses/list-status-records.ts'
import { setStatus } from '../core/statuses/set-status.ts'
import { type ServedProcess, serveDatabase } from '../testing/served-process.ts'
import { createTestDatabase } from '../testing/test-database.ts'
import { eventConsumerNames, eventConsumers } from './event-consumers.ts'

const file = `
workspace: acme
keys: [{ name: backend, kind: master, secret: test-master-key }]
customerData:
  attributes: [{ name: firstName, type: string }]
  standardFields: { first_name: firstName }
segments:
  - { id: named, name: Named, where: { attribute: firstName, is: exists, value: true } }
loyalty:
  pointTypes: [{ id: base, name: Base, expiresAfterDays: 10 }]
  statuses:
    - { id: bronze, name: Bronze, qualificationPoints: 0, qualificationMonths: 12, multiplier: 1 }
    - { id: gold, name: Gold, qualificationPoints: 2000, qualificationMonths: 12, multiplier: 2 }
`
const longAgo = new Date('2020-01-15T12:00:00Z')
const content = { brand: 'Acme', subject: 'Hello', text: '', html: '' }

let points: PointsFixture
let server: ServedProcess & AsyncDisposable
let customer: string

async function query(
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  return await points.db.database.asOwner(
    async (connection) => (await connection.query(text, [...values])).rows,
  )
}

/** A database on which all is due that a server does by itself, and then a server. */
beforeAll(async () => {
  points = await createPointsFixture(file)
  const { db, workspace, transaction } = points
  points.clock.at = longAgo
  customer = await points.newProfile()
  await points.earn(customer, 30)
  await transaction(async (connection) => {
    const lasting = { from: longAgo, to: new Date('2020-02-01T00:00:00Z'), now: longAgo }
    await setStatus(connection, workspace, { profileId: customer, statusId: 'gold', ...lasting })
    const mail = { profileId: customer, content }
    await queueMail(connection, workspace.id, { ...mail, recipient: 'waits@example.com' })
    await queueMail(connection, workspace.id, { ...mail, recipient: 'ended@example.com' })
    const now = new Date().toISOString()
    const event = { name: 'x', occurred_at: now, received_at: now, source: 'back end', data: {} } as const
    await appendEvents(connection, workspace.id, [{ ...event, profile: customer }])
  })
  await query(`update mails set state = 'sent', ended_at = $1 where recipient = 'ended@example.com'`, [
    longAgo,
  ])
  await postgresOperationLog(db.database).append(
    workspace.id,
    blockOfRequest(workspace.id, [{ kind: 'upsert', customer: 'ann', set: { firstName: 'Ann' } }]),
  )
  await query(
    `create table events_20200101 partition of events for values from ('2020-01-01') to ('2020-02-01')`,
  )
  for (const { name } of await query(lastPartitions)) await query(`drop table ${name}`)
  server = await serveDatabase(db.url, { TESSERA_EVENT_RETENTION_DAYS: '30' })
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await points[Symbol.asyncDispose]()
})

const lastPartitions = `
select max(inhrelid::regclass::text) as name, count(*)::integer as count
from pg_inherits join pg_class parent on parent.oid = inhparent and parent.relkind = 'p'
group by inhparent`

test('a server books points that expired (L122)', async () => {
  const kinds = async () => (await points.history(customer)).map(({ kind }) => kind)
  await expect.poll(kinds).toContain('expiry')
})

test('a server sets statuses anew that ended (L104)', async () => {
  const { workspace, transaction } = points
  const all = { sort: undefined, count: 10, offset: 0 }
  const current = async () => {
    const { items } = await transaction((connection) =>
      listStatusRecords(connection, workspace, { profileId: customer }, all),
    )
    return items.find(({ isCurrent }) => isCurrent)?.statusId
  }
  await expect.poll(current).toBe('bronze')
})

test('a server sends mails, or without a transport keeps them in the outbox', async () => {
  const state = () => query(`select state from mails where recipient = 'waits@example.com'`)
  await expect.poll(state).toEqual([{ state: 'outbox' }])
})

test('a server drops what is over', async () => {
  await expect.poll(() => query(`select from mails where recipient = 'ended@example.com'`)).toEqual([])
})

test('a server applies what was accepted before it started, and follows it with segments (C1)', async () => {
  const members = () =>
    query(`select p.customer_id from segment_memberships m join profiles p on p.id = m.profile_id
           where m.segment_id = 'named'`)
  await expect.poll(members).toEqual([{ customer_id: 'ann' }])
})

test('a server shows events to everybody who reacts to them', async () => {
  expect(eventConsumers(createLedger([])).map(({ name }) => name)).toEqual(eventConsumerNames)
  const places = async () => (await query('select name from event_consumers')).map(({ name }) => name)
  await expect.poll(async () => (await places()).sort()).toEqual([...eventConsumerNames].sort())
})

test('a server makes partitions ahead of time, of every table that has any, and drops those of events that are not kept', async () => {
  const partitioned = await query(`select from pg_class where relkind = 'p'`)
  const last = await query(lastPartitions)
  expect(last).toHaveLength(partitioned.length)
  for (const { name, count } of last) expect(count, String(name)).toBeGreaterThanOrEqual(3)
  expect(await query(`select from pg_class where relname = 'events_20200101'`)).toEqual([])
})

test('a server takes statistics of a table that grew', async () => {
  await query(
    `insert into merged_profiles (workspace_id, id, survivor_id)
     select $1, gen_random_uuid(), gen_random_uuid() from generate_series(1, 1000)`,
    [points.workspace.id],
  )
  const known = () => query(`select from pg_class where relname = 'merged_profiles' and reltuples >= 1000`)
  await expect.poll(known).toHaveLength(1)
})

test('a server makes fields and the attributes bound to them one value (S22)', async () => {
  const [workspace] = await query('select derived_fields from workspaces')
  expect(workspace).toEqual({ derived_fields: { first_name: 'firstName' } })
})

test('of one database an api server accepts, and a worker server applies it and serves no API', async () => {
  await using db = await createTestDatabase()
  await db.apply(file)
  const [api, worker] = await Promise.all(
    ['api', 'worker'].map((role) => serveDatabase(db.url, { TESSERA_ROLE: role })),
  )
  await using stack = new AsyncDisposableStack()
  for (const one of [api, worker]) if (one) stack.use(one)
  const users = async (url: string | undefined, path: string, init: RequestInit = {}) => {
    const headers = { 'X-XNG-AuthToken': 'test-master-key', 'X-XNG-ApiVersion': '2' }
    return (await fetch(`${url}/users${path}`, { ...init, headers })).status
  }
  const id = randomUUID()
  const body = JSON.stringify({ id, email: `${id}@example.com` })
  expect(await users(api?.url, '', { method: 'PUT', body })).toBe(202)
  await expect.poll(() => users(api?.url, `/${id}`)).toBe(200)
  expect(await users(worker?.url, `/${id}`)).toBe(404)
})

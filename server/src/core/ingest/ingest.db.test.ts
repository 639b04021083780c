import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../platform/postgres/database.ts'
import { openSession } from '../../platform/postgres/session.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { createAcceptor } from './accept-operations.ts'
import { type Ingest, openIngest } from './ingest.ts'
import type { Operation } from './operation.ts'
import { postgresOperationLog } from './postgres-operation-log.ts'
import { createSettlements } from './settlements.ts'

let db: TestDatabase
let acme: Workspace
let other: Workspace
/** Two processes on one database: one applies, the other only accepts. */
let applying: Ingest
let accepting: Ingest
const opened = new AsyncDisposableStack()

beforeAll(async () => {
  db = opened.use(await createTestDatabase())
  await db.apply('workspace: acme', 'workspace: other')
  acme = db.workspace('acme')
  other = db.workspace('other')
  applying = opened.use(await openProcess(true))
  accepting = opened.use(await openProcess(false))
})
afterAll(() => opened.disposeAsync())

/** What the applying process tells of. */
const eventsRecorded: { readonly workspaceId: number; readonly count: Promise<number> }[] = []

async function openProcess(applies: boolean): Promise<Ingest> {
  const session = opened.use(await openSession(db.url, db.logger))
  return await openIngest({
    ...db,
    session,
    applies,
    profileParts: [],
    onEventsRecorded: (workspaceId) => eventsRecorded.push({ workspaceId, count: countEvents(workspaceId) }),
  })
}

async function countEvents(workspaceId: number): Promise<number> {
  return await db.database.inWorkspace(workspaceId, async (connection) => {
    const { rows } = await connection.query<{ count: number }>(
      'select count(*)::integer as count from events where workspace_id = $1',
      [workspaceId],
    )
    return rows[0]?.count ?? 0
  })
}

function write(customer: string, email = `${customer}@e`): Operation {
  return { kind: 'upsert', customer, email, set: {} }
}

const nothingRefused = (accepted: number) => ({ accepted, refused: 0 })

test('a write that another process applies is answered with its outcome (C42)', async () => {
  const outcomes = await accepting.apply(acme, [
    { ...write('a'), result: true } as Operation,
    write('b', 'a@e'),
  ])
  expect(outcomes).toMatchObject([
    { email: 'a@e', profile: expect.any(String) },
    { failure: { reason: 'email-taken', holder: 'a' } },
  ])
})

test('writes that both processes accept at once are all applied and answered (C42)', async () => {
  const results = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      (index % 2 ? accepting : applying).apply(acme, [
        { ...write(`many ${index}`), result: true } as Operation,
      ]),
    ),
  )
  const profiles = results.map(([outcome]) => outcome && 'profile' in outcome && outcome.profile)
  expect(new Set(profiles).size).toBe(60)
})

test('nothing to apply is applied at once, and processed', async () => {
  expect(await applying.apply(acme, [])).toEqual([])
  const accepted = await applying.accept(acme, [])
  const id = applying.trackingId(acme, accepted, { accepted: 0, refused: 3 })
  expect(await applying.track(acme, id)).toEqual({
    isProcessed: true,
    total: 3,
    succeeded: 0,
    failed: 3,
    failures: [],
  })
})

test('requests that share a block are counted apart, each in its own order (C30, C31, C35)', async () => {
  await applying.apply(acme, [write('holder', 'taken@e')])
  const requests = Array.from({ length: 20 }, (_, index) => [
    { ...write(`fine ${index}`), at: 'updated/0' },
    { ...write(`late ${index}`, 'taken@e'), at: 'updated/1' },
    { ...write(`later ${index}`, 'taken@e'), at: 'updated/2' },
  ])
  const ids = await Promise.all(
    requests.map(async (operations) =>
      applying.trackingId(acme, await applying.accept(acme, operations), { accepted: 3, refused: 1 }),
    ),
  )
  expect(new Set(ids).size).toBe(20)
  for (const id of ids) {
    await expect.poll(async () => (await applying.track(acme, id))?.isProcessed).toBe(true)
    const state = await accepting.track(acme, id)
    expect(state).toMatchObject({ total: 4, succeeded: 1, failed: 3 })
    expect(state?.failures.map(({ at }) => at)).toEqual(['updated/1', 'updated/2'])
  }
})

test('a tracking id is readable in every process, and in no other workspace (C33)', async () => {
  const id = applying.trackingId(acme, await applying.accept(acme, [write('tracked')]), nothingRefused(1))
  await expect.poll(async () => (await accepting.track(acme, id))?.isProcessed).toBe(true)
  expect(await accepting.track(other, id)).toBeUndefined()
  expect(
    await accepting.track(
      acme,
      id.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    ),
  ).toBeUndefined()
})

test('an id of two days ago is not found, one of yesterday is (C32)', async () => {
  const { block } = await applying.accept(acme, [write('dated')])
  const idOf = (day: number) =>
    applying.trackingId(acme, { block: { ...block, day }, start: 0 }, { accepted: 0, refused: 1 })
  expect(await applying.track(acme, idOf(block.day - 1))).toBeDefined()
  expect(await applying.track(acme, idOf(block.day - 2))).toBeUndefined()
})

test('who hosts the applier is told of events once they are there to be read, and of nothing else', async () => {
  const now = new Date().toISOString()
  const event: Operation = {
    kind: 'event',
    customer: 'a',
    name: 'x',
    occurred_at: now,
    received_at: now,
    source: 'back end',
    data: {},
  }
  await applying.apply(other, [write('quiet')])
  await accepting.apply(other, [event])
  await expect.poll(() => eventsRecorded.length).toBe(1)
  expect(eventsRecorded[0]?.workspaceId).toBe(other.id)
  expect(await eventsRecorded[0]?.count).toBe(1)
})

test('stopping waits until everything accepted is durable', async () => {
  const process = await openProcess(false)
  const writes = Array.from({ length: 20 }, (_, index) => process.accept(acme, [write(`durable ${index}`)]))
  await process[Symbol.asyncDispose]()
  const accepted = await Promise.all(writes)
  const log = postgresOperationLog(db.database)
  const states = await log.find(
    acme.id,
    accepted.map(({ block }) => block),
  )
  for (const { block } of accepted) expect(states.has(block.id)).toBe(true)
})

test('what cannot be made durable in time is refused before it is accepted, and nothing is lost (C36)', async () => {
  await using database = openDatabase({ connectionString: db.url, poolSize: 2 })
  const acceptor = createAcceptor(postgresOperationLog(database), () => {})
  const large: Operation = { kind: 'upsert', customer: 'large', set: { text: 'x'.repeat(16 * 1024 * 1024) } }
  const writes: Promise<unknown>[] = []
  await db.database.asOwner(async (connection) => {
    // Nobody can append, as if the disk could not keep up.
    await connection.query('begin; lock table operation_blocks in exclusive mode')
    for (let count = 0; count < 8; count++) writes.push(acceptor.accept(acme.id, [large]))
    await expect(acceptor.accept(acme.id, [write('small')])).rejects.toEqual(
      expect.objectContaining({ name: 'CoreError', code: 'overloaded' }),
    )
    await connection.query('rollback')
  })
  expect((await Promise.allSettled(writes)).every(({ status }) => status === 'fulfilled')).toBe(true)
  await acceptor.accept(acme.id, [write('small')])
})

test('who waits for a change is told in time that it is not applied, also while the database is away (C42)', async () => {
  const database = openDatabase({ connectionString: db.url, poolSize: 1 })
  const settlements = createSettlements(postgresOperationLog(database))
  const block = { day: 20_000, id: 1 }
  const late = expect.objectContaining({ code: 'not-applied-in-time' })
  await expect(settlements.wait(acme.id, block, 0)).rejects.toEqual(late)
  await database[Symbol.asyncDispose]()
  await expect(settlements.wait(acme.id, block, 0)).rejects.toEqual(late)
})

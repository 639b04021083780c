import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseSession, openSession } from '../../platform/postgres/session.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { eventParts } from '../events/profile-parts.ts'
import { identityParts } from '../identity/identity-parts.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { blockOfRequest } from './accept-operations.ts'
import { type Applier, createApplier } from './applier.ts'
import type { BlockOutcomes, Operation } from './operation.ts'
import type { BlockRef, OperationLog } from './operation-log.ts'
import { postgresOperationLog } from './postgres-operation-log.ts'

let db: TestDatabase
let log: OperationLog
let workspace: Workspace
const lock = 1

beforeAll(async () => {
  db = await createTestDatabase()
  log = postgresOperationLog(db.database)
  await db.apply('workspace: acme')
  workspace = db.workspace()
})
afterAll(() => db[Symbol.asyncDispose]())

interface Process extends AsyncDisposable {
  readonly applier: Applier
  readonly session: DatabaseSession
  /** What this process settled. */
  readonly settled: Map<number, BlockOutcomes | undefined>
}

/** What a process of its own would run: an applier that takes its lease in a session of its own. */
async function startProcess(holdsLane?: () => Promise<boolean>, seenLog = log): Promise<Process> {
  const session = await openSession(db.url, db.logger)
  const settled = new Map<number, BlockOutcomes | undefined>()
  const applier = createApplier({
    database: db.database,
    log: seenLog,
    logger: db.logger,
    parts: [...identityParts, ...eventParts],
    rules: async () => ({ emailPerUnit: true, fieldBindings: {} }),
    holdsLane: holdsLane ?? ((workspaceId) => session.tryLock(lock, workspaceId)),
    onSettled: (_workspaceId, { outcomes }) => {
      for (const [id, ofBlock] of outcomes) settled.set(id, ofBlock)
    },
  })
  return {
    applier,
    session,
    settled,
    async [Symbol.asyncDispose]() {
      await applier[Symbol.asyncDispose]()
      await session[Symbol.asyncDispose]()
    },
  }
}

function write(customer: string, count: number): Operation {
  return { kind: 'upsert', customer, email: `${customer}@e`, set: { count } }
}

async function append(...operations: readonly Operation[]): Promise<BlockRef> {
  return await log.append(workspace.id, blockOfRequest(workspace.id, operations))
}

/** Resolves when the log is empty; the processes are woken meanwhile, as their sweeps would. */
async function untilApplied(...processes: readonly Process[]): Promise<void> {
  while ((await log.pending(workspace.id, [])).length > 0) {
    for (const { applier } of processes) applier.wake(workspace.id)
  }
}

async function countOf(customer: string): Promise<number | undefined> {
  const { rows } = await db.database.asOwner((connection) =>
    connection.query<{ count: number }>(
      `select (attributes->>'count')::integer as count from profiles where workspace_id = $1 and customer_id = $2`,
      [workspace.id, customer],
    ),
  )
  return rows[0]?.count
}

/** The values a profile had, oldest first, as a trigger that knows nothing of the applier saw them. */
async function historyOf(customer: string): Promise<readonly number[]> {
  const { rows } = await db.database.asOwner((connection) =>
    connection.query<{ count: number }>('select count from history where customer_id = $1 order by id', [
      customer,
    ]),
  )
  return rows.map(({ count }) => count)
}

beforeAll(async () => {
  await db.database.asOwner((connection) =>
    connection.query(`
      create table history (id bigint generated always as identity, customer_id text, count integer);
      grant insert on history to tessera_app;
      create function keep_history() returns trigger language plpgsql as $$
      begin
        insert into history (customer_id, count) values (new.customer_id, (new.attributes->>'count')::integer);
        return new;
      end $$;
      create trigger history after insert or update on profiles for each row execute function keep_history()`),
  )
})

const upTo = (most: number) => Array.from({ length: most }, (_, index) => index + 1)

test('only the process that holds the lease applies; the other takes over when its session dies (C1, C7)', async () => {
  await using first = await startProcess()
  await using second = await startProcess()
  for (const count of upTo(5)) await append(write('lease', count))
  await untilApplied(first)
  for (const count of upTo(5)) await append(write('lease', 5 + count))
  second.applier.wake(workspace.id)
  await untilApplied(first, second)
  await expect.poll(() => first.settled.size).toBe(10)
  expect(second.settled.size).toBe(0)

  await first.session[Symbol.asyncDispose]()
  for (const count of upTo(5)) await append(write('lease', 10 + count))
  await untilApplied(second)
  await expect.poll(() => second.settled.size).toBe(5)
  expect(await countOf('lease')).toBe(15)
  expect(await historyOf('lease')).toEqual((await historyOf('lease')).toSorted((a, b) => a - b))
})

test('operations on one user keep their order and are applied once, though two processes believe they hold the lease (C7)', async () => {
  await using first = await startProcess(async () => true)
  await using second = await startProcess(async () => true)
  const customers = ['x', 'y', 'z']
  for (const count of upTo(40)) {
    const operations = customers
      .filter((_, index) => (count + index) % 3 > 0)
      .map((name) => write(name, count))
    await append(...operations)
    for (const { applier } of [first, second]) applier.wake(workspace.id)
  }
  await untilApplied(first, second)
  for (const customer of customers) {
    const seen = await historyOf(customer)
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b))
    expect(await countOf(customer)).toBe(seen.at(-1))
  }
  const both = [...first.settled.keys()].filter((id) => second.settled.has(id))
  expect(both).toEqual([])
})

test('a run of which another process settled a part leaves the rest in the log, and nothing overtakes it (C7)', async () => {
  await using process = await startProcess(async () => true)
  const settledElsewhere = await append(write('elsewhere', 1))
  // As many as fit into a run: the next write to the same user begins another one.
  const fillers = upTo(998).map((count) => write(`filler ${count}`, count))
  const rest = await append(...fillers, write('late', 1))
  const next = await append(write('late', 2))
  await db.database.transaction(workspace.id, async (connection) => {
    await log.settle(connection, workspace.id, [{ ...settledElsewhere, outcomes: undefined }])
    process.applier.wake(workspace.id)
    await untilSomebodyWaits()
  })
  await untilApplied(process)
  await expect.poll(() => process.settled.has(rest.id) && process.settled.has(next.id)).toBe(true)
  expect(await countOf('late')).toBe(2)
})

test('what was read of the log before a run met another process does not overtake what that run left (C7)', async () => {
  const wasRead = Promise.withResolvers<void>()
  const mayGoOn = Promise.withResolvers<void>()
  const wasFound = Promise.withResolvers<void>()
  let holdsReads = false
  const slowLog: OperationLog = {
    ...log,
    async pending(workspaceId, except) {
      const blocks = await log.pending(workspaceId, except)
      if (holdsReads) {
        wasRead.resolve()
        await mayGoOn.promise
      }
      return blocks
    },
    async find(workspaceId, blocks) {
      const states = await log.find(workspaceId, blocks)
      wasFound.resolve()
      return states
    },
  }
  await using process = await startProcess(async () => true, slowLog)
  const settledElsewhere = await append(write('elsewhere too', 1))
  await append(write('left', 1))
  await db.database.transaction(workspace.id, async (connection) => {
    await log.settle(connection, workspace.id, [{ ...settledElsewhere, outcomes: undefined }])
    process.applier.wake(workspace.id)
    await untilSomebodyWaits()
    await append(write('left', 2))
    holdsReads = true
    process.applier.wake(workspace.id)
    await wasRead.promise
  })
  await wasFound.promise
  // The run has learnt by then that it is not its own.
  await new Promise(setImmediate)
  mayGoOn.resolve()
  await untilApplied(process)
  expect(await countOf('left')).toBe(2)
})

/** Resolves when a transaction waits for another one's lock. */
async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const waiting = await db.database.asOwner((connection) =>
      connection.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    )
    if (waiting.rowCount) return
  }
}

test('a poisonous operation fails alone and holds nobody up, also while connections are lost meanwhile (C6, C29)', async () => {
  await using process = await startProcess(async () => true)
  const block = blockOfRequest(workspace.id, [write('poison', 1), write('healthy', 1)])
  const { id } = await log.append(workspace.id, {
    ...block,
    operations: block.operations.replace('"poison@e"', '"poison\\u0000@e"'),
  })
  // Applying one by one has to wait for this lock, and is then told that its connection is gone.
  const release = await lockIdentifier('healthy')
  process.applier.wake(workspace.id)
  await untilSomebodyWaits()
  await db.database.asOwner((connection) =>
    connection.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    ),
  )
  await release()
  await append(write('healthy', 2))
  await untilApplied(process)
  expect(process.settled.get(id)).toEqual({ 0: { failure: { reason: 'not-applicable' } } })
  expect(await countOf('healthy')).toBe(2)
})

/** Makes who would insert this user wait, until the returned function is called. */
async function lockIdentifier(customer: string): Promise<() => Promise<void>> {
  const released = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const transaction = db.database
    .transaction(workspace.id, async (connection) => {
      await connection.query(
        `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'customer_id', $2, gen_random_uuid())`,
        [workspace.id, customer],
      )
      locked.resolve()
      await released.promise
      throw new Error('undone')
    })
    .catch(() => {})
  await locked.promise
  return async () => {
    released.resolve()
    await transaction
  }
}

test('stopping waits for what is being applied, and leaves the rest in the log', async () => {
  const process = await startProcess(async () => true)
  for (const count of upTo(40)) await append(write('stopped', count))
  process.applier.wake(workspace.id)
  await process[Symbol.asyncDispose]()
  await using next = await startProcess(async () => true)
  await untilApplied(next)
  expect(await countOf('stopped')).toBe(40)
  expect(await historyOf('stopped')).toEqual((await historyOf('stopped')).toSorted((a, b) => a - b))
})

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { blockOfRequest } from './accept-operations.ts'
import { type Applier, createApplier } from './applier.ts'
import type { OperationLog } from './operation-log.ts'
import { postgresOperationLog } from './postgres-operation-log.ts'

let db: TestDatabase
let workspace: Workspace
let log: OperationLog
let applier: Applier
/** How many runs were begun, and how often the log was read. */
const seen = { runs: 0, reads: 0 }

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspace = db.workspace()
  log = postgresOperationLog(db.database)
})
/** One that has seen no statistics yet. */
beforeEach(() => {
  applier = createApplier({
    database: db.database,
    log: {
      ...log,
      async pending(workspaceId, except) {
        const blocks = await log.pending(workspaceId, except)
        seen.reads++
        return blocks
      },
    },
    logger: db.logger,
    parts: [],
    async rules() {
      seen.runs++
      return { emailPerUnit: true, fieldBindings: {} }
    },
    holdsLane: async () => true,
    onSettled() {},
  })
})
afterEach(() => applier[Symbol.asyncDispose]())
afterAll(() => db[Symbol.asyncDispose]())

async function append(customers: readonly string[]): Promise<void> {
  const operations = customers.map((customer) => ({ kind: 'upsert', customer, set: {} }) as const)
  await log.append(workspace.id, blockOfRequest(workspace.id, operations))
  applier.wake(workspace.id)
}

/** As many as a second run is worth beginning for. */
const many = (name: string) => Array.from({ length: 600 }, (_, index) => `${name} ${index}`)

/** Runs `work` while a run is under way that cannot end before it does. */
async function duringRun(customer: string, work: () => Promise<void>): Promise<void> {
  const undone = new Error('undone')
  await db.database
    .transaction(workspace.id, async (connection) => {
      await connection.query(
        `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'customer_id', $2, gen_random_uuid())`,
        [workspace.id, customer],
      )
      const { runs } = seen
      await append([customer])
      await expect.poll(() => seen.runs).toBe(runs + 1)
      await work()
      throw undone
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error
    })
  while ((await log.pending(workspace.id, [])).length > 0) applier.wake(workspace.id)
}

test('while the tables are small, no second run is begun beside one that is under way', async () => {
  await duringRun('first', async () => {
    const { runs, reads } = seen
    await append(many('small'))
    await expect.poll(() => seen.reads).toBeGreaterThan(reads)
    // A run begins in the same turn of the loop in which the log was read.
    await new Promise(setImmediate)
    expect(seen.runs).toBe(runs)
  })
})

test('once statistics tell of large tables, a second run is begun beside one that is under way', async () => {
  await db.database.asOwner((connection) =>
    connection.query(
      'insert into profiles (workspace_id, id) select $1, gen_random_uuid() from generate_series(1, 5000)',
      [workspace.id],
    ),
  )
  await append([...many('growing'), ...many('growing more')])
  while ((await log.pending(workspace.id, [])).length > 0) applier.wake(workspace.id)
  await duringRun('second', async () => {
    const { runs } = seen
    await append(many('large'))
    await expect.poll(() => seen.runs).toBe(runs + 1)
  })
})

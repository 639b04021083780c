import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { blockOfRequest } from './accept-operations.ts'
import type { Operation } from './operation.ts'
import type { BlockRef, OperationLog } from './operation-log.ts'
import { postgresOperationLog } from './postgres-operation-log.ts'

let db: TestDatabase
let log: OperationLog
let workspaceId = 1000

beforeAll(async () => {
  db = await createTestDatabase()
  log = postgresOperationLog(db.database)
})
afterAll(() => db[Symbol.asyncDispose]())
beforeEach(() => {
  workspaceId += 2
})

const remove = (customer: string): Operation => ({ kind: 'delete', customer })

async function append(...customers: readonly string[]): Promise<BlockRef> {
  return await log.append(workspaceId, blockOfRequest(workspaceId, customers.map(remove)))
}

async function settle(...blocks: readonly BlockRef[]): Promise<void> {
  await db.database.transaction(workspaceId, (connection) =>
    log.settle(
      connection,
      workspaceId,
      blocks.map((block) => ({ ...block, outcomes: undefined })),
    ),
  )
}

async function pendingIds(...except: readonly BlockRef[]): Promise<readonly number[]> {
  return (await log.pending(workspaceId, except)).map(({ id }) => id)
}

test('blocks are pending in the order in which they were begun, until they are settled', async () => {
  const [one, two, three] = [await append('a'), await append('b', 'c'), await append('d')]
  expect(await pendingIds()).toEqual([one.id, two.id, three.id])
  expect(await pendingIds(one)).toEqual([two.id, three.id])
  await settle(two)
  expect(await pendingIds()).toEqual([one.id, three.id])
})

test('what was appended is read as it is, in log order', async () => {
  const [one, two] = [await append('a'), await append('b', 'č')]
  const texts = await log.read(workspaceId, [one, two])
  expect(texts.map((text) => JSON.parse(text))).toEqual([[remove('a')], [remove('b'), remove('č')]])
})

test('a block is settled once: the second time throws, and what came with it is undone (C1)', async () => {
  const [settled, open] = [await append('a'), await append('b')]
  await settle(settled)
  await expect(settle(settled, open)).rejects.toThrow('settled already')
  expect(await pendingIds()).toEqual([open.id])
})

test('of two transactions that settle one block at the same time one succeeds (C1)', async () => {
  const block = await append('a')
  const results = await Promise.allSettled([settle(block), settle(block), settle(block)])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
})

test('outcomes are kept with the block, and a block that nobody has is not found', async () => {
  const block = await append('a', 'b')
  const unknown = { day: block.day, id: block.id + 1_000_000 }
  expect((await log.find(workspaceId, [block])).get(block.id)).toEqual({ settled: false })
  const outcomes = { 1: { failure: { reason: 'not-applicable' as const }, at: 'updated/1' } }
  await db.database.transaction(workspaceId, (connection) =>
    log.settle(connection, workspaceId, [{ ...block, outcomes }]),
  )
  const states = await log.find(workspaceId, [block, unknown])
  expect([...states]).toEqual([[block.id, { settled: true, outcomes }]])
})

test("one workspace's blocks are nobody else's, whoever knows their ids (C33)", async () => {
  const block = await append('a')
  const other = workspaceId + 1
  expect(await log.pending(other, [])).toEqual([])
  expect(await log.read(other, [block])).toEqual([])
  expect(await log.find(other, [block])).toEqual(new Map())
  await expect(
    db.database.transaction(other, (connection) =>
      log.settle(connection, other, [{ ...block, outcomes: undefined }]),
    ),
  ).rejects.toThrow('settled already')
})

test('workspaces with unsettled blocks are named, others are not', async () => {
  await db.apply('workspace: waiting', 'workspace: idle')
  const waiting = db.workspace('waiting')
  const block = await log.append(waiting.id, blockOfRequest(waiting.id, [remove('a')]))
  expect(await log.waitingWorkspaces()).toEqual([waiting.id])
  await db.database.transaction(waiting.id, (connection) =>
    log.settle(connection, waiting.id, [{ ...block, outcomes: undefined }]),
  )
  expect(await log.waitingWorkspaces()).toEqual([])
})

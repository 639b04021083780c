import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { blockOfRequest } from './accept-operations.ts'
import { dropOldIdempotencyKeys } from './idempotency.ts'
import type { KeptAnswer, OperationLog } from './operation-log.ts'
import { postgresOperationLog } from './postgres-operation-log.ts'

let db: TestDatabase
let log: OperationLog
let one: Workspace
let other: Workspace

beforeAll(async () => {
  db = await createTestDatabase()
  log = postgresOperationLog(db.database)
  await db.apply('workspace: one', 'workspace: other')
  one = db.workspace('one')
  other = db.workspace('other')
})
afterAll(() => db[Symbol.asyncDispose]())

async function send(workspace: Workspace, key: string, body = 'body'): Promise<KeptAnswer> {
  return await log.appendOnce(workspace.id, {
    key,
    requestHash: createHash('sha256').update(body).digest(),
    block: blockOfRequest(workspace.id, [{ kind: 'delete', customer: key }]),
    answer: (ref) => ({ status: 202, body: `block ${ref.id}` }),
  })
}

async function blocksFor(workspace: Workspace, key: string): Promise<number> {
  const { rowCount } = await db.database.asOwner((connection) =>
    connection.query('select from operation_blocks where workspace_id = $1 and operations like $2', [
      workspace.id,
      `%"${key}"%`,
    ]),
  )
  return rowCount ?? 0
}

async function age(key: string, interval: string): Promise<void> {
  await db.database.asOwner((connection) =>
    connection.query('update idempotency_keys set created_at = now() - $2::interval where key = $1', [
      key,
      interval,
    ]),
  )
}

test('requests that arrive with one key at once get one answer, and are applied once (C37, C39)', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(one, 'at-once')))
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
  expect(await blocksFor(one, 'at-once')).toBe(1)
})

test('a repetition is told by the hash of what was sent first (C38)', async () => {
  const first = await send(one, 'other-body', 'one')
  const second = await send(one, 'other-body', 'two')
  expect(second).toEqual(first)
  expect(second.requestHash.equals(createHash('sha256').update('two').digest())).toBe(false)
  expect(await log.findAnswer(one.id, 'other-body')).toEqual(first)
})

test('a key belongs to one workspace (C41)', async () => {
  const [mine, theirs] = [await send(one, 'shared'), await send(other, 'shared')]
  expect(theirs.body).not.toBe(mine.body)
  expect((await log.findAnswer(other.id, 'shared'))?.body).toBe(theirs.body)
})

test('a key is free again after 24 h, and not before (C37)', async () => {
  const first = await send(one, 'aged')
  await age('aged', '23 hours 59 minutes')
  expect((await send(one, 'aged', 'later')).body).toBe(first.body)
  await age('aged', '24 hours 1 minute')
  expect(await log.findAnswer(one.id, 'aged')).toBeUndefined()
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(one, 'aged', 'later')))
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
  expect(answers[0]?.body).not.toBe(first.body)
})

test('keys whose time is over are dropped, others stay', async () => {
  await send(one, 'old')
  await send(one, 'young')
  await age('old', '25 hours')
  await dropOldIdempotencyKeys(db.database)
  const { rows } = await db.database.asOwner((connection) =>
    connection.query(`select key from idempotency_keys where key in ('old', 'young')`),
  )
  expect(rows).toEqual([{ key: 'young' }])
})

test('an answer that cannot be made binds no key, and nothing is applied (C40)', async () => {
  const failing = log.appendOnce(one.id, {
    key: 'failing',
    requestHash: Buffer.alloc(32),
    block: blockOfRequest(one.id, [{ kind: 'delete', customer: 'failing' }]),
    answer: () => {
      throw new Error('no answer')
    },
  })
  await expect(failing).rejects.toThrow('no answer')
  expect(await log.findAnswer(one.id, 'failing')).toBeUndefined()
  expect(await blocksFor(one, 'failing')).toBe(0)
  expect((await send(one, 'failing')).status).toBe(202)
})

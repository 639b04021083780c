import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsRead } from '../../testing/rows-read.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { lockAlone, lockSurvivor, lockSurvivors } from './lock-survivor.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
})
afterAll(() => db[Symbol.asyncDispose]())

test('locking a profile reads that one, though no statistics were taken yet (S9)', async () => {
  const workspace = db.directory.bySlug('acme')
  if (!workspace) throw new Error('no workspace')
  const ids = Array.from({ length: 300 }, () => randomUUID())
  await db.database.transaction(workspace.id, async (connection) => {
    await connection.query('insert into profiles (workspace_id, id) select $1, unnest($2::uuid[])', [
      workspace.id,
      ids,
    ])
    for (const lock of [lockAlone, lockSurvivor]) {
      const read = await rowsRead(connection, () => lock(connection, workspace.id, ids[7] ?? ''))
      expect(read.get('profiles')).toBe(1)
    }
    const some = ids.slice(7, 10)
    const read = await rowsRead(connection, () => lockSurvivors(connection, workspace.id, some))
    expect(read.get('profiles')).toBe(3)
  })
})

test('of several profiles each is locked as who it is now, and who ended is left out (S9)', async () => {
  const id = db.directory.bySlug('acme')?.id ?? 0
  const [merged, survivor, other, ended] = Array.from({ length: 4 }, () => randomUUID())
  const locked = await db.database.transaction(id, async (connection) => {
    await connection.query('insert into profiles (workspace_id, id) select $1, unnest($2::uuid[])', [
      id,
      [survivor, other],
    ])
    await connection.query(
      'insert into merged_profiles (workspace_id, id, survivor_id) values ($1, $2, $3)',
      [id, merged, survivor],
    )
    return await lockSurvivors(connection, id, [merged, survivor, other, ended, other].map(String))
  })
  expect(locked).toEqual(
    new Map([
      [merged, survivor],
      [survivor, survivor],
      [other, other],
    ]),
  )
})

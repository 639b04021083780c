import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsRead } from '../../testing/rows-read.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { lockAlone, lockSurvivor } from './lock-survivor.ts'

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
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { retried } from '../identity/retried.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { assignCard } from './assign-card.ts'

let db: TestDatabase
let workspace: Workspace

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(`
workspace: acme
loyalty:
  cardTypes: [{ id: scarce, name: Scarce, numberPrefix: "SCARCE", length: 7 }]
`)
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  workspace = found
})
afterAll(() => db[Symbol.asyncDispose]())

function run<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return retried(() => db.database.transaction(workspace.id, work))
}

test('whoever wants a card of a type whose numbers are all taken is refused, and it is no failure (L92)', async () => {
  const [type] = workspace.settings.loyalty.cardTypes
  if (!type) throw new Error('no card type')
  const results = []
  for (let customer = 0; customer < 12; customer++) {
    const profileId = randomUUID()
    await run((connection) =>
      connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [workspace.id, profileId]),
    )
    results.push(
      await run((connection) => assignCard(connection, workspace.id, { profileId, type, now: new Date() })),
    )
  }
  expect(results.filter(({ card }) => card)).toHaveLength(10)
  expect(results.filter(({ refusal }) => refusal)).toHaveLength(2)
})

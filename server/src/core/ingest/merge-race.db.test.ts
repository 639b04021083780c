import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { mergeByOperator } from '../identity/merge-by-operator.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type Ingest, openIngest } from './ingest.ts'
import type { UpsertOperation } from './operation.ts'

let db: TestDatabase
let ingest: Ingest
let workspace: Workspace

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  workspace = found
  ingest = await openIngest({ ...db, profileParts: identityParts, applies: true })
})
afterAll(async () => {
  await ingest[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})

async function write(operation: Pick<UpsertOperation, 'customer' | 'email'>, count: number): Promise<void> {
  await ingest.apply(workspace, [{ kind: 'upsert', ...operation, set: { count } }])
}

/** The profile that an identifier names, and what it holds. */
async function named(value: string): Promise<{ readonly id: string; readonly count: number }> {
  const { rows } = await db.database.asOwner((connection) =>
    connection.query<{ id: string; count: number }>(
      `select p.id, (p.attributes ->> 'count')::integer as count
       from identifiers i join profiles p on p.id = i.profile_id
       where i.workspace_id = $1 and i.value = $2`,
      [workspace.id, value],
    ),
  )
  const [row] = rows
  if (!row) throw new Error(`nobody is ${value}`)
  return row
}

test('what is acknowledged while an operator merges its profile, or undoes that, is of whoever has the id then (C1, S9)', async () => {
  const user = { customer: 'u' }
  await write(user, 1)
  await write({ email: 'lead@e' }, 1)
  const [from, into] = [(await named('u')).id, (await named('lead@e')).id]
  let writing = Promise.resolve()
  const merge = await db.database.transaction(workspace.id, async (connection) => {
    const made = await mergeByOperator(connection, workspace, { from, into }, identityParts)
    writing = write(user, 2)
    await untilSomebodyWaits(db.database)
    return 'merge' in made ? made.merge : ''
  })
  await writing
  expect(await named('u')).toEqual({ id: into, count: 2 })

  await db.database.transaction(workspace.id, async (connection) => {
    expect(await unmergeProfiles(connection, workspace, merge, identityParts)).toEqual({ profileId: from })
    writing = write(user, 3)
    await untilSomebodyWaits(db.database)
  })
  await writing
  expect(await named('u')).toEqual({ id: from, count: 3 })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { rowsRead } from '../../testing/rows-read.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { addSources } from '../customer-sources/add-sources.ts'
import { sourceParts } from '../customer-sources/profile-parts.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { mergeByOperator } from '../identity/merge-by-operator.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import type { ListRequest } from '../lists/list-request.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { createKnownProfile } from './create-known-profile.ts'
import { readKnownProfiles } from './known-profile.ts'
import { type KnownProfileFilter, type KnownProfileOrder, listKnownProfiles } from './list-known-profiles.ts'

const parts = [...identityParts, ...sourceParts]
const firstTen = { sort: undefined, count: 10, offset: 0 } as const

let db: TestDatabase
let template: Workspace
let workspace: Workspace
let lastWorkspaceId = 1000

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  template = found
})
afterAll(() => db[Symbol.asyncDispose]())
beforeEach(() => {
  workspace = { ...template, id: lastWorkspaceId++ }
})

const run = <T>(work: (connection: Connection) => Promise<T>) => db.database.transaction(workspace.id, work)

async function list(filter: KnownProfileFilter, request: ListRequest<KnownProfileOrder> = firstTen) {
  const { items, total } = await run((connection) =>
    listKnownProfiles(connection, workspace.id, filter, request),
  )
  return { ids: items.map(({ profileId }) => profileId), total }
}

const register = async (email: string | null = null) =>
  (
    await run((connection) =>
      createKnownProfile(connection, workspace, { email, phone: null, level: 'proof' }),
    )
  ).profileId

const comesFrom = (profileId: string, sourceId: string, externalId: string | null = null) =>
  run((connection) => addSources(connection, workspace.id, profileId, 'proof', [{ sourceId, externalId }]))

async function visitor(): Promise<string> {
  const id = randomUUID()
  await run((connection) =>
    connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [workspace.id, id]),
  )
  return id
}

async function merge(from: string, into: string): Promise<string> {
  const merged = await run((connection) => mergeByOperator(connection, workspace, { from, into }, parts))
  if (merged.refusal) throw new Error(merged.refusal)
  return merged.merge
}

const undo = (mergeId: string) => run((connection) => unmergeProfiles(connection, workspace, mergeId, parts))

/** A thousand customers of whom ten have each name, birthdate and source; nobody takes statistics of them. */
async function addStrangers(connection: Connection): Promise<void> {
  await connection.query(
    `with made as (
       insert into profiles (workspace_id, id, known_at, first_name, last_name, birthdate, phone)
       select $1, gen_random_uuid(), now() - n * interval '1 hour', 'First ' || n % 100, 'Last ' || n % 100,
         date '1990-01-01' + n % 100, '+420' || (100000000 + n)
       from generate_series(1, 1000) n
       returning id, last_name
     )
     insert into source_records (workspace_id, profile_id, source_id)
     select $1, id, 'shop ' || substr(last_name, 6) from made`,
    [workspace.id],
  )
}

test.each<readonly [string, KnownProfileFilter]>([
  ['source', { sourceId: 'shop 7' }],
  ['first name', { firstName: 'FIRST 7' }],
  ['last name', { lastName: 'last 7' }],
  ['birthdate', { birthdate: '1990-01-08' }],
  ['phone', { phone: '+420100000007' }],
])(
  'a page by %s reads what matches and the profiles of the page, though no statistics were taken yet (L37, L40)',
  async (by, filter) => {
    await run(async (connection) => {
      const page = { sort: undefined, count: 3, offset: 0 }
      // So that whatever is planned once is planned while there is nobody.
      await listKnownProfiles(connection, workspace.id, filter, page)
      await readKnownProfiles(connection, workspace.id, [randomUUID()])
      await addStrangers(connection)
      let total = 0
      const read = await rowsRead(connection, async () => {
        total = (await listKnownProfiles(connection, workspace.id, filter, page)).total
      })
      expect(total).toBe(by === 'phone' ? 1 : 10)
      // Found by an index alone, rows are looked at only because nobody has vacuumed yet: all of them, and a page.
      const looked = total + page.count
      const most =
        by === 'source' ? { profiles: 3, source_records: looked } : { profiles: looked + page.count }
      for (const [table, rows] of Object.entries(most)) {
        expect(read.get(table), `${table} of ${JSON.stringify([...read])}`).toBeLessThanOrEqual(rows)
      }
    })
  },
)

test('customers of a source are listed once and in the order in which they became customers (L38)', async () => {
  const [first, second, third] = [await register(), await register(), await register()]
  await register()
  for (const id of [third, first, second]) await comesFrom(id, 'site')
  await comesFrom(first, 'site', 'f-1')
  await comesFrom(first, 'site', 'f-2')
  await comesFrom(second, 'shop')
  expect(await list({ sourceId: 'site' })).toEqual({ ids: [first, second, third], total: 3 })
  expect(await list({ sourceId: 'site' }, { ...firstTen, count: 1, offset: 1 })).toEqual({
    ids: [second],
    total: 3,
  })
  expect(await list({ sourceId: 'site' }, { ...firstTen, offset: 3 })).toEqual({ ids: [], total: 3 })
  const same = { by: 'same', descending: true } as const
  expect((await list({ sourceId: 'site' }, { ...firstTen, sort: same })).ids).toEqual([first, second, third])
  const changed = { by: 'changed', descending: true } as const
  expect((await list({ sourceId: 'site' }, { ...firstTen, sort: changed })).ids).toEqual([
    third,
    second,
    first,
  ])
  const among = { sourceId: 'site', profileIds: [third, second] }
  expect(await list(among)).toEqual({ ids: [second, third], total: 2 })
})

test('a merge gives the survivor the sources in its own place, and its undoing takes them back (L38, S9, S19)', async () => {
  const [first, second, third] = [await register(), await register(), await register()]
  await comesFrom(first, 'site', 'f-1')
  await comesFrom(second, 'site')
  const merged = await merge(first, third)
  expect(await list({ sourceId: 'site' })).toEqual({ ids: [second, third], total: 2 })
  await undo(merged)
  expect(await list({ sourceId: 'site' })).toEqual({ ids: [first, second], total: 2 })
})

test('a visitor into whom a customer is merged is the customer, also one without identifiers (L68, S7, S19)', async () => {
  const [first, second] = [await register(), await register()]
  const anonymous = await visitor()
  await comesFrom(first, 'site')
  await comesFrom(second, 'site')
  const merged = await merge(first, anonymous)
  expect(await list({ sourceId: 'site' })).toEqual({ ids: [anonymous, second], total: 2 })
  await undo(merged)
  expect(await list({ sourceId: 'site' })).toEqual({ ids: [first, second], total: 2 })
})

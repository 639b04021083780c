import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { type ChangePlace, readProfileChanges } from './profile-changes.ts'

let db: TestDatabase
let workspaceId = 1000

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

const profile = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: db.url })
  await client.connect()
  return client
}

async function report(connection: pg.ClientBase, number: number): Promise<void> {
  await connection.query(
    `insert into profile_changes (workspace_id, profile_ids, kinds) values ($1, array[$2::uuid], array['updated'])`,
    [workspaceId, profile(number)],
  )
}

async function readAfter(place: ChangePlace | undefined, limit = 100) {
  return await db.database.inWorkspace(workspaceId, (connection) =>
    readProfileChanges(connection, workspaceId, place, limit),
  )
}

test('a change is shown once every transaction that began before it has ended, so none appears behind the place', async () => {
  workspaceId++
  const [early, late] = [await connect(), await connect()]
  await early.query('begin')
  await report(early, 1)
  await late.query('begin')
  await report(late, 2)
  await late.query('commit')
  expect(await readAfter(undefined)).toEqual([])
  await early.query('commit')
  // Whoever began earlier in another database of the cluster hides them as well.
  await expect
    .poll(async () => (await readAfter(undefined)).map(({ changes }) => changes))
    .toEqual([[{ profileId: profile(1), kind: 'updated' }], [{ profileId: profile(2), kind: 'updated' }]])
  const seen = await readAfter(undefined)
  expect(await readAfter(seen.at(-1)?.place)).toEqual([])
  await Promise.all([early.end(), late.end()])
})

test('a reader beside many writers misses nothing and sees nothing twice, whatever the size of its pages', async () => {
  workspaceId++
  const writers = await Promise.all(Array.from({ length: 6 }, connect))
  const each = 40
  let writing = true
  const written = Promise.all(
    writers.map(async (writer, index) => {
      for (let count = 0; count < each; count++) {
        await writer.query('begin')
        await report(writer, index * each + count)
        // Some transactions report twice, some are undone, and they overlap as chance will have it.
        if (count % 5 === 0) await report(writer, index * each + count)
        if (count % 7 === 3) {
          await writer.query('rollback; begin')
          await report(writer, index * each + count)
        }
        await writer.query('commit')
      }
    }),
  ).finally(() => {
    writing = false
  })
  const seen: string[] = []
  let place: ChangePlace | undefined
  for (;;) {
    const wasWriting = writing
    const page = await readAfter(place, 7)
    for (const { changes } of page) seen.push(...changes.map(({ profileId }) => profileId))
    place = page.at(-1)?.place ?? place
    if (!wasWriting && page.length === 0) break
  }
  await written
  const expected = Array.from({ length: writers.length * each }, (_, number) =>
    (number % each) % 5 === 0 && (number % each) % 7 !== 3
      ? [profile(number), profile(number)]
      : [profile(number)],
  ).flat()
  expect(seen.toSorted()).toEqual(expected.toSorted())
  await Promise.all(writers.map((writer) => writer.end()))
})

test("one workspace's changes are nobody else's", async () => {
  workspaceId++
  await db.database.asOwner((connection) => report(connection, 1))
  expect(await readAfter(undefined)).toHaveLength(1)
  workspaceId++
  expect(await readAfter(undefined)).toEqual([])
})

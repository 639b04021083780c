import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { oneRowOfEach } from './one-row-of-each.ts'

const part = oneRowOfEach('interest_records', { key: ['number'], of: ['interest_id'] })

let db: TestDatabase
let workspaceId: number
beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspaceId = db.workspace('acme').id
})
afterAll(() => db[Symbol.asyncDispose]())

async function newProfile(...interests: readonly string[]): Promise<string> {
  const id = randomUUID()
  await db.database.inWorkspace(workspaceId, (connection) =>
    connection.query(
      `insert into interest_records (workspace_id, profile_id, interest_id) select $1, $2, unnest($3::text[])`,
      [workspaceId, id, interests],
    ),
  )
  return id
}

const rowsOf = (profileId: string) =>
  db.database.inWorkspace(workspaceId, async (connection) => {
    const { rows } = await connection.query(
      `select number::text, interest_id, created_at::text, changed_at::text from interest_records
       where workspace_id = $1 and profile_id = $2 order by interest_id`,
      [workspaceId, profileId],
    )
    return rows
  })

const interestsOf = async (profileId: string) =>
  (await rowsOf(profileId)).map(({ interest_id }) => interest_id)

test('several profiles become one in one move, each row once, and each goes back as it was', async () => {
  const [one, other, into] = [
    await newProfile('tea', 'milk'),
    await newProfile('tea', 'water', 'beer'),
    await newProfile('beer'),
  ]
  const before = await Promise.all([one, other, into].map(rowsOf))
  const moves = [one, other].map((from) => ({ from, into }))
  const journal = await db.database.transaction(workspaceId, (connection) =>
    part.move(connection, workspaceId, moves),
  )
  expect(await interestsOf(into)).toEqual(['beer', 'milk', 'tea', 'water'])
  expect(await interestsOf(one)).toEqual([])
  // As it comes back from the journal of merges.
  const kept = new Map(JSON.parse(JSON.stringify([...journal])))
  for (const from of [other, one]) {
    await db.database.transaction(workspaceId, (connection) =>
      part.moveBack(connection, workspaceId, { from, into }, kept.get(from)),
    )
  }
  expect(await Promise.all([one, other, into].map(rowsOf))).toEqual(before)
})

test('of who has nothing nothing is told, and of who ends nothing stays', async () => {
  const [from, into] = [await newProfile(), await newProfile('tea')]
  const journal = await db.database.transaction(workspaceId, (connection) =>
    part.move(connection, workspaceId, [{ from, into }]),
  )
  expect(journal.size).toBe(0)
  await db.database.transaction(workspaceId, (connection) => part.erase(connection, workspaceId, [into], []))
  expect(await interestsOf(into)).toEqual([])
})

test('what the survivor said since is its own when a merge is undone, and what it removed is back with the other one', async () => {
  const consents = oneRowOfEach('consents', { key: ['consent_id'], of: ['consent_id'] })
  const [from, into] = [await newProfile(), await newProfile()]
  const query = (text: string, values: readonly unknown[]) =>
    db.database.inWorkspace(workspaceId, (connection) => connection.query(text, [workspaceId, ...values]))
  const consentsOf = async (profileId: string) => {
    const { rows } = await query(
      `select consent_id || ' ' || value as said from consents where workspace_id = $1 and profile_id = $2 order by 1`,
      [profileId],
    )
    return rows.map(({ said }) => said)
  }
  await query(
    `insert into consents (workspace_id, profile_id, consent_id, value)
     select $1, $2, unnest('{kept,news,removed}'::text[]), 1`,
    [from],
  )
  const journal = await db.database.transaction(workspaceId, (connection) =>
    consents.move(connection, workspaceId, [{ from, into }]),
  )
  await query(
    `update consents set value = 0 where workspace_id = $1 and profile_id = $2 and consent_id = 'news'`,
    [into],
  )
  await query(`delete from consents where workspace_id = $1 and profile_id = $2 and consent_id = 'removed'`, [
    into,
  ])
  await db.database.transaction(workspaceId, (connection) =>
    consents.moveBack(connection, workspaceId, { from, into }, JSON.parse(JSON.stringify(journal.get(from)))),
  )
  expect(await consentsOf(into)).toEqual(['news 0'])
  expect(await consentsOf(from)).toEqual(['kept 1', 'news 1', 'removed 1'])
})

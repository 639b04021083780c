import { afterEach, beforeEach, expect, test } from 'vitest'
import { mergeProfiles } from '../core/identity/merge-profiles.ts'
import { unmergeProfiles } from '../core/identity/unmerge-profiles.ts'
import { deleteProfiles } from '../core/profiles/delete-profiles.ts'
import type { ProfilePart } from '../core/profiles/profile-part.ts'
import type { Workspace } from '../core/workspaces/workspace.ts'
import { systemClock } from '../platform/clock.ts'
import type { Connection } from '../platform/postgres/database.ts'
import { addressOf, gatherCrowd } from '../testing/crowd.ts'
import { readWidely } from '../testing/rows-read.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { listProfileParts } from './profile-parts.ts'

/** Tables that go on naming a profile that was merged away. This list needs a reason for each, and may only shrink. */
const keptOfMerged = {
  merged_profiles: 'its ids go on naming the survivor (S9)',
  profile_merges: 'the journal, by which an operator’s merge is undone',
  profile_changes: 'the report itself, dropped within days',
  segment_dues: 'looked at once more when it is due, and gone then',
}
/** What undoing a merge does not bring back. */
const lostByMerge = {
  token_creations: 'who made a profile is told by who reached it: trust is not inherited (S16, L27)',
}
/** Tables that go on naming a profile that was erased. */
const namingErased = {
  profile_changes: 'the report itself, dropped within days',
  grants: 'withdrawn (S20): the number of a voucher says that there was one',
}
/** Tables that keep rows of a profile that was erased, which do not say whose they were. */
const keptOfErased = {
  cards: 'blocked: one that somebody carries about is no free one',
  customer_tokens: 'an app’s, in which nobody is logged in any more',
  points_debts: 'the ledger’s (S20)',
  points_lots: 'the ledger’s (S20)',
  points_movements: 'the ledger’s (S20)',
  purchases: 'the shop’s (S20)',
}
/** In a crowd this large; a person has a row or two in each table, and is looked up in some of them more than once. */
const crowdSize = 1000
const mostRows = 20

let db: TestDatabase
let workspace: Workspace
let parts: readonly ProfilePart[]
let tables: readonly string[]
let from: string
let into: string

beforeEach(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspace = db.workspace()
  parts = listProfileParts({ ...db, clock: systemClock })
})
afterEach(() => db[Symbol.asyncDispose]())

async function gather(size: number): Promise<void> {
  const crowd = await db.database.asOwner(async (connection) => {
    const gathered = await gatherCrowd(connection, workspace.id, size)
    await connection.query('analyze')
    return gathered
  })
  tables = crowd.tables
  ;[from = '', into = ''] = crowd.people
}

function transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return db.database.transaction(workspace.id, work)
}

const merge = (connection: Connection) =>
  mergeProfiles(connection, workspace, { from, into, cause: 'operator', keepsData: true }, parts)

const erase = (connection: Connection) => deleteProfiles(connection, workspace.id, [{ profile: into }], parts)

/** Tables in which a text stands anywhere, in a column or inside of a value. */
async function tablesWith(text: string): Promise<readonly string[]> {
  return await db.database.asOwner(async (connection) => {
    const naming: string[] = []
    for (const table of tables) {
      const { rowCount } = await connection.query(
        `select from ${table} t where strpos(to_jsonb(t)::text, $1) > 0 limit 1`,
        [text],
      )
      if (rowCount) naming.push(table)
    }
    return naming
  })
}

test('every table that can name a profile is a part of it: a merge moves its rows, undoing it brings them back, erasure ends them (S19, S20)', async () => {
  await gather(2)
  const before = await tablesWith(from)
  expect(before).toEqual(tables)
  tables = [...tables, 'profile_changes']

  const id = await transaction(merge)
  expect((await tablesWith(from)).filter((table) => !(table in keptOfMerged))).toEqual([])

  const undone = await transaction((connection) => unmergeProfiles(connection, workspace, id ?? '', parts))
  expect(undone).toEqual({ profileId: from })
  const back = [...(await tablesWith(from)), ...Object.keys(lostByMerge)]
  expect(back.sort()).toEqual([...before, 'profile_changes'].sort())

  await transaction(merge)
  await transaction(erase)
  const naming = [...(await tablesWith(from)), ...(await tablesWith(into))]
  expect(naming.filter((table) => !(table in namingErased))).toEqual([])
  expect(await tablesWith(addressOf(into))).toEqual([])
  expect([...(await tablesWith(''))].sort()).toEqual(
    [...Object.keys(namingErased), ...Object.keys(keptOfErased)].sort(),
  )
})

test('merging and erasing one of many reads the rows of that one', async () => {
  await gather(crowdSize)
  expect(
    await transaction((connection) => readWidely(connection, mostRows, () => merge(connection))),
  ).toEqual({})
  expect(
    await transaction((connection) => readWidely(connection, mostRows, () => erase(connection))),
  ).toEqual({})
})

test('parts have names of their own: by them the journal of a merge is read when it is undone', () => {
  const names = parts.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
})

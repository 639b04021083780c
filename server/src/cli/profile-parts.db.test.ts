import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mergeByOperator } from '../core/identity/merge-by-operator.ts'
import { unmergeProfiles } from '../core/identity/unmerge-profiles.ts'
import type { ProfilePart } from '../core/profiles/profile-part.ts'
import { systemClock } from '../platform/clock.ts'
import { everyTable, insertMadeUpRows } from '../testing/made-up-rows.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { listProfileParts } from './profile-parts.ts'

/** Columns by which a row says whose it is. */
const owning: ReadonlySet<string> = new Set(['profile_id', 'friend_id', 'advocate_id', 'owner_id'])

/** Not rows of the person, made anew or ended by every merge, or (points) no rows that stand by themselves. */
const others =
  /^(profiles|profile_merges|merged_profiles|profile_changes|token_creations|segment_dues|points_.*)$/

/** Of these a profile has one of each: all profiles have the same ones. */
const same: ReadonlySet<string> = new Set([
  ...['consent_id', 'interest_id', 'property_id', 'campaign_id', 'partner_id', 'segment_id', 'source_id'],
  ...['profile_parameters.name', 'share_codes.key', 'property_records.owner_kind'],
])

let db: TestDatabase
let workspaceId = 0
let parts: readonly ProfilePart[]

beforeEach(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspaceId = db.workspace().id
  parts = listProfileParts({ ...db, clock: systemClock })
})
afterEach(() => db[Symbol.asyncDispose]())

/** The columns of every table whose rows say whose they are, by table. */
async function tablesOfProfiles(): Promise<ReadonlyMap<string, readonly string[]>> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ name: string; columns: string[] }>(
      `select t.name, array_agg(a.attname::text) as columns
       from (${everyTable}) t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
       group by 1 order by 1`,
    )
    const tables = rows.map(({ name, columns }) => [name, columns] as const)
    return new Map(
      tables.filter(([name, columns]) => !others.test(name) && columns.some((column) => owning.has(column))),
    )
  })
}

async function newProfile(tables: ReadonlyMap<string, readonly string[]>): Promise<string> {
  const id = randomUUID()
  await db.database.asOwner(async (connection) => {
    await connection.query(
      `insert into profiles (workspace_id, id, known_at, attributes)
       values ($1, $2, now(), '{"n": 12345678901234567890}')`,
      [workspaceId, id],
    )
    for (const [table, columns] of tables) {
      const given = columns.flatMap((column) => {
        const name = `${table}.${column}`
        if (column === 'workspace_id') return [[column, String(workspaceId)]]
        if (name === 'property_records.owner_kind') return [[column, `'customer'`]]
        // Who brought themselves counts only once that has happened.
        if (name === 'attributions.converted_at') return [[column, 'now()']]
        if (same.has(column) || same.has(name)) return [[column, `'same'`]]
        return owning.has(column) ? [[column, `'${id}'`]] : []
      })
      await insertMadeUpRows(connection, table, Object.fromEntries(given))
    }
  })
  return id
}

/** Every row of every table, and what is said of the profiles, as text. */
async function everything(tables: Iterable<string>): Promise<ReadonlyMap<string, readonly string[]>> {
  const all = new Map<string, readonly string[]>()
  await db.database.asOwner(async (connection) => {
    for (const table of [...tables, 'profiles']) {
      const { rows } = await connection.query<{ row: string }>(
        `select (to_jsonb(t) - 'updated_at' - 'younger Column')::text as row from ${table} t order by 1`,
      )
      all.set(
        table,
        rows.map(({ row }) => row),
      )
    }
  })
  return all
}

async function merge(from: string, into: string): Promise<string> {
  const result = await db.database.transaction(workspaceId, (connection) =>
    mergeByOperator(connection, db.workspace(), { from, into }, parts),
  )
  if (result.refusal) throw new Error(result.refusal)
  return result.merge
}

async function addColumn(tables: Iterable<string>): Promise<void> {
  await db.database.asOwner(async (connection) => {
    for (const table of [...tables, 'profiles']) {
      await connection.query(
        `alter table ${table} add column "younger Column" text not null default 'as ever'`,
      )
    }
  })
}

test.each([
  ['the last one first', true],
  ['the first one first', false],
])(
  'merges are undone exactly, %s, in all tables of all nouns, and where a column was added since (S19)',
  async (_, isReversed) => {
    const tables = await tablesOfProfiles()
    expect(tables.size).toBeGreaterThan(20)
    const into = await newProfile(tables)
    const [one, other] = [await newProfile(tables), await newProfile(tables)]
    const before = await everything(tables.keys())
    const merges = [await merge(one, into), await merge(other, into)]
    expect((await everything(tables.keys())).get('profiles')).toHaveLength(1)
    await addColumn(tables.keys())
    for (const id of isReversed ? merges.toReversed() : merges) {
      const undone = await db.database.transaction(workspaceId, (connection) =>
        unmergeProfiles(connection, db.workspace(), id, parts),
      )
      expect(undone).not.toHaveProperty('refusal')
    }
    const after = await everything(tables.keys())
    for (const [table, rows] of before) {
      expect(after.get(table), table).toEqual(rows)
    }
    for (const table of tables.keys()) expect(await youngerIn(table), table).toEqual(['as ever'])
  },
)

async function youngerIn(table: string): Promise<readonly string[]> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ younger: string }>(
      `select distinct "younger Column" as younger from ${table}`,
    )
    return rows.map(({ younger }) => younger)
  })
}

test('statuses move before points, and back after them: each weighs what the points of either are', () => {
  const names = parts.map(({ name }) => name)
  expect(names.indexOf('status_records')).toBeGreaterThan(-1)
  expect(names.indexOf('status_records')).toBeLessThan(names.indexOf('points'))
})

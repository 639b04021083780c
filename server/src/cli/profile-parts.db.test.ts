import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mergeByOperator } from '../core/identity/merge-by-operator.ts'
import { unmergeProfiles } from '../core/identity/unmerge-profiles.ts'
import type { ProfilePart } from '../core/profiles/profile-part.ts'
import { systemClock } from '../platform/clock.ts'
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

const values: Readonly<Record<string, string>> = {
  integer: '1',
  bigint: 'random_number()',
  smallint: '1',
  boolean: 'false',
  text: 'gen_random_uuid()::text',
  uuid: 'gen_random_uuid()',
  bytea: `decode(replace(gen_random_uuid()::text, '-', ''), 'hex')`,
  jsonb: `'{"n": 12345678901234567890}'`,
  date: 'current_date',
  xid8: 'pg_current_xact_id()',
  'timestamp with time zone': 'clock_timestamp()',
  ARRAY: `'{}'`,
}

let db: TestDatabase
let workspaceId = 0
let parts: readonly ProfilePart[]

beforeEach(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspaceId = db.directory.bySlug('acme')?.id ?? 0
  parts = listProfileParts({ ...db, clock: systemClock })
})
afterEach(() => db[Symbol.asyncDispose]())

interface Column {
  readonly table_name: string
  readonly column_name: string
  readonly data_type: string
  readonly is_optional: boolean
  readonly allowed: string | null
}

/** The columns of every table whose rows say whose they are, by table. */
async function tablesOfProfiles(): Promise<ReadonlyMap<string, readonly Column[]>> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<Column>(
      `select table_name, column_name, data_type,
         is_nullable = 'YES' or column_default is not null or is_identity = 'YES' as is_optional,
         (select substring(pg_get_constraintdef(c.oid) from $1) from pg_constraint c
          where c.contype = 'c' and c.conrelid = table_name::regclass and c.conkey = array[ordinal_position::smallint]
         ) as allowed
       from information_schema.columns
       where table_schema = 'public' and not (table_name ~ '_[0-9]{8}$') order by table_name, ordinal_position`,
      ["'[^']*'"],
    )
    const tables = [...Map.groupBy(rows, (column) => column.table_name)]
    return new Map(
      tables.filter(
        ([name, columns]) => !others.test(name) && columns.some(({ column_name }) => owning.has(column_name)),
      ),
    )
  })
}

async function newProfile(tables: ReadonlyMap<string, readonly Column[]>): Promise<string> {
  const id = randomUUID()
  await db.database.asOwner(async (connection) => {
    await connection.query(
      `insert into profiles (workspace_id, id, known_at, attributes)
       values ($1, $2, now(), '{"n": 12345678901234567890}')`,
      [workspaceId, id],
    )
    for (const [table, columns] of tables) {
      const named = columns.filter(
        ({ column_name, is_optional }) =>
          !is_optional || owning.has(column_name) || same.has(`${table}.${column_name}`),
      )
      const made = named.map(({ column_name, data_type, allowed }) => {
        if (column_name === 'workspace_id') return String(workspaceId)
        if (same.has(column_name)) return `'same'`
        if (`${table}.${column_name}` === 'property_records.owner_kind') return `'customer'`
        if (same.has(`${table}.${column_name}`)) return `'same'`
        if (column_name === 'owner_id' && table === 'property_records') return `'${id}'`
        if (owning.has(column_name)) return `'${id}'`
        const value = allowed ?? values[data_type]
        if (value === undefined) throw new Error(`no value of type ${data_type} for ${table}`)
        return value
      })
      await connection.query(
        `insert into ${table} (${named.map(({ column_name }) => column_name).join(', ')}) values (${made.join(', ')})`,
      )
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

function workspace() {
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  return found
}

async function merge(from: string, into: string): Promise<string> {
  const result = await db.database.transaction(workspaceId, (connection) =>
    mergeByOperator(connection, workspace(), { from, into }, parts),
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
        unmergeProfiles(connection, workspace(), id, parts),
      )
      expect(undone).not.toHaveProperty('refusal')
    }
    const after = await everything(tables.keys())
    for (const [table, rows] of before) {
      // Which attribution is the survivor's was decided among all three.
      if (table === 'attributions' && !isReversed) continue
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

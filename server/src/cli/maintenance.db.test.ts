import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyTable, insertMadeUpRows } from '../testing/made-up-rows.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { openMaintenance } from './maintenance.ts'

/** Whose rows end by their age alone. */
const ending = [
  'access_tokens',
  'customer_tokens',
  'email_verifications',
  'idempotency_keys',
  'login_hand_overs',
  'mails',
  'operator_sessions',
  'password_links',
  'pollings',
  'token_creations',
]

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: long-ago', 'workspace: yet-to-be')
})
afterAll(() => db[Symbol.asyncDispose]())

/** A row in every table of which all happened long ago, and in another workspace one of which all is yet to be. */
async function insertOldAndNew(): Promise<void> {
  await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ name: string; times: string[] | null }>(
      `select t.name, array_agg(a.attname::text) filter (where a.atttypid = 'timestamptz'::regtype) as times
       from (${everyTable}) t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
       where a.attname <> 'received_at' group by 1 having bool_or(a.attname = 'workspace_id')`,
    )
    for (const { name, times } of rows) {
      for (const [slug, time] of [
        ['long-ago', `now() - interval '20 years'`],
        ['yet-to-be', `now() + interval '20 years'`],
      ] as const) {
        const workspaceId = String(db.directory.bySlug(slug)?.id)
        const given = Object.fromEntries((times ?? []).map((column) => [column, time]))
        await insertMadeUpRows(connection, name, { workspace_id: workspaceId, ...given })
      }
    }
  })
}

async function countsByTable(): Promise<ReadonlyMap<string, number>> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ name: string }>(everyTable)
    const counts = new Map<string, number>()
    for (const { name } of rows) {
      const counted = await connection.query<{ count: number }>(`select count(*)::integer from ${name}`)
      counts.set(name, counted.rows[0]?.count ?? 0)
    }
    return counts
  })
}

test('of every table whose rows end by their age the old ones are dropped at once, and nothing else, though a part fails', async () => {
  await insertOldAndNew()
  const before = await countsByTable()
  const failing = () => Promise.reject(new Error('no partitions today'))
  await using _maintenance = openMaintenance({ ...db, maintain: failing })
  const fewer = async () => {
    const after = await countsByTable()
    return [...before].flatMap(([table, count]) => {
      const dropped = count - (after.get(table) ?? 0)
      return dropped > 0 ? [`${table}: ${dropped}`] : []
    })
  }
  await expect.poll(async () => (await fewer()).sort()).toEqual(ending.map((table) => `${table}: 1`))
})

test('whatever drops rows by their age is a part of it', () => {
  const source = join(import.meta.dirname, '..')
  const drops = globSync('core/**/*.ts', { cwd: source }).flatMap((path) => {
    const text = readFileSync(join(source, path), 'utf8')
    return [...text.matchAll(/export async function (\w+)\(database: Database\): Promise<void>/g)].map(
      ([, name = '']) => name,
    )
  })
  const maintenance = readFileSync(join(import.meta.dirname, 'maintenance.ts'), 'utf8')
  expect(drops.length).toBeGreaterThanOrEqual(9)
  expect(drops.filter((name) => !new RegExp(`^  ${name},$`, 'm').test(maintenance))).toEqual([])
})

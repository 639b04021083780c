import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileCache } from '../testing/served-process.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'

let db: TestDatabase
let workspaceId = 0

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspaceId = db.workspace('acme').id
})
afterAll(() => db[Symbol.asyncDispose]())

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** `tessera merges …`, as an operator runs it. */
async function merges(...args: readonly string[]): Promise<Run> {
  const main = join(import.meta.dirname, '../main.ts')
  const settings = { DATABASE_URL: db.url, TESSERA_LOG_LEVEL: 'warn' }
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, 'merges', ...args, '--workspace', 'acme'],
      { env: { ...process.env, ...compileCache, ...settings } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

async function newUser(customer: string, email: string): Promise<void> {
  const id = randomUUID()
  await db.database.asOwner(async (connection) => {
    await connection.query(
      'insert into profiles (workspace_id, id, customer_id, email) values ($1, $2, $3, $4)',
      [workspaceId, id, customer, email],
    )
    for (const [kind, value] of [
      ['customer_id', customer],
      ['email', email],
    ]) {
      await connection.query(
        'insert into identifiers (workspace_id, kind, value, profile_id) values ($1, $2, $3, $4)',
        [workspaceId, kind, value, id],
      )
    }
  })
}

async function customers(): Promise<readonly string[]> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ customer_id: string }>(
      'select customer_id from profiles where workspace_id = $1 order by 1',
      [workspaceId],
    )
    return rows.map(({ customer_id }) => customer_id)
  })
}

test('an operator merges two people knowingly, sees what moved, and undoes it exactly', async () => {
  await newUser('ann', 'ann@example.com')
  await newUser('bob', 'bob@example.com')

  // Neither changes anything, so they may be asked at once.
  const [asked, tried] = await Promise.all([
    merges('merge', 'ann@example.com', 'bob'),
    merges('merge', 'ann', 'bob', '--dry-run', '--json'),
  ])
  expect(asked.code).toBe(1)
  expect(asked.out).toContain('e-mail ann@example.com (proof) became free')
  expect(asked.err).toContain('--yes')
  expect(JSON.parse(tried.out)).toMatchObject({ dryRun: true, merge: { cause: 'operator' } })
  expect(await customers()).toEqual(['ann', 'bob'])
  expect(await merges('list')).toMatchObject({ code: 0, out: 'no merges\n' })

  expect(await merges('merge', 'ann', 'bob', '--yes')).toMatchObject({ code: 0, err: '' })
  expect(await customers()).toEqual(['bob'])
  const listed: { id: string }[] = JSON.parse((await merges('list', '--profile', 'bob', '--json')).out)
  expect(listed).toMatchObject([{ from: { customerId: 'ann' }, into: { customerId: 'bob' }, undoneAt: null }])
  const id = listed[0]?.id ?? ''
  const [shown, undoable] = await Promise.all([merges('show', id), merges('undo', id, '--dry-run')])
  expect(shown.out).toContain('an operator said that both are one person')
  expect(undoable.out).toContain('It can be undone')
  expect(await customers()).toEqual(['bob'])
  expect(await merges('undo', id)).toMatchObject({ code: 0, err: '' })
  expect(await customers()).toEqual(['ann', 'bob'])
  expect((await merges('list')).out).toMatch(/undone \d{4}-/)
})

test('what cannot be done is refused with what is wrong', async () => {
  const refusals: readonly (readonly [args: readonly string[], reason: string])[] = [
    [['merge', 'nobody', 'nobody else', '--yes'], 'nobody in the workspace is called "nobody"'],
    [['show', '1234567890123456'], 'the workspace has no merge 1234567890123456'],
    [['undo', '1234567890123456'], 'only a merge that an operator made can be undone'],
    [['list', '--limit', '0'], 'It must be a whole number from 1 to 1000'],
  ]
  const runs = await Promise.all(refusals.map(([args]) => merges(...args)))
  for (const [index, [args, reason]] of refusals.entries()) {
    expect(runs[index]?.err, args.join(' ')).toContain(reason)
    expect(runs[index]?.code, args.join(' ')).toBe(1)
  }
})

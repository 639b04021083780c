import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openSession } from '../../platform/postgres/session.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { createAttribute } from './attribute-registry.ts'
import { openWorkspaceDirectory, type WorkspaceDirectory } from './workspace-directory.ts'
import { createKey, listKeys, revokeKey } from './workspace-keys.ts'

let db: TestDatabase
/** The directory of another process. */
let elsewhere: WorkspaceDirectory
let acme = 0
let other = 0
const opened = new AsyncDisposableStack()

beforeAll(async () => {
  db = opened.use(await createTestDatabase())
  await db.apply('workspace: acme', 'workspace: other')
  acme = db.workspace('acme').id
  other = db.workspace('other').id
  const session = opened.use(await openSession(db.url, db.logger))
  elsewhere = await openWorkspaceDirectory(db.database, session, db.logger)
})
afterAll(() => opened.disposeAsync())

async function create(workspaceId: number, name: string, secret?: string) {
  return await db.database.asOwner((connection) =>
    createKey(connection, workspaceId, { name, kind: 'master', secret }),
  )
}

async function listOf(workspaceId: number) {
  return await db.database.asOwner((connection) => listKeys(connection, workspaceId))
}

test('a key works at once in every process, for its kind alone (S3)', async () => {
  const made = await create(acme, 'at once')
  const secret = 'secret' in made ? made.secret : ''
  expect(secret).toMatch(/^[\w-]{43}$/)
  for (const directory of [db.directory, elsewhere]) {
    expect((await directory.byKey(secret, 'master'))?.slug).toBe('acme')
    expect(await directory.byKey(secret, 'write')).toBeUndefined()
    expect(await directory.byKey(`${secret}x`, 'master')).toBeUndefined()
  }
})

test('a revoked key ends in every process; its name is free again, its secret is not', async () => {
  await create(acme, 'revoked', 'a-secret-to-revoke')
  expect(await elsewhere.byKey('a-secret-to-revoke', 'master')).toBeDefined()
  const revoke = () => db.database.asOwner((connection) => revokeKey(connection, acme, 'revoked'))
  expect(await revoke()).toBe(true)
  expect(await revoke()).toBe(false)
  await expect.poll(() => elsewhere.byKey('a-secret-to-revoke', 'master')).toBeUndefined()
  expect(await create(acme, 'revoked', 'a-secret-to-revoke')).toEqual({ refusal: 'secret-taken' })
  expect(await create(acme, 'revoked', 'a-new-secret')).toEqual({ secret: 'a-new-secret' })
})

test('a key is ended and told of, or neither, whenever the one who revokes it dies', async () => {
  await create(acme, 'half', 'a-secret-half-revoked')
  const blocker = opened.adopt(new pg.Client({ connectionString: db.url }), (client) => client.end())
  await blocker.connect()
  await blocker.query('begin')
  await blocker.query('select from workspaces where id = $1 for update', [acme])
  const dying = new pg.Client({ connectionString: db.url })
  dying.on('error', () => {})
  await dying.connect()
  const { rows } = await dying.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid ?? 0
  const revoked = revokeKey(dying, acme, 'half').catch(() => 'died')
  await untilSomebodyWaits(db.database)
  await blocker.query('select pg_terminate_backend($1)', [pid])
  await blocker.query('rollback')
  expect(await revoked).toBe('died')
  const half = (await listOf(acme)).find(({ name }) => name === 'half')
  expect(half?.revokedAt).toBeNull()
})

test('a key ends in every process, also in one that could not read the workspaces when it was told', async () => {
  await create(acme, 'unread', 'a-secret-of-bad-times')
  // What it is not told again it has to ask for: its session listens in another database.
  const deaf = opened.use(await openSession(inject('databaseServerUrl'), db.logger))
  const unaware = await openWorkspaceDirectory(db.database, deaf, db.logger)
  const rename = (from: string, to: string) =>
    db.database.asOwner((connection) => connection.query(`alter table ${from} rename to ${to}`))
  await db.database.asOwner((connection) => revokeKey(connection, acme, 'unread'))
  await rename('jwt_keys', 'hidden_keys')
  await unaware.refresh()
  await rename('hidden_keys', 'jwt_keys')
  await expect
    .poll(() => unaware.byKey('a-secret-of-bad-times', 'master'), { timeout: 10_000 })
    .toBeUndefined()
})

test('a name that is in use, and a secret that any workspace has, are refused', async () => {
  await create(acme, 'taken', 'a-taken-secret')
  expect(await create(acme, 'taken')).toEqual({ refusal: 'name-taken' })
  expect(await create(other, 'thief', 'a-taken-secret')).toEqual({ refusal: 'secret-taken' })
  expect(await create(other, 'taken', 'a-secret-of-its-own')).toEqual({ secret: 'a-secret-of-its-own' })
})

test('keys are listed with their states and without their secrets', async () => {
  await create(other, 'listed', 'a-listed-secret')
  expect((await listOf(other)).find(({ name }) => name === 'listed')).toEqual({
    name: 'listed',
    kind: 'master',
    createdAt: expect.any(Date),
    revokedAt: null,
  })
})

test('an attribute made by one process is known to another as soon as it asks for the newest state (C56)', async () => {
  const before = await elsewhere.byId(acme)
  if (!before) throw new Error('no workspace')
  await db.database.transaction(acme, (connection) =>
    createAttribute(connection, acme, { name: 'nickname', type: 'string' }),
  )
  const fresh = await elsewhere.fresh(before)
  expect(fresh.attributes.has('nickname')).toBe(true)
  expect(before.attributes.has('nickname')).toBe(false)
})

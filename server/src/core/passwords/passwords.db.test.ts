import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { keepsPassword, setPassword, verifyPassword } from './passwords.ts'
import { passwordParts } from './profile-parts.ts'

let db: TestDatabase
let workspaceId: number
beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspaceId = db.workspace('acme').id
})
afterAll(() => db[Symbol.asyncDispose]())

const [part] = passwordParts
if (!part) throw new Error('no part')
const inWorkspace = <T>(work: (connection: Connection) => Promise<T>) =>
  db.database.inWorkspace(workspaceId, work)
const set = (profileId: string, password: string) =>
  inWorkspace((connection) => setPassword(connection, workspaceId, profileId, password))
const verify = (profileId: string | undefined, password: string) =>
  verifyPassword(db.database, workspaceId, profileId, password)
const has = async (profileId: string, password: string) => (await verify(profileId, password)) !== undefined
const move = (from: string, into: string) =>
  inWorkspace((connection) => part.move(connection, workspaceId, [{ from, into }]))
const moveBack = (from: string, into: string, moved: unknown) =>
  inWorkspace((connection) => part.moveBack(connection, workspaceId, { from, into }, moved))

test('a password is kept as a hash, a new one replaces it, and nobody without one has one', async () => {
  const ann = randomUUID()
  await set(ann, 'First-password-1')
  await set(ann, 'Second-passw\u006frd-2')
  expect([await has(ann, 'First-password-1'), await has(ann, 'Second-password-2')]).toEqual([false, true])
  expect([await has(randomUUID(), ''), await verify(undefined, '')]).toEqual([false, undefined])
  const { rows } = await db.database.asOwner((connection) => connection.query('select hash from passwords'))
  expect(rows[0].hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('what was verified by a password that is replaced counts no more', async () => {
  const ann = randomUUID()
  await set(ann, 'First-password-1')
  const verified = (await verify(ann, 'First-password-1')) ?? ''
  const keeps = () => inWorkspace((connection) => keepsPassword(connection, workspaceId, ann, verified))
  expect(await keeps()).toBe(true)
  await set(ann, 'Second-password-2')
  expect(await keeps()).toBe(false)
})

test('a password moves along where the survivor has none, and comes back exactly (S16)', async () => {
  const [from, into] = [randomUUID(), randomUUID()]
  await set(from, 'Moving-password-1')
  const moved = (await move(from, into)).get(from)
  expect([await has(from, 'Moving-password-1'), await has(into, 'Moving-password-1')]).toEqual([false, true])
  await moveBack(from, into, moved)
  expect([await has(from, 'Moving-password-1'), await has(into, 'Moving-password-1')]).toEqual([true, false])
})

test('a survivor keeps its own password, also one that was set after the merge (S16)', async () => {
  const [from, into] = [randomUUID(), randomUUID()]
  await set(from, 'Theirs-password-1')
  await set(into, 'Own-password-1')
  const dropped = (await move(from, into)).get(from)
  expect([await has(into, 'Own-password-1'), await has(into, 'Theirs-password-1')]).toEqual([true, false])
  await moveBack(from, into, dropped)
  expect([await has(from, 'Theirs-password-1'), await has(into, 'Own-password-1')]).toEqual([true, true])

  const [third, fourth] = [randomUUID(), randomUUID()]
  await set(third, 'Third-password-1')
  const moved = (await move(third, fourth)).get(third)
  await set(fourth, 'Since-password-1')
  await moveBack(third, fourth, moved)
  expect([await has(third, 'Third-password-1'), await has(fourth, 'Since-password-1')]).toEqual([true, true])
})

test('a profile that ends takes its password along (S20)', async () => {
  const ann = randomUUID()
  await set(ann, 'Ending-password-1')
  await inWorkspace((connection) => part.erase(connection, workspaceId, [ann], []))
  expect(await has(ann, 'Ending-password-1')).toBe(false)
})

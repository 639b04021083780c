import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { keyUniqueProperties } from './key-unique-properties.ts'
import { findTakenValues, putPropertyRecords } from './write-property-records.ts'

const file = (isUnique: boolean) => `
workspace: acme
loyalty: { properties: [{ id: licence, owner: customer, name: Licence, type: string, unique: ${isUnique} }] }
`

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

async function apply(isUnique: boolean): Promise<void> {
  await db.apply(file(isUnique))
  await keyUniqueProperties(db.database, db.workspace())
}

const given = (value: unknown, unique: boolean) => [{ definition: { id: 'licence', unique }, value }]

/** @returns whether it was stored */
async function put(id: string, value: unknown, unique: boolean): Promise<boolean> {
  const { id: workspaceId } = db.workspace()
  const owner = { kind: 'customer', id } as const
  const taken = await db.database.inWorkspace(workspaceId, (connection) =>
    putPropertyRecords(connection, workspaceId, owner, given(value, unique)),
  )
  return taken.length === 0
}

async function isTaken(value: string): Promise<boolean> {
  const { id: workspaceId } = db.workspace()
  const nobody = { kind: 'customer', id: undefined } as const
  const taken = await db.database.inWorkspace(workspaceId, (connection) =>
    findTakenValues(connection, workspaceId, nobody, given(value, true)),
  )
  return taken.length > 0
}

test('values that were recorded before their property was unique are nobody else’s from then on, each time it becomes so (L55)', async () => {
  await apply(false)
  for (const [owner, value] of [
    ['ann', 'A-1'],
    ['bob', 'A-1'],
    ['cyd', 'C-1'],
    ['dan', null],
    ['eve', null],
  ] as const) {
    expect(await put(owner, value, false)).toBe(true)
  }
  await apply(true)
  expect([await isTaken('A-1'), await isTaken('C-1'), await isTaken('B-1')]).toEqual([true, true, false])
  expect(await put('cyd', 'C-1', true)).toBe(true)
  expect(await put('dan', 'C-1', true)).toBe(false)

  await apply(false)
  expect(await put('dan', 'D-1', false)).toBe(true)
  await apply(true)
  await apply(true)
  expect(await isTaken('D-1')).toBe(true)
  expect(await put('eve', 'D-1', true)).toBe(false)
})

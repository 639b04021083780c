import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createAttribute, deleteAttribute, listAttributes, type NewAttribute } from './attribute-registry.ts'

let db: TestDatabase
let workspaceId = 0
let workspaces = 0

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())
beforeEach(async () => {
  const slug = `w${++workspaces}`
  await db.apply(`workspace: ${slug}`)
  workspaceId = db.directory.bySlug(slug)?.id ?? 0
})

async function create(wanted: NewAttribute) {
  return await db.database.transaction(workspaceId, (connection) =>
    createAttribute(connection, workspaceId, wanted),
  )
}

async function createdId(wanted: NewAttribute): Promise<number> {
  const result = await create(wanted)
  if ('refusal' in result) throw new Error(result.refusal)
  return result.attribute.id
}

async function remove(id: number) {
  return await db.database.transaction(workspaceId, (connection) =>
    deleteAttribute(connection, workspaceId, id),
  )
}

async function list() {
  return await db.database.inWorkspace(workspaceId, (connection) => listAttributes(connection, workspaceId))
}

test('ids ascend from 1 in each workspace and are never used again (C57)', async () => {
  expect(await createdId({ name: 'a', type: 'string' })).toBe(1)
  expect(await createdId({ name: 'b', type: 'string' })).toBe(2)
  await remove(2)
  expect(await createdId({ name: 'b', type: 'integer' })).toBe(3)
  expect((await list()).map(({ id, name, type }) => [id, name, type])).toEqual([
    [1, 'a', 'string'],
    [3, 'b', 'integer'],
  ])
})

test('one that exists with the same type is given again, with another type refused (C55)', async () => {
  const sizes: NewAttribute = { name: 'sizes', type: 'array', items: 'integer' }
  const id = await createdId(sizes)
  expect(await create(sizes)).toMatchObject({ created: false, attribute: { id } })
  expect(await create({ ...sizes, items: 'string' })).toEqual({ refusal: 'exists-with-another-type' })
  expect(await create({ name: 'sizes', type: 'string' })).toEqual({ refusal: 'exists-with-another-type' })
})

test('a child has the name of its parent beside its own; only an object, or an array of it, is a parent (C52)', async () => {
  await createdId({ name: 'kids', type: 'array', items: 'object' })
  await createdId({ name: 'home', type: 'object' })
  await createdId({ name: 'tags', type: 'array', items: 'string' })
  const names = [
    await createdId({ name: 'age', type: 'integer', parentName: 'kids' }),
    await createdId({ name: 'age', type: 'integer', parentName: 'home' }),
    await createdId({ name: 'age', type: 'string' }),
  ]
  expect(new Set(names).size).toBe(3)
  for (const parentName of ['tags', 'age', 'nobody']) {
    expect(await create({ name: 'x', type: 'string', parentName })).toEqual({ refusal: 'no-such-parent' })
  }
})

test('requests that create one attribute at the same time get one id (C55)', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => createdId({ name: 'same', type: 'float' })))
  expect(new Set(ids).size).toBe(1)
})

test('requests that create different attributes at the same time get different ids, without gaps (C57)', async () => {
  const ids = await Promise.all(
    Array.from({ length: 8 }, (_, index) => createdId({ name: `n${index}`, type: 'float' })),
  )
  expect(ids.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('a workspace has 30 children and no more, also when they are created at the same time (C52)', async () => {
  await createdId({ name: 'one', type: 'object' })
  await createdId({ name: 'two', type: 'object' })
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      create({ name: `f${index}`, type: 'string', parentName: index % 2 ? 'one' : 'two' }),
    ),
  )
  expect(results.filter((result) => 'attribute' in result)).toHaveLength(30)
  expect(
    results.filter((result) => 'refusal' in result && result.refusal === 'too-many-children'),
  ).toHaveLength(10)
})

test('what has children, or is tested by a segment, is not deleted (C59); what is not there is told so', async () => {
  const slug = `w${++workspaces}`
  await db.apply(
    JSON.stringify({
      workspace: slug,
      customerData: { attributes: [{ name: 'age', type: 'integer' }] },
      segments: [{ id: 'adults', name: 'Adults', where: { attribute: 'age', is: '>=', value: 18 } }],
    }),
  )
  workspaceId = db.directory.bySlug(slug)?.id ?? 0
  const home = await createdId({ name: 'home', type: 'object' })
  const city = await createdId({ name: 'city', type: 'string', parentName: 'home' })
  const [age] = await list()
  expect((await remove(age?.id ?? 0))?.uses).toHaveLength(1)
  expect((await remove(home))?.uses).toHaveLength(1)
  expect(await remove(9999)).toBeUndefined()
  expect((await remove(city))?.uses).toEqual([])
  expect((await remove(home))?.uses).toEqual([])
})

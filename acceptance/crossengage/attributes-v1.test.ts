import { beforeAll, expect, it } from 'vitest'
import { answerOf, describeReply, type Fields, fieldsOf, jsonOf, type Reply } from '../client.ts'
import { unique } from '../unique.ts'
import { expectFaults, expectMessage, unknownAttribute, wrongType } from './faults.ts'
import { expectEmpty, otherV1, person, v1, v2 } from './xng.ts'

interface Attribute {
  readonly id: number
  readonly name: string
  readonly attributeType: string
  readonly nestedType?: string
  readonly parentName?: string
}

interface Page {
  readonly attributes: Attribute[]
  readonly total: string
}

type Api = typeof v1

const maxChildren = 30

/** A bare attribute name that nobody used before; hyphens and digits are part of what is allowed. */
function bareName(): string {
  return unique('a')
}

async function create(body: Fields, api: Api = v1): Promise<Attribute> {
  const reply = await api.createAttribute(body)
  expect(reply.status, describeReply(reply)).toBe(200)
  expect(fieldsOf(reply).success).toBe(true)
  return fieldsOf(reply) as unknown as Attribute
}

async function page(query: string, api: Api = v1): Promise<Page> {
  const reply = await api.call('GET', `/users/attributes${query}`)
  expect(reply.status, describeReply(reply)).toBe(200)
  return fieldsOf(reply) as unknown as Page
}

async function allAttributes(api: Api): Promise<Attribute[]> {
  const all: Attribute[] = []
  for (;;) {
    const { attributes } = await page(`?offset=${all.length}&limit=100`, api)
    if (attributes.length === 0) return all
    all.push(...attributes)
  }
}

/** A refusal of the request as a whole; what its message says is told where the contract does. */
function expectRefused(reply: Reply): void {
  const { message } = fieldsOf(reply)
  expect(message, describeReply(reply)).toBeTypeOf('string')
  expectMessage(reply, 400, String(message))
}

it.each(['STRING', 'INTEGER', 'FLOAT', 'DATETIME', 'BOOLEAN', 'OBJECT'])(
  'C51: an attribute of type %s is created as traits. + bare name',
  async (attributeType) => {
    const name = `traits.${bareName()}`
    const reply = await v1.createAttribute({ name, attributeType })
    const body = { id: expect.any(Number), name, attributeType, success: true }
    expect(answerOf(reply)).toEqual({ status: 200, body })
    const { success: _, ...attribute } = fieldsOf(reply)
    const read = await v1.call('GET', `/users/attributes/${attribute.id}`)
    expect(answerOf(read)).toMatchObject({ status: 200, body: attribute })
    expectEmpty(await v1.removeAttribute(Number(attribute.id)), 204)
  },
)

it.each(['STRING', 'INTEGER', 'FLOAT', 'DATETIME', 'BOOLEAN', 'OBJECT'])(
  'C51: an array of %s names its nested type',
  async (nestedType) => {
    const name = `traits.${bareName()}`
    const reply = await v1.createAttribute({ name, attributeType: 'ARRAY', nestedType })
    const body = { id: expect.any(Number), name, attributeType: 'ARRAY', nestedType, success: true }
    expect(answerOf(reply)).toEqual({ status: 200, body })
    expectEmpty(await v1.removeAttribute(Number(fieldsOf(reply).id)), 204)
  },
)

it('C51: a child has its bare name alone, and its parent’s with the prefix', async () => {
  const parentName = `traits.${bareName()}`
  const parent = await create({ name: parentName, attributeType: 'ARRAY', nestedType: 'OBJECT' }, otherV1)
  const reply = await otherV1.createAttribute({ name: 'age', attributeType: 'INTEGER', parentName })
  const body = { id: expect.any(Number), name: 'age', attributeType: 'INTEGER', parentName, success: true }
  expect(answerOf(reply)).toEqual({ status: 200, body })
  expectEmpty(await otherV1.removeAttribute(Number(fieldsOf(reply).id)), 204)
  expectEmpty(await otherV1.removeAttribute(parent.id), 204)
})

it('C51: the longest bare name has 100 characters', async () => {
  const longest = bareName().padEnd(100, 'x')
  const { id } = await create({ name: `traits.${longest}`, attributeType: 'STRING' })
  expectEmpty(await v1.removeAttribute(id), 204)
  expectRefused(await v1.createAttribute({ name: `traits.${longest}x`, attributeType: 'STRING' }))
})

it.each([
  'nickname',
  'traits.',
  'traits',
  'Traits.x',
  'traits.1x',
  'traits._x',
  'traits.-x',
  'traits.a b',
  'traits.a.b',
  'traits.ü',
  'traits.a/b',
  ' traits.x',
  'traits.id',
  'traits.email',
  'traits.businessUnit',
  'traits.xngId',
  'traits.x_date',
  'traits.x_float',
  'traits.x_bool',
  'traits.x_string',
  'traits.x_nested',
  'traits.x_int',
  '',
  5,
  null,
  undefined,
])('C52: the name %j is refused', async (name) => {
  expectRefused(await v1.createAttribute({ name, attributeType: 'STRING' }))
})

it('C52: an array without nested type, and an array of arrays, are refused', async () => {
  const name = `traits.${bareName()}`
  expectRefused(await v1.createAttribute({ name, attributeType: 'ARRAY' }))
  expectRefused(await v1.createAttribute({ name, attributeType: 'ARRAY', nestedType: null }))
  expectRefused(await v1.createAttribute({ name, attributeType: 'ARRAY', nestedType: 'ARRAY' }))
})

it('C52: a child needs a parent that is an object or an array of objects, and a simple type', async () => {
  const child = { name: 'x', attributeType: 'STRING' }
  for (const parentName of [
    `traits.${bareName()}`,
    'traits.firstName',
    'traits.favouriteColors',
    'children',
  ]) {
    expectRefused(await v1.createAttribute({ ...child, parentName }))
  }
  for (const attributeType of ['OBJECT', 'ARRAY']) {
    const bad = { name: 'x', attributeType, nestedType: 'STRING', parentName: 'traits.children' }
    expectRefused(await v1.createAttribute(bad))
  }
  expectRefused(await v1.createAttribute({ ...child, name: 'traits.x', parentName: 'traits.children' }))
})

it('C52: a workspace has at most 30 children', async () => {
  const present = (await allAttributes(otherV1)).filter((attribute) => attribute.parentName).length
  const parentName = `traits.${bareName()}`
  const parent = await create({ name: parentName, attributeType: 'OBJECT' }, otherV1)
  const ids: number[] = []
  try {
    for (let index = present; index < maxChildren; index += 1) {
      const child = { name: `c${index}`, attributeType: 'STRING', parentName }
      ids.push((await create(child, otherV1)).id)
    }
    expectRefused(await otherV1.createAttribute({ name: 'one-more', attributeType: 'STRING', parentName }))
    await create({ name: 'c29', attributeType: 'STRING', parentName }, otherV1)
  } finally {
    for (const id of ids) await otherV1.removeAttribute(id)
    await otherV1.removeAttribute(parent.id)
  }
})

it.each(['TEXT', 'string', 'Array', ''])('C53: an unknown type %j is told in Java’s words', async (value) => {
  const name = `traits.${bareName()}`
  const message = `No enum constant com.crossengage.attribute.AttributeType.${value}`
  expectMessage(await v1.createAttribute({ name, attributeType: value }), 400, message)
  expectMessage(await v1.createAttribute({ name, attributeType: 'ARRAY', nestedType: value }), 400, message)
})

it('C54: nestedType null, or at a type other than ARRAY, is ignored', async () => {
  for (const nestedType of [null, 'INTEGER']) {
    const name = `traits.${bareName()}`
    const reply = await v1.createAttribute({ name, attributeType: 'STRING', nestedType })
    const body = { id: expect.any(Number), name, attributeType: 'STRING', success: true }
    expect(answerOf(reply)).toEqual({ status: 200, body })
    expectEmpty(await v1.removeAttribute(Number(fieldsOf(reply).id)), 204)
  }
})

it('C55: creating what exists with the same type gives the existing id, with another type it is refused', async () => {
  const name = `traits.${bareName()}`
  const { id } = await create({ name, attributeType: 'ARRAY', nestedType: 'STRING' })
  const again = await v1.createAttribute({ name, attributeType: 'ARRAY', nestedType: 'STRING' })
  expect(answerOf(again)).toEqual({
    status: 200,
    body: { id, name, attributeType: 'ARRAY', nestedType: 'STRING', success: true },
  })
  expectRefused(await v1.createAttribute({ name, attributeType: 'STRING' }))
  expectRefused(await v1.createAttribute({ name, attributeType: 'ARRAY', nestedType: 'INTEGER' }))
  expectEmpty(await v1.removeAttribute(id), 204)

  const fromFile = await create({ name: 'traits.firstName', attributeType: 'STRING' })
  expect(await create({ name: 'traits.firstName', attributeType: 'STRING' })).toMatchObject({
    id: fromFile.id,
  })
  expectRefused(await v1.createAttribute({ name: 'traits.firstName', attributeType: 'INTEGER' }))
  const child = { name: 'age', attributeType: 'INTEGER', parentName: 'traits.children' }
  expect(await create(child)).toMatchObject({ id: (await create(child)).id })
})

it('C55: the same creation at the same time gives one id', async () => {
  const name = `traits.${bareName()}`
  const same = await Promise.all(Array.from({ length: 8 }, () => create({ name, attributeType: 'STRING' })))
  expect(new Set(same.map((attribute) => attribute.id)).size).toBe(1)
})

it('C56: after 200 the attribute is valid in all writes of both versions at once', async () => {
  const user = person()
  await v2.store(user)
  for (let round = 0; round < 5; round += 1) {
    const name = bareName()
    expectFaults(await v2.put({ ...user, [name]: 1 }), [unknownAttribute(`/${name}`, name)])
    const { id } = await create({ name: `traits.${name}`, attributeType: 'INTEGER' })
    const [first, second, third] = await Promise.all([
      v2.put({ ...user, [name]: 1 }),
      v1.put(user.id, { [name]: 1 }),
      v2.batch({ updated: [{ ...user, [name]: 1 }] }),
    ])
    expect([first.status, second.status, third.status]).toEqual([202, 200, 202])
    expectFaults(await v2.put({ ...user, [name]: 'x' }), [wrongType(`/${name}`, name, 'INTEGER')])
    await v2.store(user)
    expect(await v2.read(user.id)).toMatchObject({ [name]: 1 })
    expectEmpty(await v1.removeAttribute(id), 204)
  }
})

it('C56: a child is valid at once, and gone at once', async () => {
  const name = bareName()
  const parent = await create({ name: `traits.${name}`, attributeType: 'OBJECT' })
  const child = await create({ name: 'size', attributeType: 'INTEGER', parentName: `traits.${name}` })
  const user = person({ [name]: { size: 3 } })
  await v2.store(user)
  expect(await v2.read(user.id)).toMatchObject({ [name]: { size: 3 } })
  expectEmpty(await v1.removeAttribute(child.id), 204)
  expectFaults(await v2.put(user), [unknownAttribute(`/${name}/size`, `${name}.size`)])
  expectEmpty(await v1.removeAttribute(parent.id), 204)
})

it('C56: attributes of the workspace file are in the registry, with their types and children', async () => {
  const all = await allAttributes(v1)
  const about = (name: string, parentName?: string) =>
    all.find((attribute) => attribute.name === name && attribute.parentName === parentName)
  expect(about('traits.firstName')).toMatchObject({ attributeType: 'STRING' })
  expect(about('traits.mobile')).toMatchObject({ attributeType: 'STRING' })
  expect(about('traits.birthday')).toMatchObject({ attributeType: 'DATETIME' })
  expect(about('traits.orderCount')).toMatchObject({ attributeType: 'INTEGER' })
  expect(about('traits.lifetimeValue')).toMatchObject({ attributeType: 'FLOAT' })
  expect(about('traits.newsletter')).toMatchObject({ attributeType: 'BOOLEAN' })
  expect(about('traits.favouriteColors')).toMatchObject({ attributeType: 'ARRAY', nestedType: 'STRING' })
  expect(about('traits.children')).toMatchObject({ attributeType: 'ARRAY', nestedType: 'OBJECT' })
  expect(about('age', 'traits.children')).toMatchObject({ attributeType: 'INTEGER' })
  expect(about('traits.homeAddress')).toMatchObject({ attributeType: 'OBJECT' })
  expect(about('floor', 'traits.homeAddress')).toMatchObject({ attributeType: 'INTEGER' })
  for (const attribute of all) {
    expect(attribute.id).toBeTypeOf('number')
    expect('nestedType' in attribute, attribute.name).toBe(attribute.attributeType === 'ARRAY')
    expect('parentName' in attribute, attribute.name).toBe(!attribute.name.startsWith('traits.'))
  }
})

beforeAll(async () => {
  for (let index = 0; index < 105; index += 1) {
    await create({ name: `traits.page${index}`, attributeType: 'STRING' }, otherV1)
  }
})

it('C57: the list holds all attributes by ascending id, in pages, and total counts all as a text', async () => {
  const { total, attributes } = await page('?limit=100', otherV1)
  expect(total).toMatch(/^[0-9]+$/)
  expect(Number(total)).toBeGreaterThanOrEqual(105)
  expect(attributes).toHaveLength(100)
  const all = await allAttributes(otherV1)
  const ids = all.map((attribute) => attribute.id)
  expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b))
  expect((await page('?offset=3&limit=4', otherV1)).attributes).toEqual(all.slice(3, 7))
  expect(await page('?offset=100000', otherV1)).toMatchObject({ attributes: [] })
})

it('C57: a limit above 100 counts as 100, an unusable one as 10, an unusable offset as 0', async () => {
  const first = await page('?offset=0&limit=100', otherV1)
  for (const limit of ['101', '1000', '99999999999']) {
    expect((await page(`?limit=${limit}`, otherV1)).attributes, limit).toEqual(first.attributes)
  }
  for (const query of ['', '?limit=', '?limit=abc', '?limit=0', '?limit=-5', '?offset=&limit=']) {
    expect((await page(query, otherV1)).attributes, query).toEqual(first.attributes.slice(0, 10))
  }
  for (const offset of ['', 'abc', '-1']) {
    expect((await page(`?offset=${offset}&limit=5`, otherV1)).attributes).toEqual(
      first.attributes.slice(0, 5),
    )
  }
})

it('C57: an id is never reused', async () => {
  const first = await create({ name: `traits.${bareName()}`, attributeType: 'STRING' })
  expectEmpty(await v1.removeAttribute(first.id), 204)
  const second = await create({ name: `traits.${bareName()}`, attributeType: 'STRING' })
  expect(second.id).toBeGreaterThan(first.id)
  expectEmpty(await v1.call('GET', `/users/attributes/${first.id}`), 404)
  expectEmpty(await v1.removeAttribute(second.id), 204)
})

it.each(['0', '-1', 'abc', '1.5', '999999999', '99999999999999999999', '%00'])(
  'section 8.3: the attribute %s is 404',
  async (id) => {
    expectEmpty(await v1.call('GET', `/users/attributes/${id}`), 404)
    expectEmpty(await v1.removeAttribute(id), 404)
  },
)

it('C58: after deletion writes do not know it, users keep their values, and it can come back', async () => {
  const name = bareName()
  const { id } = await create({ name: `traits.${name}`, attributeType: 'STRING' })
  const user = person({ [name]: 'kept' })
  await v2.store(user)
  expectEmpty(await v1.removeAttribute(id), 204)
  expectEmpty(await v1.removeAttribute(id), 404)
  expectFaults(await v2.put(user), [unknownAttribute(`/${name}`, name)])
  expectFaults(await v2.put({ ...user, [name]: null }), [unknownAttribute(`/${name}`, name)])
  expect(answerOf(await v1.put(user.id, { [name]: 'x' }))).toMatchObject({
    status: 400,
    body: { errors: [{ field: name, type: 'UNKNOWN_VALUE' }] },
  })
  await v2.store({ id: user.id, email: user.email, firstName: 'x' })
  expect(await v2.read(user.id)).toMatchObject({ [name]: 'kept', firstName: 'x' })

  await create({ name: `traits.${name}`, attributeType: 'STRING' })
  await v2.store({ ...user, [name]: 'new' })
  expect(await v2.read(user.id)).toMatchObject({ [name]: 'new' })
})

it('C59: an attribute that a segment’s rule uses is not deleted', async () => {
  const { id } = await create({ name: 'traits.usedBySegment', attributeType: 'FLOAT' })
  const reply = await v1.removeAttribute(id)
  expect(answerOf(reply)).toEqual({
    status: 409,
    body: [{ id, name: 'traits.usedBySegment', usageType: 'SEGMENT_CONDITION' }],
  })
  expect((await v1.call('GET', `/users/attributes/${id}`)).status).toBe(200)
})

it('C59: an attribute with children is not deleted, each child is named', async () => {
  const parentName = `traits.${bareName()}`
  const parent = await create({ name: parentName, attributeType: 'OBJECT' }, otherV1)
  const children = [
    await create({ name: 'a', attributeType: 'STRING', parentName }, otherV1),
    await create({ name: 'b', attributeType: 'STRING', parentName }, otherV1),
  ]
  const reply = await otherV1.removeAttribute(parent.id)
  expect(reply.status).toBe(409)
  const uses = (jsonOf(reply) as Attribute[]).toSorted((a, b) => a.id - b.id)
  expect(uses).toEqual(children.map(({ id, name }) => ({ id, name, usageType: 'CHILD_ATTRIBUTE' })))
  for (const { id } of children) expectEmpty(await otherV1.removeAttribute(id), 204)
  expectEmpty(await otherV1.removeAttribute(parent.id), 204)
})

it('C60: the body of a deletion may be absent, {} or hold the same id; another id is 409', async () => {
  const name = `traits.${bareName()}`
  const { id } = await create({ name, attributeType: 'STRING' })
  const reply = await v1.removeAttribute(id, { id: id + 1 })
  const mismatch = { status: 409, body: [{ id, name, usageType: 'ID_MISMATCH' }] }
  expect(answerOf(reply)).toEqual(mismatch)
  for (const other of [{ toString: 1 }, [id], true, `${id}x`]) {
    expect(answerOf(await v1.removeAttribute(id, { id: other }))).toEqual(mismatch)
  }
  expectEmpty(await v1.removeAttribute(id, { id }), 204)
  for (const body of [undefined, {}]) {
    const next = await create({ name: `traits.${bareName()}`, attributeType: 'STRING' })
    expectEmpty(await v1.removeAttribute(next.id, body), 204)
  }
})

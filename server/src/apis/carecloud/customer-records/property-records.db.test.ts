import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  openTestRecords,
  propertiesOf,
  recordsWorkspace,
  refusals,
  type TestRecords,
} from './customer-records.fixture.ts'

let records: TestRecords
beforeAll(async () => {
  records = await openTestRecords()
})
afterAll(() => records[Symbol.asyncDispose]())

test('a record is <property>:<owner>, one for each property; a second POST replaces it and answers the same id, twice (L36, L53, L54, L56)', async () => {
  const id = await records.create()
  for (const value of ['one', 'two']) {
    const body = { property_record: { property_id: 'note', property_value: value, customer_id: id } }
    const answer = await records.post(propertiesOf(id), body)
    const property_record_id = `note:${id}`
    expect([answer.status, answer.body]).toEqual([201, { data: { property_record_id }, property_record_id }])
  }
  const answer = await records.api.e('GET', propertiesOf(id), { headers: { 'accept-language': 'cs' } })
  expect(answer.body.data).toEqual({
    property_records: [
      {
        property_record_id: `note:${id}`,
        property_id: 'note',
        property_name: 'Zpráva',
        property_value: 'two',
        last_change: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      },
    ],
    total_items: 1,
  })
})

const choice = (id: string, name: string) => ({ id, name, resource_record_id: null, state: 1 })

test.each([
  ['note', 12, '12'],
  ['child_age', '7', 7],
  ['child_age', 7.0, 7],
  ['height', '1.85', 1.85],
  ['vegan', 'FALSE', false],
  ['vegan', 1, true],
  ['wedding_date', '13.8.2001', '2001-08-13'],
  ['seen', '2026-03-10T08:00:00Z', '2026-03-10 09:00:00'],
  ['seen', '2026-03-10', '2026-03-10 00:00:00'],
  ['size', 1, [choice('1', 'Small')]],
  ['size', [{ id: '2', name: 'Large', state: 1 }], [choice('2', 'Large')]],
  ['size', [], null],
  ['likes', 'a', [choice('a', 'A')]],
  ['likes', ['b', { id: 'a' }, 'b'], [choice('b', 'B'), choice('a', 'A')]],
  ['likes', [], []],
  ['any', { deep: [1, null, { x: 'y\0' }] }, { deep: [1, null, { x: 'y\uFFFD' }] }],
  ['any', '', null],
  ['note', undefined, null],
  ['licence', null, null],
])('the value of %s, sent as %j, is %j (L45–L47, L55)', async (property_id, property_value, shown) => {
  const id = await records.create()
  const answer = await records.post(propertiesOf(id), { property_record: { property_id, property_value } })
  expect(answer.status, answer.text).toBe(201)
  expect(await records.valuesOf(id)).toEqual({ [property_id]: shown })
})

test.each([
  ['note', true],
  ['note', { a: 1 }],
  ['child_age', 1.5],
  ['child_age', 'x'],
  ['height', 'tall'],
  ['vegan', 'maybe'],
  ['wedding_date', '2001-02-30'],
  ['seen', 'soon'],
  ['size', '3'],
  ['size', ['1', '2']],
  ['likes', ['a', 'c']],
  ['likes', [{}]],
])('%s takes no %j (L55)', async (property_id, property_value) => {
  const id = await records.create()
  const answer = await records.post(propertiesOf(id), { property_record: { property_id, property_value } })
  expect(refusals(answer)).toEqual([400, [['property_value', 'invalid_value_format']]])
  expect(await records.valuesOf(id)).toEqual({})
})

test('a property of no customer is not found; another customer or property than the path’s is not allowed (L55, L75)', async () => {
  const [id, other] = [await records.create(), await records.create()]
  const record = (fields: object) => records.post(propertiesOf(id), { property_record: fields })
  for (const property_id of ['nothing', 'parking']) {
    expect(refusals(await record({ property_id }))).toEqual([400, [['property_id', 'not_found']]])
  }
  expect(refusals(await record({ property_id: 'note', customer_id: other }))).toEqual([
    400,
    [['customer_id', 'not_allowed_value']],
  ])
  expect(refusals(await record({ property_value: 1 }))).toEqual([400, [['property_id', 'required']]])
  expect(refusals(await records.post(propertiesOf(id), {}))).toEqual([400, [['property_record', 'required']]])
  await record({ property_id: 'note', property_value: 'one' })
  const changed = { property_record: { property_id: 'licence', property_value: {} } }
  expect(refusals(await records.put(`${propertiesOf(id)}/note:${id}`, changed))).toEqual([
    400,
    [
      ['property_id', 'not_allowed_value'],
      ['property_value', 'invalid_value_format'],
    ],
  ])
  const interest = { interest_record: { interest_id: 'tea', customer_id: other } }
  expect(refusals(await records.post(`/customers/${id}/interest-records`, interest))).toEqual([
    400,
    [['customer_id', 'not_allowed_value']],
  ])
  expect(await records.valuesOf(id)).toEqual({ note: 'one' })
})

test('a record is replaced and removed by its id, also an escaped one; one that is not there is 404 (L2, L41, L54)', async () => {
  const id = await records.create()
  await records.post(propertiesOf(id), { property_record: { property_id: 'child_age', property_value: 7 } })
  const path = `${propertiesOf(id)}/child_age%3A${id}`
  expect((await records.put(path, { property_record: { property_value: 8 } })).status).toBe(204)
  expect(await records.valuesOf(id)).toEqual({ child_age: 8 })
  expect((await records.put(path, { property_record: {} })).status).toBe(204)
  expect(await records.valuesOf(id)).toEqual({ child_age: null })
  expect((await records.remove(`${propertiesOf(id)}/child_age:${id}`)).status).toBe(204)
  for (const gone of [
    `child_age:${id}`,
    `note:${id}`,
    'note',
    `note:${await records.create()}`,
    `parking:${id}`,
  ]) {
    const answer = await records.remove(`${propertiesOf(id)}/${gone}`)
    expect([answer.status, answer.body.error.error_data]).toEqual([
      404,
      { resource_name: 'property-records', resource_id: gone },
    ])
  }
})

test('a unique value has one owner, whoever is faster; null and the own value are in nobody’s way (L55, L123)', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => records.create()))
  const record = { property_record: { property_id: 'licence', property_value: 'AB-1' } }
  const answers = await Promise.all(ids.map((id) => records.post(propertiesOf(id), record)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(400)])
  const owner = ids[answers.findIndex(({ status }) => status === 201)] ?? ''
  const loser = ids.find((id) => id !== owner) ?? ''
  expect((await records.post(propertiesOf(owner), record)).status).toBe(201)
  expect(refusals(await records.post(propertiesOf(loser), record))).toEqual([
    400,
    [['property_value', 'already_exists']],
  ])
  const another = { personal_information: {}, property_records: [record.property_record] }
  expect(refusals(await records.post('/customers', another))).toEqual([
    400,
    [['property_value', 'already_exists']],
  ])
  await records.remove(`${propertiesOf(owner)}/licence:${owner}`)
  expect((await records.post(propertiesOf(loser), record)).status).toBe(201)
})

test('a batch is all or nothing, or its good rows; every bad one is told with its index (L42, L76)', async () => {
  const [id, owner] = [await records.create(), await records.create()]
  await records.post(propertiesOf(owner), {
    property_record: { property_id: 'licence', property_value: 'AB-2' },
  })
  const property_records = [
    { property_id: 'note', property_value: 'one' },
    { property_id: 'licence', property_value: 'AB-2' },
    { property_id: 'child_age', property_value: 'x' },
    'no object',
    { property_id: 'note', property_value: 'two', customer_id: owner },
    { property_id: 'nothing' },
    { property_id: 'vegan', property_value: true, customer_id: id },
  ]
  const bad = [
    400,
    [
      ['property_value', 'already_exists', 1],
      ['property_value', 'invalid_value_format', 2],
      ['property_records', 'invalid_value_format', 3],
      ['customer_id', 'not_allowed_value', 4],
      ['property_id', 'not_found', 5],
    ],
  ]
  const batch = (body: object) => records.post(`/customers/${id}/properties/batch`, body)
  expect(refusals(await batch({ property_records }))).toEqual(bad)
  expect(await records.valuesOf(id)).toEqual({})
  expect(refusals(await batch({ property_records, error_processing: '2' }))).toEqual(bad)
  expect(await records.valuesOf(id)).toEqual({ note: 'one', vegan: true })
  const good = [{ property_id: 'note', property_value: 'two' }]
  expect((await batch({ property_records: good })).status).toBe(204)
  expect(await records.valuesOf(id)).toEqual({ note: 'two', vegan: true })
  const wrong = { property_records: [...good, { property_id: 'nothing' }], error_processing: 3 }
  expect(refusals(await batch(wrong))).toEqual([
    400,
    [
      ['error_processing', 'not_allowed_value'],
      ['property_id', 'not_found', 1],
    ],
  ])
})

test('what was kept while a definition was of another type is shown as far as it is one of the new type (L55)', async () => {
  const id = await records.create()
  await records.post(`${propertiesOf(id)}/batch`, {
    property_records: [
      { property_id: 'note', property_value: 'no time' },
      { property_id: 'child_age', property_value: 7 },
      { property_id: 'height', property_value: 1.5 },
    ],
  })
  const changed = recordsWorkspace
    .replace('name: { en: Note, cs: Zpráva }, type: string', 'name: Note, type: timestamp')
    .replace('name: Age, type: integer', 'name: Age, type: string')
    .replace('name: Height, type: float', 'name: Height, type: integer')
  await records.api.db.apply(changed)
  expect(await records.valuesOf(id)).toEqual({ note: null, child_age: '7', height: null })
  await records.api.db.apply(recordsWorkspace)
  expect(await records.valuesOf(id)).toEqual({ note: 'no time', child_age: 7, height: 1.5 })
})

test('properties of the workspace file stand in the order of their definitions (L38)', async () => {
  const more = recordsWorkspace
    .replace('{ id: hq, name: HQ }', '{ id: hq, name: HQ, properties: { lift: 2, parking: true, wc: true } }')
    .replace(
      '- { id: parking, owner: store',
      `- { id: wc, owner: store, name: WC, type: boolean }
    - { id: lift, owner: store, name: Lift, type: integer }
    - { id: parking, owner: store`,
    )
  await records.api.db.apply(more)
  const { property_records } = await records.get('/stores/hq/property-records')
  expect(property_records.map(({ property_id }: { property_id: string }) => property_id)).toEqual([
    'wc',
    'lift',
    'parking',
  ])
})

import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique } from '../unique.ts'
import { backEnd, createdId, expectNotFound, expectNothing, expectRefused, invalidParams } from './cc.ts'
import { aTime } from './conventions.ts'
import { aCustomer, anOwner } from './people.ts'

const back = backEnd()

describe('property records', () => {
  const record = (fields: Fields) => ({ property_record: fields })

  async function valuesOf(id: string): Promise<Fields> {
    const { items } = await back.list(`/customers/${id}/property-records`)
    return Object.fromEntries(items.map(({ property_id, property_value }) => [property_id, property_value]))
  }

  async function kept(property_id: string, property_value: unknown): Promise<unknown> {
    const { id } = await aCustomer()
    const path = `/customers/${id}/property-records`
    createdId(await back.post(path, record({ property_id, property_value })), /./)
    return (await valuesOf(id))[property_id]
  }

  it('L53, L54: one structure, with the id of definition and owner', async () => {
    const { id } = await aCustomer()
    const path = `/customers/${id}/property-records`
    createdId(await back.post(path, record({ property_id: 'notes', property_value: 'x' })), /./)
    const expected = {
      property_record_id: `notes:${id}`,
      property_id: 'notes',
      property_name: 'Notes',
      property_value: 'x',
      last_change: expect.stringMatching(aTime),
    }
    expect((await back.list(path)).items).toEqual([expected])
    const czech = await back.get(path, { 'Accept-Language': 'cs' })
    expect(czech.body.toString()).toContain('Poznámky')
  })

  it.each([
    ['contact_person', 'Bob', 'Bob'],
    ['contact_person', 7, '7'],
    ['shoe_size', 42, 42],
    ['shoe_size', '42', 42],
    ['shoe_size', -1, -1],
    ['rating', 4.25, 4.25],
    ['rating', '4.25', 4.25],
    ['rating', 4, 4],
    ['vip', true, true],
    ['vip', 0, false],
    ['vip', 'TRUE', true],
    ['wedding_date', '2001-08-13', '2001-08-13'],
    ['wedding_date', '13.8.2001', '2001-08-13'],
    ['wedding_date', '2001-08-13 10:00:00', '2001-08-13'],
    ['met_at', '2001-08-13T10:00:00', '2001-08-13 10:00:00'],
    ['met_at', '2001-08-13', '2001-08-13 00:00:00'],
    ['notes', { a: [1, null, { b: 'x' }] }, { a: [1, null, { b: 'x' }] }],
    ['notes', [1, 'a'], [1, 'a']],
    ['notes', 'text', 'text'],
    ['notes', 1.5, 1.5],
    ['notes', false, false],
  ])('L55: %s: %j is kept as %j', async (property, sent, answered) => {
    expect(await kept(property, sent)).toEqual(answered)
  })

  const item = (id: string, name: string) => ({
    id,
    name,
    resource_record_id: expect.toSatisfy((value) => value === null || typeof value === 'string'),
    state: 1,
  })

  it('L55: enum is a list of one, multiselect of many', async () => {
    for (const sent of ['vegan', ['vegan'], [{ id: 'vegan' }], { id: 'vegan', name: 'Vegan' }]) {
      expect(await kept('diet', sent), JSON.stringify(sent)).toEqual([item('vegan', 'Vegan')])
    }
    for (const sent of [
      ['mint', 'lemon'],
      [{ id: 'mint' }, { id: 'lemon', name: 'x', state: 1 }],
    ])
      expect(await kept('flavours', sent), JSON.stringify(sent)).toEqual([
        item('mint', 'Mint'),
        item('lemon', 'Lemon'),
      ])
    expect(await kept('flavours', 'mint')).toEqual([item('mint', 'Mint')])
  })

  it.each([
    ['shoe_size', 'big'],
    ['shoe_size', 1.5],
    ['shoe_size', {}],
    ['rating', 'good'],
    ['vip', 'perhaps'],
    ['wedding_date', '2001-02-30'],
    ['wedding_date', 'soon'],
    ['met_at', 'then'],
    ['contact_person', {}],
    ['contact_person', ['Bob']],
    ['diet', 'meat'],
    ['diet', ['vegan', 'any']],
    ['flavours', ['mint', 'meat']],
    ['diet', 7],
  ])('L55: %s cannot be %j: invalid_value_format', async (property_id, property_value) => {
    const { id } = await aCustomer()
    const given = { property_id, property_value }
    const reply = await back.post(`/customers/${id}/property-records`, record(given))
    expectRefused(reply, 'property_value', 'invalid_value_format')
    const made = await back.post('/customers', { personal_information: {}, property_records: [given] })
    expectRefused(made, 'property_value', 'invalid_value_format')
    expect(await valuesOf(id)).toEqual({})
  })

  it('L55: a missing value is stored as null', async () => {
    for (const property_id of ['wedding_date', 'diet', 'flavours', 'notes', 'shoe_size']) {
      for (const given of [{}, { property_value: null }, { property_value: '' }]) {
        const { id } = await aCustomer()
        createdId(
          await back.post(`/customers/${id}/property-records`, record({ property_id, ...given })),
          /./,
        )
        expect(await valuesOf(id)).toEqual({ [property_id]: null })
      }
    }
  })

  it('L55: a property of another kind of owner, or none, is not_found', async () => {
    const { id } = await aCustomer()
    for (const property_id of ['parking', 'global', 'mood', 'none'])
      expectRefused(
        await back.post(`/customers/${id}/property-records`, record({ property_id, property_value: true })),
        'property_id',
        'not_found',
      )
    expectRefused(await back.post(`/customers/${id}/property-records`, record({})), 'property_id', 'required')
    expectRefused(await back.post(`/customers/${id}/property-records`, {}), 'property_record', 'required')
  })

  it('L55: of a unique property no two customers have one value', async () => {
    const code = unique('code')
    const [one, two] = [await aCustomer(), await aCustomer()]
    const give = (id: string, property_value: unknown) =>
      back.post(`/customers/${id}/property-records`, record({ property_id: 'member_code', property_value }))
    createdId(await give(one.id, code), /./)
    createdId(await give(one.id, code), /./)
    expectRefused(await give(two.id, code), 'property_value', 'already_exists')
    for (const { id } of [one, two]) createdId(await give(id, null), /./)
    createdId(await give(two.id, code), /./)
    const made = await back.post('/customers', {
      personal_information: {},
      property_records: [{ property_id: 'member_code', property_value: code }],
    })
    expectRefused(made, 'property_value', 'already_exists')
  })

  it('L55: of several who take one unique value at the same moment, one gets it', async () => {
    const code = unique('code')
    const people = await Promise.all(Array.from({ length: 6 }, () => aCustomer()))
    const replies = await Promise.all(
      people.map(({ id }) =>
        back.post(
          `/customers/${id}/property-records`,
          record({ property_id: 'member_code', property_value: code }),
        ),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400])
  })

  it('L56: POST upserts, with the same id', async () => {
    const { id, callers } = await anOwner()
    for (const caller of callers) {
      for (const property_value of [40, 41]) {
        const reply = await caller.post(
          `/customers/${id}/property-records`,
          record({ property_id: 'shoe_size', property_value }),
        )
        expect(createdId(reply, /./)).toBe(`shoe_size:${id}`)
        expect(await valuesOf(id)).toEqual({ shoe_size: property_value })
      }
    }
  })

  it('L75: PUT and DELETE by record id; another customer or property in the body is refused', async () => {
    const { id, callers } = await anOwner()
    const other = await aCustomer()
    for (const caller of callers) {
      const path = `/customers/${id}/property-records`
      const one = `${path}/shoe_size:${id}`
      createdId(await caller.post(path, record({ property_id: 'shoe_size', property_value: 1 })), /./)
      expectNothing(await caller.put(one, record({ property_value: 2 })))
      expectNothing(await caller.put(one, record({ property_id: 'shoe_size', property_value: 3 })))
      expect(await valuesOf(id)).toEqual({ shoe_size: 3 })
      expectRefused(
        await caller.put(one, record({ property_id: 'vip', property_value: 1 })),
        'property_id',
        'not_allowed_value',
      )
      expectRefused(
        await back.post(path, record({ property_id: 'vip', customer_id: other.id })),
        'customer_id',
        'not_allowed_value',
      )
      expectNothing(await caller.remove(one))
      expect(await valuesOf(id)).toEqual({})
      expectNotFound(await caller.remove(one), 'property-records', `shoe_size:${id}`)
      expectNotFound(
        await caller.put(one, record({ property_value: 1 })),
        'property-records',
        `shoe_size:${id}`,
      )
    }
  })

  it('L54: a record’s id with another owner is none of this customer', async () => {
    const [one, two] = [await aCustomer(), await aCustomer()]
    const path = `/customers/${one.id}/property-records`
    createdId(
      await back.post(
        `/customers/${two.id}/property-records`,
        record({ property_id: 'vip', property_value: 1 }),
      ),
      /./,
    )
    for (const id of [`vip:${two.id}`, 'vip', 'vip:', `:${one.id}`, `vip:${one.id}:x`, 'none:1'])
      expectNotFound(await back.remove(`${path}/${id}`), 'property-records', id)
    expect(await valuesOf(two.id)).toEqual({ vip: true })
  })

  it('L76: a batch is all or nothing, or with 2 keeps what is good', async () => {
    const { id, callers } = await anOwner()
    const path = `/customers/${id}/property-records/batch`
    const good = { property_id: 'shoe_size', property_value: 5 }
    const bad = { property_id: 'rating', property_value: 'x' }
    for (const caller of callers) {
      for (const error_processing of [undefined, 1, '1']) {
        const reply = await caller.post(path, { property_records: [good, bad], error_processing })
        expect(invalidParams(reply).map(({ index, name, reason }) => [index, name, reason])).toEqual([
          [1, 'property_value', 'invalid_value_format'],
        ])
        expect(await valuesOf(id)).toEqual({})
      }
      const half = await caller.post(path, { property_records: [bad, good], error_processing: 2 })
      expect(invalidParams(half).map(({ index, name }) => [index, name])).toEqual([[0, 'property_value']])
      expect(await valuesOf(id)).toEqual({ shoe_size: 5 })
      expectNothing(
        await caller.post(path, { property_records: [{ ...good, property_value: 6 }], error_processing: 2 }),
      )
      expect(await valuesOf(id)).toEqual({ shoe_size: 6 })
      expectNothing(await caller.remove(`/customers/${id}/property-records/shoe_size:${id}`))
    }
    expectNothing(await back.post(path, { property_records: [] }))
    expectRefused(await back.post(path, {}), 'property_records', 'required')
    expectRefused(await back.post(path, { property_records: {} }), 'property_records', 'invalid_value_format')
  })

  it('L76: of one property named twice the last value stays', async () => {
    const { id } = await aCustomer()
    const rows = [1, 2, 3].map((property_value) => ({ property_id: 'shoe_size', property_value }))
    expectNothing(await back.post(`/customers/${id}/property-records/batch`, { property_records: rows }))
    expect(await valuesOf(id)).toEqual({ shoe_size: 3 })
  })

  it('L37: property records page and sort', async () => {
    const { id } = await aCustomer(
      {},
      {
        property_records: ['shoe_size', 'vip', 'rating'].map((property_id) => ({
          property_id,
          property_value: 1,
        })),
      },
    )
    const path = `/customers/${id}/property-records`
    const page = await back.list(`${path}?count=2&offset=1`)
    expect([page.items.length, page.total]).toEqual([2, 3])
    const sorted = await back.list(`${path}?sort_field=property_id&sort_direction=DESC`)
    expect(sorted.items.map(({ property_id }) => property_id)).toEqual(['vip', 'shoe_size', 'rating'])
  })
})

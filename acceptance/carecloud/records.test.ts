import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique } from '../unique.ts'
import {
  backEnd,
  createdId,
  expectNotFound,
  expectNothing,
  expectRefused,
  faultsOf,
  invalidParams,
} from './cc.ts'
import { aTime } from './conventions.ts'
import { aCustomer, anOwner } from './people.ts'

const back = backEnd()

describe('interest records', () => {
  const record = (interest_id: unknown, more: Fields = {}) => ({ interest_record: { interest_id, ...more } })

  it('L77: an interest is there once', async () => {
    const { id, callers } = await anOwner()
    const path = `/customers/${id}/interest-records`
    for (const caller of callers) {
      const recordId = createdId(await caller.post(path, record('books', { customer_id: id })))
      expect((await caller.list(path)).items).toEqual([
        {
          interest_record_id: recordId,
          interest_id: 'books',
          customer_id: id,
          last_change: expect.stringMatching(aTime),
        },
      ])
      expectRefused(await caller.post(path, record('books')), 'interest_id', 'relation_already_exists')
      expectNothing(await caller.put(`${path}/${recordId}`, record('ice-cream')))
      expectNothing(await caller.put(`${path}/${recordId}`, record('ice-cream')))
      const second = createdId(await caller.post(path, record('books')))
      expectRefused(
        await caller.put(`${path}/${second}`, record('ice-cream')),
        'interest_id',
        'relation_already_exists',
      )
      for (const one of [recordId, second]) expectNothing(await caller.remove(`${path}/${one}`))
      expectNotFound(await caller.remove(`${path}/${second}`), 'interest-records', second)
      expect((await caller.list(path)).total).toBe(0)
    }
  })

  it('L77: of the same interest at the same moment one is made', async () => {
    const { id } = await aCustomer()
    const path = `/customers/${id}/interest-records`
    const replies = await Promise.all(Array.from({ length: 6 }, () => back.post(path, record('books'))))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400])
  })

  it('L42, L75: what is missing, unknown or another’s is refused', async () => {
    const [one, two] = [await aCustomer(), await aCustomer()]
    const path = `/customers/${one.id}/interest-records`
    expectRefused(await back.post(path, {}), 'interest_record', 'required')
    expectRefused(await back.post(path, record(undefined)), 'interest_id', 'required')
    expectRefused(await back.post(path, record('none')), 'interest_id', 'not_found')
    expectRefused(
      await back.post(path, record('books', { customer_id: two.id })),
      'customer_id',
      'not_allowed_value',
    )
    expectNotFound(await back.put(`${path}/nothing`, record('books')), 'interest-records', 'nothing')
  })
})

describe('customer source records', () => {
  const record = (fields: Fields) => ({ customer_source_record: fields })

  it('L78: several external ids in one source; a pair is unique in the workspace', async () => {
    const [one, two] = [await aCustomer(), await aCustomer()]
    const path = (id: string) => `/customers/${id}/customer-source-records`
    const [first, second] = [unique(), unique()]
    const recordId = createdId(
      await back.post(path(one.id), record({ customer_source_id: 'eshop', external_id: first })),
    )
    createdId(await back.post(path(one.id), record({ customer_source_id: 'eshop', external_id: second })))
    createdId(await back.post(path(two.id), record({ customer_source_id: 'pos', external_id: first })))
    const { items } = await back.list(path(one.id))
    expect(items).toEqual([
      {
        customer_source_record_id: recordId,
        customer_source_id: 'eshop',
        customer_id: one.id,
        external_id: first,
        last_change: expect.stringMatching(aTime),
      },
      expect.objectContaining({ external_id: second }),
    ])
    for (const id of [one.id, two.id]) {
      const reply = await back.post(path(id), record({ customer_source_id: 'eshop', external_id: first }))
      expect(invalidParams(reply)).toEqual([
        expect.objectContaining({ reason: 'already_exists', message: 'Contact source already exists' }),
      ])
    }
  })

  it('L78: a missing external id is allowed once for each customer and source', async () => {
    const [one, two] = [await aCustomer(), await aCustomer()]
    for (const { id } of [one, two]) {
      const path = `/customers/${id}/customer-source-records`
      createdId(await back.post(path, record({ customer_source_id: 'eshop' })))
      const again = await back.post(path, record({ customer_source_id: 'eshop', external_id: '' }))
      expect(faultsOf(again).map((fault) => fault.split(': ')[1])).toEqual(['already_exists'])
      createdId(await back.post(path, record({ customer_source_id: 'pos' })))
    }
  })

  it('L78: external ids are exact', async () => {
    const external_id = unique('Case')
    await aCustomer({}, { customer_source: { customer_source_id: 'eshop', external_id } })
    createdId(
      await back.post('/customers', {
        personal_information: {},
        customer_source: { customer_source_id: 'eshop', external_id: external_id.toUpperCase() },
      }),
    )
    expect((await back.list(`/customer-source-records?external_id=${external_id.toLowerCase()}`)).total).toBe(
      0,
    )
  })

  it('L79: external_ids wins over external_id', async () => {
    const [one, two] = [unique(), unique()]
    const { id } = await aCustomer(
      {},
      { customer_sources: [one, two].map((external_id) => ({ customer_source_id: 'eshop', external_id })) },
    )
    for (const path of [`/customers/${id}/customer-source-records`, '/customer-source-records']) {
      const found = async (query: string) =>
        (await back.list(`${path}?${query}`)).items.map(({ external_id }) => external_id)
      expect(await found(`external_id=${one}`)).toEqual([one])
      expect(await found(`external_id=${one}&external_ids[]=${two}`)).toEqual([two])
      expect([...(await found(`external_ids[]=${one}&external_ids[]=${two}`))].sort()).toEqual(
        [one, two].sort(),
      )
      expect(await found(`external_ids=${one}&customer_source_id=pos`)).toEqual([])
    }
  })

  it('L79: /customer-source-records lists over all customers; there is no item', async () => {
    const external_id = unique()
    const [one, two] = await Promise.all(
      ['eshop', 'pos'].map((customer_source_id) =>
        aCustomer({}, { customer_source: { customer_source_id, external_id } }),
      ),
    )
    const { items } = await back.list(`/customer-source-records?external_id=${external_id}`)
    expect(items.map(({ customer_id }) => customer_id).sort()).toEqual([one?.id, two?.id].sort())
    const own = await back.list(`/customer-source-records?external_id=${external_id}&customer_id=${one?.id}`)
    expect(own.total).toBe(1)
    const reply = await back.get(`/customer-source-records/${items[0]?.customer_source_record_id}`)
    expect(reply.status).toBe(404)
  })
})

describe('addresses', () => {
  const body = (address_type: unknown, address: unknown) => ({
    additional_address: { address_type, address },
  })

  it('L45, L50: made, read, replaced and listed', async () => {
    const { id, callers } = await anOwner()
    for (const caller of callers) {
      const path = `/customers/${id}/addresses`
      const before = (await caller.list(path)).total
      const addressId = await caller.create(
        path,
        body('billing', { city: 'Brno', zip: 60200, country_code: 'CZ' }),
      )
      const address = await caller.read(`${path}/${addressId}`)
      expect(address).toMatchObject({
        additional_address_id: addressId,
        address_type: 'billing',
        address: { address1: null, address7: null, zip: '60200', city: 'Brno', country_code: 'cz' },
        last_change: expect.stringMatching(aTime),
      })
      expectNothing(await caller.put(`${path}/${addressId}`, body('delivery', { address1: 'Main' })))
      expect(await caller.read(`${path}/${addressId}`)).toMatchObject({
        address_type: 'delivery',
        address: { address1: 'Main', city: null, zip: null },
      })
      const listed = await caller.list(`${path}?customer_address_type_id=delivery`)
      expect(listed.items.map(({ additional_address_id }) => additional_address_id)).toContain(addressId)
      expect((await caller.list(`${path}?customer_address_type_id=billing`)).total).toBe(0)
      expect((await caller.list(path)).total).toBe(before + 1)
    }
  })

  it('L42, L43: types are checked, parts are required', async () => {
    const { id } = await aCustomer()
    const path = `/customers/${id}/addresses`
    expectRefused(await back.post(path, {}), 'additional_address', 'required')
    expect([...faultsOf(await back.post(path, { additional_address: {} }))].sort()).toEqual([
      'address: required',
      'address_type: required',
    ])
    expectRefused(await back.post(path, body('none', {})), 'address_type', 'not_found')
    expectRefused(await back.post(path, body('billing', { country_code: 'zz' })), 'country_code', 'not_found')
    expectRefused(await back.post(path, body('billing', 'Main 18')), 'address', 'invalid_value_format')
    expectNotFound(await back.get(`${path}/nothing`), 'addresses', 'nothing')
    expectNotFound(await back.put(`${path}/nothing`, body('billing', {})), 'addresses', 'nothing')
  })
})

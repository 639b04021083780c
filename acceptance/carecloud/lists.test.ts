import { describe, expect, it } from 'vitest'
import { describeReply, type Fields, fieldsOf } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { backEnd, createdId, dataOf, expectRefused, faultsOf, type List, listOf } from './cc.ts'
import { customerWith, givePoints, newVoucher } from './loyalty.ts'
import { aCustomer, aMember } from './people.ts'

const back = backEnd()

function ids({ items }: List, name = 'customer_id'): readonly unknown[] {
  return items.map((item) => item[name])
}

/** Customers of one last name that nobody else has. */
async function family(...people: readonly Fields[]) {
  const last_name = unique('Family')
  const made: string[] = []
  for (const person of people) made.push((await aCustomer({ last_name, ...person })).id)
  return { ids: made, query: `last_name=${last_name}` }
}

describe('envelopes', () => {
  it('L34: an empty list has its key and total_items', async () => {
    const { id } = await aCustomer()
    for (const [path, key] of [
      [`/customers?email=${uniqueEmail()}`, 'customers'],
      [`/customers/${id}/interest-records`, 'interest_records'],
      [`/customers/${id}/property-records`, 'property_records'],
      [`/customers/${id}/vouchers`, 'vouchers'],
      [`/customers/${id}/purchases`, 'purchases'],
      [`/customers/${id}/cards`, 'cards'],
      [`/customers/${id}/points`, 'points'],
      ['/interests?name=no-such-interest', 'interests'],
    ] as const) {
      const reply = await back.get(path)
      expect(fieldsOf(reply), describeReply(reply)).toEqual({ data: { [key]: [], total_items: 0 } })
    }
  })

  it('L35: the key is the last segment, but for three', async () => {
    const member = await aMember()
    for (const client of [back, member]) {
      for (const [path, key] of [
        [`/customers/${member.id}/events`, 'customer_events'],
        [`/customers/${member.id}/reward-recommendations`, 'rewards'],
        [`/rewards/actions/reward-recommendations?customer_id=${member.id}`, 'rewards'],
        ['/reward-properties', 'rewards_properties'],
        ['/customer-properties', 'customer_properties'],
        [`/customers/${member.id}/customer-source-records`, 'customer_source_records'],
        [`/customers/${member.id}/status-records`, 'status_records'],
        ['/rewards/tags', 'tags'],
        ['/card-types/plastic/cards', 'cards'],
        ['/stores/prague-hq/property-records', 'property_records'],
        ['/purchase-item-types', 'purchase_item_types'],
        [`/point-history?customer_id=${member.id}`, 'point_history'],
        ['/point-reservations', 'point_reservations'],
      ] as const)
        listOf(await client.get(path), key)
    }
  })

  it('L36: interest and property records carry their id twice', async () => {
    const { id } = await aCustomer()
    const interest = await back.post(`/customers/${id}/interest-records`, {
      interest_record: { interest_id: 'books' },
    })
    const { interest_record_id } = fieldsOf(interest)
    expect(interest_record_id).toEqual(expect.any(String))
    expect(fieldsOf(interest)).toEqual({ data: { interest_record_id }, interest_record_id })
    const property = await back.post(`/customers/${id}/property-records`, {
      property_record: { property_id: 'shoe_size', property_value: 1 },
    })
    const property_record_id = `shoe_size:${id}`
    expect(fieldsOf(property)).toEqual({ data: { property_record_id }, property_record_id })
  })

  it('L34: other creations carry it once', async () => {
    const reply = await back.post('/customers', { personal_information: { email: uniqueEmail() } })
    const id = createdId(reply)
    expect(fieldsOf(reply)).toEqual({ data: { customer_id: id } })
  })
})

describe('pages', () => {
  it('L37: count and offset page, total_items counts all that match', async () => {
    const { ids: made, query } = await family(...Array.from({ length: 5 }, () => ({})))
    expect(await back.list(`/customers?${query}`)).toMatchObject({ total: 5 })
    const pages = []
    for (const offset of [0, 2, 4, 6]) {
      const page = await back.list(`/customers?${query}&count=2&offset=${offset}`)
      expect(page.total).toBe(5)
      pages.push(ids(page))
    }
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1, 0])
    expect(pages.flat()).toEqual(made)
  })

  it('L37: the default count is 100, and a reference list may be asked for whole', async () => {
    expect((await back.list('/countries')).items).toHaveLength(100)
    const all = await back.list('/countries?count=99999')
    expect(all.items).toHaveLength(all.total)
    expect(all.total).toBeGreaterThan(240)
    const stores = await back.list('/stores?count=99999')
    expect(stores.items).toHaveLength(stores.total)
    expect((await back.list('/countries?count=1&offset=5')).items).toEqual([all.items[5]])
  })

  it.each(['0', '-1', '1.5', 'abc', '1e999', 'NaN', '0x10', '1;', '[]'])(
    'L37: count=%s is 400',
    async (count) => {
      for (const path of ['/stores', '/customers']) {
        const reply = await back.get(`${path}?count=${encodeURIComponent(count)}`)
        expect(faultsOf(reply).map((fault) => fault.split(':')[0])).toEqual(['count'])
      }
    },
  )

  it.each(['-1', '1.5', 'abc', '--'])('L37: offset=%s is 400', async (offset) => {
    for (const path of ['/stores', '/customers']) {
      const reply = await back.get(`${path}?offset=${offset}`)
      expect(faultsOf(reply).map((fault) => fault.split(':')[0])).toEqual(['offset'])
    }
  })

  it.each(['9007199254740993', '9223372036854775808', '1e300', '99999999999999999999'])(
    'L37: a huge number (%s) is answered, never a fault of ours',
    async (huge) => {
      for (const path of ['/stores', '/customers', '/points', '/vouchers', '/cards', '/purchases']) {
        for (const name of ['count', 'offset']) {
          const reply = await back.get(`${path}?${name}=${huge}`)
          expect([200, 400], describeReply(reply)).toContain(reply.status)
        }
      }
    },
  )

  it('L40: an empty count or offset is not set', async () => {
    expect(await back.list('/stores?count=&offset=&sort_field=&sort_direction=')).toEqual(
      await back.list('/stores'),
    )
  })
})

describe('order', () => {
  it('L38: in the order of what is shown, also of states and of kinds of movements', async () => {
    const id = await customerWith(500)
    await givePoints(id, 10)
    await newVoucher(id, 'ten-euro')
    const reserve = (more: Fields) => {
      const body = { customer_id: id, amount: 1, external_id: unique('r'), ...more }
      return back.act('/point-reservations/actions/reserve-points', body)
    }
    const freed = unique('r')
    await reserve({ expiration_time: '2020-01-01' })
    await reserve({})
    await reserve({ external_id: freed })
    await back.act('/point-reservations/actions/free-points', { external_id: freed })
    for (const status_id of ['gold', 'silver'])
      await back.post('/customers/actions/set-status-record', { status_id, customer_id: id })
    for (const [list, field, shown] of [
      [`/point-history?customer_id=${id}`, 'point_operation_type', 3],
      [`/point-reservations?customer_id=${id}`, 'state', 3],
      [`/customers/${id}/status-records?`, 'state', 2],
    ] as const) {
      for (const direction of ['ASC', 'DESC']) {
        const { items } = await back.list(`${list}&sort_field=${field}&sort_direction=${direction}`)
        const values = items.map((item) => item[field])
        const ascending = values.toSorted()
        expect(new Set(values).size, list).toBe(shown)
        expect(values, `${list} ${direction}`).toEqual(
          direction === 'ASC' ? ascending : ascending.toReversed(),
        )
      }
    }
  })

  it('L38: the default is by creation, and of reference data the file’s', async () => {
    const { ids: made, query } = await family({ first_name: 'C' }, { first_name: 'A' }, { first_name: 'B' })
    expect(ids(await back.list(`/customers?${query}`))).toEqual(made)
    expect(ids(await back.list('/stores?count=2'), 'store_id')).toEqual(['prague-hq', 'brno'])
    expect(ids(await back.list('/interests?count=2'), 'interest_id')).toEqual(['ice-cream', 'books'])
    expect(ids(await back.list('/statuses'), 'status_id')).toEqual(['bronze', 'silver', 'gold'])
  })

  it('L38: by any first-level field, ASC by default, in either direction and any case', async () => {
    const { ids: made, query } = await family({}, {}, {}, {})
    const sorted = [...made].sort((one, two) => (BigInt(one) < BigInt(two) ? -1 : 1))
    for (const direction of ['', '&sort_direction=ASC', '&sort_direction=asc', '&sort_direction=Asc']) {
      const list = ids(await back.list(`/customers?${query}&sort_field=customer_id${direction}`))
      expect([[...sorted], [...made].sort()], 'as numbers or as text').toContainEqual(list)
    }
    const down = ids(await back.list(`/customers?${query}&sort_field=customer_id&sort_direction=desc`))
    const up = ids(await back.list(`/customers?${query}&sort_field=customer_id`))
    expect(down).toEqual([...up].reverse())
    expect(ids(await back.list('/stores?sort_field=store_id&count=2'), 'store_id')).toEqual([
      'brno',
      'prague-hq',
    ])
    expect(ids(await back.list('/interests?sort_field=name'), 'interest_id')).toEqual(['books', 'ice-cream'])
    const points = ids(
      await back.list('/statuses?sort_field=qualification_points&sort_direction=DESC'),
      'status_id',
    )
    expect(points).toEqual(['gold', 'silver', 'bronze'])
  })

  it('L38: nulls come last in both directions', async () => {
    for (const direction of ['ASC', 'DESC']) {
      const { items } = await back.list(`/statuses?sort_field=next_status&sort_direction=${direction}`)
      expect(items.at(-1)?.next_status).toBeNull()
      const first = await back.list(`/statuses?sort_field=previous_status&sort_direction=${direction}`)
      expect(first.items.at(-1)?.previous_status).toBeNull()
    }
  })

  it('L38: ties stay in the order of creation, also downwards', async () => {
    const { ids: made, query } = await family({}, {}, {})
    for (const direction of ['ASC', 'DESC'])
      expect(
        ids(await back.list(`/customers?${query}&sort_field=state&sort_direction=${direction}`)),
      ).toEqual(made)
  })

  it('L38: every first-level field that is no object or list sorts, others are not_allowed_value', async () => {
    const { id } = await aCustomer(
      {},
      { customer_source: { customer_source_id: 'pos', external_id: unique() } },
    )
    await back.create('/points/actions/assign-points', { amount: 500, customer_id: id, partner_id: 'acme' })
    await back.create('/rewards/ten-euro/actions/create-voucher', { customer_id: id })
    await back.calculate('/cards/actions/assign-free-card', { card_type_id: 'plastic', customer_id: id })
    await back.act('/point-reservations/actions/reserve-points', {
      external_id: unique(),
      customer_id: id,
      amount: 1,
    })
    const wrong: string[] = []
    for (const path of [
      '/customers',
      '/stores',
      '/interests',
      '/customer-sources',
      '/customer-properties',
      '/card-types',
      '/point-types',
      '/reward-types',
      '/partners',
      '/agreements',
      '/languages',
      '/countries',
      '/currencies',
      '/communication-channels',
      '/customer-external-applications',
      '/customer-address-types',
      '/event-types',
      '/purchase-types',
      '/purchase-item-types',
      '/statuses',
      '/rewards',
      '/rewards/tags',
      '/vouchers',
      '/cards',
      '/points',
      '/point-reservations',
      '/customer-source-records',
      `/customers/${id}/customer-source-records`,
      `/customers/${id}/status-records`,
      `/point-history?customer_id=${id}`,
      '/stores/prague-hq/property-records',
    ]) {
      const [item = {}] = Object.values(dataOf(await back.get(path)))[0] as Fields[]
      expect(Object.keys(item), path).not.toEqual([])
      const join = path.includes('?') ? '&' : '?'
      for (const [field, value] of Object.entries(item)) {
        const reply = await back.get(`${path}${join}sort_field=${field}&count=2`)
        const isComposite = value !== null && typeof value === 'object'
        if (reply.status !== (isComposite ? 400 : 200)) wrong.push(describeReply(reply).slice(0, 120))
      }
      expectRefused(await back.get(`${path}${join}sort_field=nonsense`), 'sort_field', 'not_allowed_value')
      for (const name of ['constructor', '__proto__', 'id; drop table profiles'])
        expectRefused(
          await back.get(`${path}${join}sort_field=${encodeURIComponent(name)}`),
          'sort_field',
          'not_allowed_value',
        )
      expectRefused(
        await back.get(`${path}${join}sort_direction=sideways`),
        'sort_direction',
        'not_allowed_value',
      )
    }
    expect(wrong).toEqual([])
  })
})

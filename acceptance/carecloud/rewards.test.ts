import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { expectNotFound, expectRefused, newDevice, operator } from './cc.ts'
import { aTime } from './conventions.ts'
import { customerWith, newCustomer, newVoucher } from './loyalty.ts'

async function ids(query: string): Promise<readonly unknown[]> {
  const { items } = await (await operator()).list(`/rewards?count=1000${query}`)
  return items.map(({ reward_id }) => reward_id)
}

async function idsFor(customerId: string, query = ''): Promise<readonly unknown[]> {
  const { items } = await (await operator()).list(`/customers/${customerId}/rewards?count=1000${query}`)
  return items.map(({ reward_id }) => reward_id)
}

describe('rewards', () => {
  it('L83, L53, L54: a reward has every field of the contract, with those of the file', async () => {
    expect(await (await operator()).read('/rewards/ten-euro')).toEqual({
      reward_id: 'ten-euro',
      code: 'GLOB-10',
      name: '€10 off',
      note: null,
      subtitle: null,
      points_cost: 200,
      valid_time_from: '2026-01-01 00:00:00',
      valid_time_to: '2030-12-31 23:59:59',
      reward_group: 1,
      reward_type_id: 'coupon',
      store_list: [],
      additional_properties: [
        {
          property_record_id: 'global:ten-euro',
          property_id: 'global',
          property_name: 'Global setup of reward',
          property_value: true,
          last_change: expect.stringMatching(aTime),
        },
      ],
      priority: null,
      image_urls: [],
      reward_external_url: null,
      has_product_condition: false,
      has_group_condition: false,
      has_brand_condition: false,
      has_product_bonus: false,
      has_group_bonus: false,
      has_brand_bonus: false,
      reward_product_relation_conditions: [],
      reward_product_relation_bonuses: [],
      is_automated: false,
      tags: [
        {
          tag_id: 'welcome',
          name: 'welcome',
          text_id: 'welcome',
          state: 1,
          last_change: expect.stringMatching(aTime),
        },
      ],
      last_change: expect.stringMatching(aTime),
      state: 1,
    })
  })

  it('L83: without a code it is the id, without a cost 0 and group 4; never group 5', async () => {
    const { items } = await (await operator()).list('/rewards?count=1000')
    const byId = new Map(items.map((reward) => [reward.reward_id, reward]))
    expect(byId.get('free-scoop')).toMatchObject({ code: 'free-scoop', points_cost: 0, reward_group: 4 })
    expect(byId.get('five-off')).toMatchObject({ code: 'FIVE-OFF', points_cost: 100, reward_group: 1 })
    expect(items.map(({ reward_group }) => reward_group)).not.toContain(5)
  })

  it('L83: every reward of the file is listed, in file order, prizes and points too', async () => {
    const listed = await ids('')
    const first = ['ten-euro', 'fifty-points', 'free-scoop', 'ten-percent']
    expect(listed.slice(0, 4)).toEqual(first)
    expect(listed).toContain('mere-thanks')
    expect(new Set(listed).size).toBe(listed.length)
  })

  it('L83: state is 1 inside the dates of validity, else 2', async () => {
    const till = await operator()
    expect(await till.read('/rewards/gone')).toMatchObject({ state: 2, valid_time_to: '2020-12-31 23:59:59' })
    expect(await till.read('/rewards/not-yet')).toMatchObject({
      state: 2,
      valid_time_from: '2099-01-01 00:00:00',
    })
    expect(await till.read('/rewards/five-off')).toMatchObject({
      state: 1,
      valid_time_from: null,
      valid_time_to: null,
    })
  })

  it('L52: names are in the language that fits best', async () => {
    const till = await operator()
    const name = async (language?: string): Promise<unknown> =>
      (await till.read('/rewards/five-off', { 'Accept-Language': language })).name
    expect(await name('cs, en-gb;q=0.8')).toBe('Sleva 5 €')
    expect(await name('en-gb')).toBe('€5 off')
    expect(await name('fr')).toBe('€5 off')
    expect(await name('')).toBe('€5 off')
    expect(await name()).toBe('€5 off')
    const reply = await till.get('/rewards?name=sleva', { 'Accept-Language': 'cs' })
    expect(reply.headers['content-language']).toBe('cs')
    expect(JSON.stringify(reply.body.toString())).toContain('Sleva 10 €')
  })

  it('L84: store_list holds the stores that accept it, only where they are asked for', async () => {
    const till = await operator()
    const stores = async (path: string): Promise<unknown> =>
      ((await till.read(path)).store_list as Fields[]).map(({ store_id }) => store_id)
    expect(await stores('/rewards/brno-only')).toEqual([])
    expect(await stores('/rewards/brno-only?without_stores=true')).toEqual([])
    expect(await stores('/rewards/brno-only?without_stores=false')).toEqual(['brno'])
    expect(await stores('/rewards/five-off?without_stores=0')).toEqual(
      expect.arrayContaining(['prague-hq', 'brno']),
    )
    const listed = await till.list('/rewards/brno-only/stores')
    expect(listed.items.map(({ store_id }) => store_id)).toEqual(['brno'])
    const all = await till.list('/rewards?code=BRNO-2&without_stores=false')
    expect(all.items).toMatchObject([{ store_list: [{ store_id: 'brno' }] }])
  })

  it('L84: valid_from and valid_to keep the rewards whose validity overlaps', async () => {
    const inThe2010s = await ids('&valid_from=2015-01-01&valid_to=2019-12-31')
    expect(inThe2010s).toContain('gone')
    expect(inThe2010s).toContain('five-off')
    expect(inThe2010s).not.toContain('ten-euro')
    const from2020 = await ids('&valid_from=2020-12-31')
    expect(from2020).toContain('gone')
    const from2021 = await ids('&valid_from=2021-01-01')
    expect(from2021).not.toContain('gone')
    expect(from2021).toContain('not-yet')
    expect(await ids('&valid_to=2098-12-31')).not.toContain('not-yet')
    expect(await ids('&valid_to=01.01.2099')).toContain('not-yet')
  })

  it('L39, L40: rewards are found by name, code, store, validity, group, kind and tags', async () => {
    expect(await ids('&name=QUARTER')).toEqual(['quarter-off'])
    expect(await ids('&code=FIVE-OFF')).toEqual(['five-off'])
    expect(await ids('&code=FIVE')).toEqual([])
    expect(await ids('&store_id=prague-hq')).not.toContain('brno-only')
    expect(await ids('&store_id=brno')).toContain('brno-only')
    expect(await ids('&store_id=brno')).not.toContain('ten-euro')
    expect(await ids('&is_valid=false')).toEqual(expect.arrayContaining(['gone', 'not-yet']))
    expect(await ids('&is_valid=1')).not.toContain('gone')
    expect(await ids('&is_automated=true')).toEqual([])
    expect(await ids('&reward_group=4&reward_type_id=none')).toEqual(['mere-thanks'])
    expect(await ids('&tag_ids[]=welcome&tag_ids[]=tills')).toEqual(['ten-euro', 'five-off', 'big-off'])
    expect(await ids('&tag_ids=tills&name=')).toEqual(['five-off', 'big-off'])
  })

  it('L37, L38: the list is paged and sorted by its first-level fields', async () => {
    const till = await operator()
    const { items, total } = await till.list(
      '/rewards?count=3&offset=1&sort_field=points_cost&sort_direction=desc',
    )
    expect(items).toHaveLength(3)
    expect(total).toBe((await ids('')).length)
    const costs = items.map(({ points_cost }) => Number(points_cost))
    expect(costs).toEqual(costs.toSorted((a, b) => b - a))
    expectRefused(await till.get('/rewards?sort_field=tags'), 'sort_field', 'not_allowed_value')
  })

  it('L3: POST /rewards with an empty body or {} is the list', async () => {
    const till = await operator()
    const list = await till.list('/rewards')
    for (const body of [undefined, {}]) {
      const reply = await till.ask('POST', '/rewards', { body })
      expect(reply.status).toBe(200)
      expect(JSON.parse(reply.body.toString()).data.total_items).toBe(list.total)
    }
  })

  it('L31: every token may read the catalogue, logged in or not', async () => {
    const { total } = await (await newDevice()).list('/rewards')
    expect(total).toBeGreaterThan(10)
  })

  it('9.5: tags are those of the catalogue; property records are those of the reward', async () => {
    const till = await operator()
    const tags = await till.list('/rewards/tags?name=till')
    expect(tags.items).toEqual([
      {
        tag_id: 'tills',
        name: 'tills',
        text_id: 'tills',
        state: 1,
        last_change: expect.stringMatching(aTime),
      },
    ])
    const records = await till.list('/rewards/ten-euro/property-records')
    expect(records.items.map(({ property_record_id }) => property_record_id)).toEqual(['global:ten-euro'])
    expect((await till.list('/rewards/five-off/property-records')).items).toEqual([])
  })

  it('L41: a reward that the file does not have is 404', async () => {
    const till = await operator()
    expectNotFound(await till.get('/rewards/nothing-such'), 'rewards', 'nothing-such')
    expectNotFound(await till.get('/rewards/nothing-such/stores'), 'rewards', 'nothing-such')
  })
})

describe('the rewards of a customer', () => {
  it('L85: leave out what the customer can no longer get', async () => {
    const id = await customerWith(100)
    expect(await idsFor(id)).toContain('one-each')
    await newVoucher(id, 'one-each')
    const later = await idsFor(id)
    expect(later).not.toContain('one-each')
    expect(later).not.toContain('gone')
    expect(later).toContain('ten-percent')
    expect(await idsFor(await newCustomer())).toContain('one-each')
  })

  it('L84: recommendations are the same rewards in the same order, by both roads', async () => {
    const till = await operator()
    const id = await newCustomer()
    const plain = await idsFor(id, '&tag_ids=tills')
    expect(plain).toEqual(['five-off', 'big-off'])
    const query = `?customer_id=${id}&tag_ids=tills&count=1000`
    const recommended = await till.list(`/rewards/actions/reward-recommendations${query}`, 'rewards')
    expect(recommended.items.map(({ reward_id }) => reward_id)).toEqual(plain)
    const below = await till.list(`/customers/${id}/reward-recommendations?tag_ids=tills`, 'rewards')
    expect(below.items.map(({ reward_id }) => reward_id)).toEqual(plain)
    expectRefused(await till.get('/rewards/actions/reward-recommendations'), 'customer_id', 'required')
    expectRefused(
      await till.get('/rewards/actions/reward-recommendations?customer_id=1'),
      'customer_id',
      'not_found',
    )
  })
})

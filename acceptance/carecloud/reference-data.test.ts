import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { backEnd, expectNotFound, type List, newDevice, other } from './cc.ts'
import { aTime } from './conventions.ts'

const back = backEnd()

/** The list of a resource, without the time of its last change. */
async function all(path: string, key?: string): Promise<readonly Fields[]> {
  const { items, total } = await back.list(`${path}?count=1000`, key)
  expect(items).toHaveLength(total)
  return items.map(({ last_change, ...rest }) => {
    expect(last_change, path).toMatch(aTime)
    return rest
  })
}

function ids(list: List | readonly Fields[], name: string): readonly unknown[] {
  return ('items' in list ? list.items : list).map((item) => item[name])
}

const store = {
  store_id: 'prague-hq',
  store_code: '001',
  name: 'Ice Cream HQ',
  store_address: {
    address1: 'Main',
    address2: '18',
    address3: null,
    address4: null,
    address5: null,
    address6: null,
    address7: null,
    zip: '11000',
    city: 'Prague',
    country_code: 'cz',
  },
  contact_email: '',
  manager_name: '',
  phone_number: '420221634695',
  partner_id: 'acme',
  system_id: '001',
  gps_coordinates: { gps_longitude: 14.421, gps_latitude: 50.087 },
  url_address: '',
  image_urls: [],
  visibility_for_customer: 1,
  short_description: '',
  description: '',
  registration_id: '',
  state: 1,
}
const closed = { from: null, to: null }
const workday = [{ from: '09:00:00', to: '18:00:00' }, closed]

describe('stores', () => {
  it('L80: a store as the workspace file has it', async () => {
    const read = await back.read('/stores/prague-hq')
    expect(read).toEqual({
      ...store,
      opening: [
        {
          day_id: 'MON',
          time_intervals: [
            { from: '09:00:00', to: '12:00:00' },
            { from: '13:00:00', to: '18:00:00' },
          ],
        },
        { day_id: 'TUE', time_intervals: workday },
        { day_id: 'WED', time_intervals: workday },
        { day_id: 'THU', time_intervals: workday },
        { day_id: 'FRI', time_intervals: workday },
        { day_id: 'SAT', time_intervals: [{ from: '10:00:00', to: '14:00:00' }, closed] },
        { day_id: 'SUN', time_intervals: [closed, closed] },
      ],
      last_change: expect.stringMatching(aTime),
    })
    expect((await back.list('/stores?system_id=001')).items).toEqual([read])
  })

  it('L80: a store without anything', async () => {
    expect(await back.read('/stores/brno')).toMatchObject({
      store_id: 'brno',
      store_code: 'brno',
      system_id: 'brno',
      name: 'Brno corner',
      store_address: { address1: null, zip: null, city: null, country_code: null },
      contact_email: '',
      phone_number: '',
      url_address: '',
      description: '',
      gps_coordinates: { gps_longitude: 0, gps_latitude: 0 },
      opening: [],
      image_urls: [],
      partner_id: 'acme',
      visibility_for_customer: 0,
    })
  })

  it('L80: visible_for_customer filters', async () => {
    const visible = async (value: string) =>
      ids(await back.list(`/stores?visible_for_customer=${value}`), 'store_id')
    expect(await visible('1')).toContain('prague-hq')
    expect(await visible('1')).not.toContain('brno')
    expect(await visible('0')).toEqual(['brno'])
    expect(await visible('')).toEqual(['prague-hq', 'brno'])
    expect((await back.get('/stores?visible_for_customer=2')).status).toBe(400)
  })

  it('L39: system_id filters', async () => {
    const found = async (id: string) => ids(await back.list(`/stores?system_id=${id}`), 'store_id')
    expect([await found('001'), await found('002')]).toEqual([['prague-hq'], []])
  })

  it('L81: property_id and property_value filter only together, as text', async () => {
    const found = async (query: string) => ids(await back.list(`/stores?${query}`), 'store_id')
    expect(await found('property_id=parking&property_value=true')).toEqual(['prague-hq'])
    expect(await found('property_id=parking&property_value=false')).toEqual([])
    expect(await found('property_id=parking&property_value=1')).toEqual([])
    expect(await found('property_id=none&property_value=true')).toEqual([])
    for (const half of ['property_id=parking', 'property_value=true', 'property_id=none'])
      expect(await found(half)).toEqual(['prague-hq', 'brno'])
  })

  it('L53: the properties of a store', async () => {
    expect((await back.list('/stores/prague-hq/property-records')).items).toEqual([
      {
        property_record_id: 'parking:prague-hq',
        property_id: 'parking',
        property_name: 'Parking',
        property_value: true,
        last_change: expect.stringMatching(aTime),
      },
    ])
    expect((await back.list('/stores/brno/property-records')).total).toBe(0)
    expectNotFound(await back.get('/stores/none/property-records'), 'stores', 'none')
  })
})

describe('lists of the workspace file', () => {
  it('L57: the ids are the file’s own', async () => {
    expect(await all('/customer-sources')).toEqual([
      { customer_source_id: 'eshop', name: 'E-shop', customer_source_text_id: 'eshop', state: 1 },
      { customer_source_id: 'pos', name: 'Till', customer_source_text_id: 'pos', state: 1 },
    ])
    expect(await all('/interests')).toEqual([
      { interest_id: 'ice-cream', name: 'Ice cream' },
      { interest_id: 'books', name: 'Books' },
    ])
    expect(await all('/point-types')).toContainEqual({ point_type_id: 'base', name: 'Base points' })
    expect(await all('/card-types')).toContainEqual({
      card_type_id: 'plastic',
      text_id: 'plastic',
      name: 'Plastic card',
      prefix: '9800',
    })
    expect(await all('/customer-external-applications')).toEqual([
      { external_application_id: 'mobile-app', text_id: 'mobile-app', name: 'Mobile app', state: 1 },
      { external_application_id: 'kiosk', text_id: 'kiosk', name: 'Kiosk', state: 1 },
    ])
    expect(await all('/customer-address-types')).toEqual([
      { address_type_id: 'billing', name: 'Billing address' },
      { address_type_id: 'delivery', name: 'Delivery address' },
    ])
    expect(await all('/purchase-types')).toEqual([
      { type_id: 'store_purchase', name: 'Store purchase', text_id: 'store_purchase' },
      { type_id: 'eshop_purchase', name: 'E-shop purchase', text_id: 'eshop_purchase' },
    ])
    expect(await all('/purchase-item-types')).toEqual([
      { type_id: 'standard', name: 'Standard item', text_id: 'standard' },
    ])
    expect(ids(await all('/statuses'), 'text_id')).toEqual(['bronze', 'silver', 'gold'])
  })

  it('L62: what the section of this API leaves out has its defaults', async () => {
    const there = backEnd(other)
    const named = async (path: string, idName: string) =>
      (await there.list(path)).items.map((item) => [item[idName], item.name])
    expect(await named('/purchase-types', 'type_id')).toEqual([
      ['store_purchase', 'Store purchase'],
      ['eshop_purchase', 'E-shop purchase'],
    ])
    expect(await named('/purchase-item-types', 'type_id')).toEqual([['standard', 'Standard item']])
    expect(await named('/customer-address-types', 'address_type_id')).toEqual([
      ['billing', 'Billing address'],
      ['delivery', 'Delivery address'],
    ])
  })

  it('L57: partners, with every field', async () => {
    const [acme] = await all('/partners')
    expect(Object.keys(acme ?? {}).sort()).toEqual(
      ['address', 'email', 'name', 'partner_id', 'phone', 'registration_id', 'state', 'vat_id'].sort(),
    )
    expect(ids(await all('/partners'), 'partner_id')).toEqual(['acme', 'gelato'])
    expect((await back.list('/partners/acme/property-records')).items).toEqual([])
  })

  it('L57: event types are the codes in use', async () => {
    expect(await all('/event-types')).toContainEqual({
      event_type_id: 'purchase',
      event_group_id: 'default',
      event_group_text_id: 'default',
      name: 'Purchase',
      text_id: 'purchase',
      icon_name: expect.toSatisfy((value) => value === null || typeof value === 'string'),
      state: 1,
    })
    expect(await back.read('/event-types/Completed%20Order')).toMatchObject({ name: 'Completed order' })
    expect(ids(await back.list('/event-types?text_id=purchase'), 'event_type_id')).toEqual(['purchase'])
    expect((await back.list('/event-types?event_group_text_id=default')).total).toBe(
      (await all('/event-types')).length,
    )
    expect((await back.list('/event-types?event_group_text_id=none')).total).toBe(0)
  })

  it('L82: agreements', async () => {
    expect(await all('/agreements')).toEqual([
      ...['gtc', 'profiling', 'marketing-communication', 'club'].map((id) =>
        expect.objectContaining({ agreement_id: id, text_id: id, withdrawal_text: '' }),
      ),
    ])
    expect(await back.read('/agreements/marketing-communication')).toMatchObject({
      name: 'Marketing messages',
      text: 'Marketing messages',
      communication_channel_id: 'email',
    })
    expect((await back.read('/agreements/gtc')).communication_channel_id).toBeNull()
    expect(ids(await back.list('/agreements?communication_channel_id=sms'), 'agreement_id')).toEqual(['club'])
    expect(ids(await back.list('/agreements?text_id=gtc'), 'agreement_id')).toEqual(['gtc'])
  })

  it('L63: the standard consents are there where a workspace lists none', async () => {
    const there = await backEnd(other).list('/agreements')
    expect(ids(there, 'agreement_id')).toEqual(['gtc', 'profiling', 'marketing-communication'])
  })

  it('L82: definitions, by owner; data_type is the type', async () => {
    const definitions = await all('/customer-properties')
    expect(
      Object.fromEntries(definitions.map(({ property_id, data_type }) => [property_id, data_type])),
    ).toEqual({
      wedding_date: 'date',
      contact_person: 'string',
      shoe_size: 'integer',
      diet: 'enum',
      member_code: 'string',
      rating: 'float',
      vip: 'boolean',
      met_at: 'timestamp',
      flavours: 'multiselect',
      notes: 'custom',
    })
    expect(await back.read('/customer-properties/diet')).toMatchObject({
      property_id: 'diet',
      name: 'Diet',
      description: 'For the ice cream',
      data_type: 'enum',
      items: [
        expect.objectContaining({ id: 'vegan', name: 'Vegan' }),
        expect.objectContaining({ id: 'any', name: 'Anything' }),
      ],
      is_required: false,
      is_unique: false,
      state: 1,
    })
    expect(await back.read('/customer-properties/member_code')).toMatchObject({ is_unique: true, items: [] })
    expect(ids(await all('/store-properties'), 'property_id')).toEqual(['parking'])
    expect(ids(await all('/reward-properties', 'rewards_properties'), 'property_id')).toEqual(['global'])
    expect(ids(await all('/event-properties'), 'property_id')).toEqual(['mood'])
    expect(ids(await all('/purchase-properties'), 'property_id')).toEqual(['till_note'])
    for (const path of ['/voucher-properties', '/partner-properties']) expect(await all(path)).toEqual([])
    expectNotFound(await back.get('/customer-properties/parking'), 'customer-properties', 'parking')
    expect(ids(await back.list('/customer-properties?name=shoe'), 'property_id')).toEqual(['shoe_size'])
  })

  it('L82: every ISO country is there, by lower-case code', async () => {
    const countries = await all('/countries')
    expect(countries.length).toBe(249)
    for (const { country_id, name, state } of countries) {
      expect(country_id).toMatch(/^[a-z]{2}$/)
      expect([typeof name, state]).toEqual(['string', 1])
    }
    expect(countries).toContainEqual({ country_id: 'cz', name: 'Czechia', state: 1 })
    expect(ids(await back.list('/countries?country_id=DE'), 'country_id')).toEqual(['de'])
  })

  it('L50: currencies by their ISO code', async () => {
    expect(await back.read('/currencies/CZK')).toMatchObject({ currency_id: 'CZK', code: 'CZK' })
    expect(ids(await back.list('/currencies?currency_code=EUR'), 'code')).toEqual(['EUR'])
    expectNotFound(await back.get('/currencies/XXQ'), 'currencies', 'XXQ')
  })

  it('L57: languages and channels', async () => {
    expect(ids(await all('/languages'), 'language_id')).toEqual(['en', 'cs', 'de'])
    expect(ids(await back.list('/languages?default_language=true'), 'language_id')).toEqual(['en'])
    expect(ids(await back.list('/languages?default_language=0'), 'language_id')).toEqual(['cs', 'de'])
    const channels = await all('/communication-channels')
    expect(ids(channels, 'communication_channel_id')).toEqual(['email', 'sms', 'push'])
    expect(ids(channels, 'text_id')).toEqual(['email', 'sms', 'push'])
  })

  it('L57: reward types are the kinds of rewards', async () => {
    const kinds = ids(await all('/reward-types'), 'reward_type_id')
    expect(kinds).toEqual(
      expect.arrayContaining(['coupon', 'points', 'discount', 'freebie', 'cashback', 'custom']),
    )
  })

  it.each([
    ['/customer-sources', 'customer_source_id'],
    ['/stores', 'store_id'],
    ['/interests', 'interest_id'],
    ['/customer-properties', 'property_id'],
    ['/store-properties', 'property_id'],
    ['/event-properties', 'property_id'],
    ['/card-types', 'card_type_id'],
    ['/point-types', 'point_type_id'],
    ['/reward-types', 'reward_type_id'],
    ['/partners', 'partner_id'],
    ['/agreements', 'agreement_id'],
    ['/currencies', 'currency_id'],
    ['/communication-channels', 'communication_channel_id'],
    ['/customer-external-applications', 'external_application_id'],
    ['/customer-address-types', 'address_type_id'],
    ['/event-types', 'event_type_id'],
    ['/purchase-types', 'type_id'],
    ['/statuses', 'status_id'],
  ])('L34: each of %s has an item that is the same object', async (path, idName) => {
    const device = await newDevice()
    for (const caller of [back, device]) {
      const { items } = await caller.list(`${path}?count=5`)
      expect(items.length).toBeGreaterThan(0)
      for (const item of items)
        expect(await caller.read(`${path}/${encodeURIComponent(String(item[idName]))}`)).toEqual(item)
      expectNotFound(await caller.get(`${path}/no-such`), path.slice(1), 'no-such')
    }
  })

  it.each(['/languages/en', '/countries/cz', '/purchase-item-types/standard'])(
    'L34: %s has no item',
    async (path) => {
      expect((await back.get(path)).status).toBe(404)
    },
  )
})

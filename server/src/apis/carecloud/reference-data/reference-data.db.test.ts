import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const acme = readFileSync(
  new URL('../../../../../examples/acme.workspace.yaml', import.meta.url),
  'utf8',
).replace('domains: [', 'domains: [acme.example, ')

let api: TestCareCloud
let token: string
beforeAll(async () => {
  api = await openTestCareCloud([acme])
  token = await newToken(api)
})
afterAll(() => api[Symbol.asyncDispose]())

const get = (path: string, language = 'en') =>
  api.c('GET', path, { token, headers: { 'accept-language': language } })
const changed = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)

test('every list has its key and its total, and each of its items can be read alone (L34, L35)', async () => {
  for (const [path, key, id] of [
    ['/customer-sources', 'customer_sources', 'customer_source_id'],
    ['/stores', 'stores', 'store_id'],
    ['/interests', 'interests', 'interest_id'],
    ['/customer-properties', 'customer_properties', 'property_id'],
    ['/store-properties', 'store_properties', 'property_id'],
    ['/reward-properties', 'rewards_properties', 'property_id'],
    ['/event-properties', 'event_properties', 'property_id'],
    ['/purchase-properties', 'purchase_properties', 'property_id'],
    ['/voucher-properties', 'voucher_properties', 'property_id'],
    ['/partner-properties', 'partner_properties', 'property_id'],
    ['/card-types', 'card_types', 'card_type_id'],
    ['/point-types', 'point_types', 'point_type_id'],
    ['/reward-types', 'reward_types', 'reward_type_id'],
    ['/partners', 'partners', 'partner_id'],
    ['/agreements', 'agreements', 'agreement_id'],
    ['/languages', 'languages', undefined],
    ['/countries', 'countries', undefined],
    ['/currencies', 'currencies', 'currency_id'],
    ['/communication-channels', 'communication_channels', 'communication_channel_id'],
    ['/customer-external-applications', 'customer_external_applications', 'external_application_id'],
    ['/customer-address-types', 'customer_address_types', 'address_type_id'],
    ['/event-types', 'event_types', 'event_type_id'],
    ['/purchase-types', 'purchase_types', 'type_id'],
    ['/purchase-item-types', 'purchase_item_types', undefined],
    ['/statuses', 'statuses', 'status_id'],
    ['/rewards/tags', 'tags', undefined],
  ] as const) {
    const { status, body } = await get(`${path}?count=1000`)
    expect(status, path).toBe(200)
    expect(Object.keys(body.data), path).toEqual([key, 'total_items'])
    expect(body.data.total_items, path).toBe(body.data[key].length)
    for (const object of body.data[key].slice(0, 3)) {
      expect(object.last_change, path).toEqual(changed)
      if (id) {
        const one = await get(`${path}/${encodeURIComponent(object[id])}`)
        expect([one.status, one.body.data], path).toEqual([200, object])
      }
      for (const [field, value] of Object.entries(object)) {
        const sorted = await get(`${path}?sort_field=${field}&sort_direction=desc`)
        const isSortable = typeof value !== 'object' || value === null
        expect(sorted.status, `${path} by ${field}`).toBe(isSortable ? 200 : 400)
      }
    }
  }
})

test('a store has every field, and seven days of two intervals (L80)', async () => {
  const { body } = await get('/stores/prague-hq')
  expect(body.data).toEqual({
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
    opening: expect.any(Array),
    image_urls: [],
    visibility_for_customer: 1,
    short_description: '',
    description: '',
    registration_id: '',
    last_change: changed,
    state: 1,
  })
  const { opening } = body.data
  expect(opening.map(({ day_id }: { day_id: string }) => day_id).join()).toBe('MON,TUE,WED,THU,FRI,SAT,SUN')
  expect(opening[0].time_intervals).toEqual([
    { from: '09:00:00', to: '12:00:00' },
    { from: '13:00:00', to: '18:00:00' },
  ])
  expect(opening[6].time_intervals).toEqual([
    { from: null, to: null },
    { from: null, to: null },
  ])
})

test('stores are filtered by a property’s name and value together alone, by code and visibility (L81)', async () => {
  const total = async (query: string) => (await get(`/stores?${query}`)).body.data.total_items
  expect(await total('property_id=parking&property_value=true')).toBe(1)
  expect(await total('property_id=parking&property_value=false')).toBe(0)
  expect(await total('property_id=nothing&property_value=true')).toBe(0)
  expect(await total('property_id=nothing')).toBe(1)
  expect(await total('property_value=false')).toBe(1)
  expect([await total('system_id=001'), await total('system_id=002')]).toEqual([1, 0])
  expect([await total('visible_for_customer=1'), await total('visible_for_customer=0')]).toEqual([1, 0])
  expect((await get('/stores?visible_for_customer=2')).status).toBe(400)
})

test('property records of stores and rewards have one structure (L53, L54)', async () => {
  expect((await get('/stores/prague-hq/property-records')).body.data).toEqual({
    property_records: [
      {
        property_record_id: 'parking:prague-hq',
        property_id: 'parking',
        property_name: 'Parking',
        property_value: true,
        last_change: changed,
      },
    ],
    total_items: 1,
  })
  const reward = await get('/rewards/ten-euro/property-records')
  expect(reward.body.data.property_records[0].property_record_id).toBe('global:ten-euro')
  expect((await get('/partners/acme/property-records')).body.data.property_records).toEqual([])
})

test('a definition tells its type and its choices in the language asked for (L82)', async () => {
  const { body } = await get('/customer-properties/diet', 'cs')
  expect(body.data).toEqual({
    property_id: 'diet',
    name: 'Diet',
    description: 'For the ice cream',
    data_type: 'enum',
    items: [
      { id: 'vegan', name: 'Vegan', resource_record_id: null, state: 1 },
      { id: 'any', name: 'Cokoli', resource_record_id: null, state: 1 },
    ],
    is_required: false,
    is_unique: false,
    state: 1,
    last_change: changed,
  })
  expect((await get('/store-properties/diet')).status).toBe(404)
})

test('countries are all there are, named in the language asked for (L82)', async () => {
  const { body } = await get('/countries?country_id=CZ', 'cs')
  expect(body.data.countries).toEqual([{ country_id: 'cz', name: 'Česko', state: 1, last_change: changed }])
  expect((await get('/countries')).body.data).toMatchObject({ total_items: 249, countries: { length: 100 } })
  expect((await get('/countries?country_name=germ')).body.data.countries[0].country_id).toBe('de')
})

test('statuses stand in a chain whose ends are null (9.8)', async () => {
  const { body } = await get('/statuses')
  expect(body.data.statuses[1]).toEqual({
    status_id: 'silver',
    name: 'Silver',
    description: '',
    qualification_period: 12,
    qualification_turnover: [],
    qualification_points: 500,
    previous_status: 'bronze',
    next_status: 'gold',
    validity_period: '12 months',
    collection_points: true,
    payment_points: true,
    qualification_type: 2,
    discount: 0,
    overall_discount_on_discounted_purchase_items: false,
    text_id: 'silver',
    last_change: changed,
  })
  expect(body.data.statuses[0]).toMatchObject({ previous_status: null, qualification_type: 0 })
  expect(body.data.statuses[2]).toMatchObject({ next_status: null, qualification_type: 2 })
})

test('filters of lists: parts of names, exact ids, several at once, booleans (L39, L40)', async () => {
  const total = async (path: string, language?: string) => (await get(path, language)).body.data.total_items
  expect(await total('/interests?name=CREAM')).toBe(1)
  expect(await total('/interests?name=zmrz', 'cs')).toBe(1)
  expect(await total('/interests?name=')).toBe(2)
  expect(await total('/card-types?text_id[]=plastic&text_id[]=x')).toBe(1)
  expect(await total('/card-types?text_id%5B%5D=x')).toBe(0)
  expect([
    await total('/languages?default_language=true'),
    await total('/languages?default_language=0'),
  ]).toEqual([1, 2])
  expect(await total('/agreements?communication_channel_id=email')).toBe(1)
  expect(await total('/event-types?text_id=Opt%20In')).toBe(1)
  expect(await total('/currencies?currency_code=EUR')).toBe(1)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken, type TestCareCloud } from '../carecloud.fixture.ts'
import { openTestCustomers, person, reasonsOf, type TestCustomers } from './customers.fixture.ts'

let customers: TestCustomers
let api: TestCareCloud
beforeAll(async () => {
  customers = await openTestCustomers()
  api = customers.api
})
afterAll(() => customers[Symbol.asyncDispose]())

test('a customer reads back with every field, typed as the contract says (L45, L59, L65, L66)', async () => {
  const id = await customers.create({ ...person, email: 'Happy@Example.com' })
  const customer = await customers.read(id)
  expect(customer).toEqual({
    customer_id: id,
    personal_information: {
      salutation: 'John Smith',
      gender: 1,
      first_name: 'John',
      last_name: 'Smith',
      pre_nominals: null,
      post_nominals: null,
      birthdate: '1993-01-21',
      email: 'Happy@Example.com',
      phone: '420221634695',
      language_id: 'cs',
      store_id: 'prague-hq',
      address: {
        address1: 'Old Town Square',
        address2: '35',
        address3: null,
        address4: null,
        address5: null,
        address6: null,
        address7: null,
        zip: '11000',
        city: 'Prague',
        country_code: 'cz',
      },
      agreement: {
        agreement_gtc: 1,
        agreement_profiling: 2,
        agreement_marketing_communication: 2,
        custom_agreements: [{ agreement_id: 'club', agreement_value: 0 }],
      },
      consents: [
        { consent_id: 'club', consent_value: 0, last_change: customer.last_change },
        { consent_id: 'gtc', consent_value: 1, last_change: customer.last_change },
        { consent_id: 'profiling', consent_value: 2, last_change: null },
        { consent_id: 'marketing-communication', consent_value: 2, last_change: null },
      ],
    },
    doi_email: null,
    doi_phone: null,
    last_change: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    state: 1,
  })
  const short = await api.e('GET', `/customers/${id}?customer_short_salutation=true`)
  expect(short.body.data.personal_information.salutation).toBe('John')
})

test('an empty person is a customer with a language and nothing else (L50, L65, L66, L68)', async () => {
  const { personal_information } = await customers.read(await customers.create())
  expect(personal_information).toMatchObject({
    salutation: null,
    email: null,
    language_id: 'en',
    store_id: null,
  })
  expect(Object.keys(personal_information.address)).toHaveLength(10)
})

test('both shapes of a body, and a mixture of them, come to the same (L67)', async () => {
  const shapes = [
    { customer: { personal_information: { first_name: 'Same' } } },
    { personal_information: { first_name: 'Same' }, password: '', autologin: false },
    {
      customer: { personal_information: { first_name: 'Same' } },
      personal_information: { first_name: 'Other' },
    },
  ]
  for (const [index, shape] of shapes.entries()) {
    const externalId = 94826712 + index
    const answer = await api.e('POST', '/customers', {
      body: {
        ...shape,
        customer_source: { customer_source_id: 'site', external_id: externalId },
        additional_properties: [
          { property_id: 'wedding_date', property_value: '2001-08-13', property_name: 'x' },
        ],
        social_network_credentials: { any: 'thing' },
      },
    })
    expect(answer.status, answer.text).toBe(201)
    const id = answer.body.data.customer_id
    expect((await customers.read(id)).personal_information.first_name).toBe('Same')
    expect(await customers.sourcesOf(id)).toEqual([['site', String(externalId)]])
    const properties = await api.e('GET', `/customers/${id}/property-records`)
    expect(properties.body.data.property_records).toMatchObject([
      { property_id: 'wedding_date', property_value: '2001-08-13' },
    ])
  }
})

test('everything that is wrong is told at once, the source first, and nothing is created (L42, L44, L68, L69)', async () => {
  const email = customers.newEmail()
  await customers.create({ email }, { customer_source: { customer_source_id: 'site', external_id: 'taken' } })
  const before = (await api.e('GET', '/customers')).body.data.total_items
  const answer = await api.e('POST', '/customers', {
    body: {
      personal_information: {
        email: email.toUpperCase(),
        gender: 6,
        store_id: 'nowhere',
        language_id: 'de',
        consents: [{ consent_id: 'none', consent_value: 1 }],
      },
      customer_source: { customer_source_id: 'site', external_id: 'taken' },
      property_records: [{ property_id: 'unknown', property_value: 1 }],
      password: 'short',
      referral_code: 'nobody',
    },
  })
  expect(answer.status).toBe(400)
  const [first, ...rest] = answer.body.error.error_data.invalid_params
  expect(first).toMatchObject({ reason: 'already_exists', message: 'Contact source already exists' })
  expect(rest.map(({ name, reason, value }: Record<string, unknown>) => [name, reason, value])).toEqual([
    ['gender', 'not_allowed_value', '6'],
    ['language_id', 'not_found', 'de'],
    ['store_id', 'not_found', 'nowhere'],
    ['consent_id', 'not_found', 'none'],
    ['property_id', 'not_found', 'unknown'],
    ['password', 'invalid_value_format', null],
    ['email', 'already_exists', email.toUpperCase()],
    ['referral_code', 'not_found', 'nobody'],
  ])
  expect((await api.e('GET', '/customers')).body.data.total_items).toBe(before)
  expect(reasonsOf(await api.e('POST', '/customers', { body: {} }))).toEqual([
    ['personal_information', 'required'],
  ])
})

test('of those who bring one unique value or source at the same moment one is created, and nobody without it (L55, L69, L78)', async () => {
  const bring = (more: object) =>
    Promise.all(
      Array.from({ length: 16 }, () =>
        api.e('POST', '/customers', { body: { personal_information: { first_name: 'Race' }, ...more } }),
      ),
    )
  for (const more of [
    { property_records: [{ property_id: 'member_code', property_value: 'M-1' }] },
    { customer_source: { customer_source_id: 'site', external_id: 'race' } },
  ]) {
    const statuses = (await bring(more)).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 15 }, () => 400)])
  }
})

test('a form that is wrong is told as such, a taken one as taken (L61, L68)', async () => {
  const [email, phone] = [customers.newEmail(), '+420 700-000.001']
  await customers.create({ email, phone })
  const post = async (information: object) =>
    reasonsOf(await api.e('POST', '/customers', { body: { personal_information: information } }))
  expect(await post({ email: 'no address' })).toEqual([['email', 'invalid_value_format']])
  expect(await post({ phone: '12' })).toEqual([['phone', 'invalid_value_format']])
  expect(await post({ email, phone: '00420700000001' })).toEqual([
    ['email', 'already_exists'],
    ['phone', 'already_exists'],
  ])
})

test('what is refused is told as it was sent, and what would be right in words (L42)', async () => {
  const phone = '420700000021'
  await customers.create(
    { phone },
    { property_records: [{ property_id: 'member_code', property_value: 77 }] },
  )
  const wrong = await api.e('POST', '/customers', {
    body: {
      personal_information: { phone: '+420 700-000.021', birthdate: 'soon' },
      additional_properties: [{ property_id: 'member_code', property_value: 77 }],
      password: 'short',
    },
  })
  const params = wrong.body.error.error_data.invalid_params
  expect(params.map(({ name, value, message }: Record<string, unknown>) => [name, value, message])).toEqual([
    ['property_value', '77', 'Property value already exists'],
    ['birthdate', 'soon', 'Birthdate must be a date such as 2026-03-10'],
    [
      'password',
      null,
      'Password needs 8 to 200 characters, a digit and an upper-case letter, and must not be a common one',
    ],
    ['phone', '+420 700-000.021', 'Phone already exists'],
  ])
})

test('sources and properties of one request are listed in the order in which they were given (L38)', async () => {
  const id = await customers.create(
    {},
    {
      customer_sources: [
        { customer_source_id: 'site', external_id: 'z-1' },
        { customer_source_id: 'site', external_id: 'a-1' },
        { customer_source_id: 'site' },
      ],
      property_records: [{ property_id: 'wedding_date' }, { property_id: 'member_code' }],
    },
  )
  expect(await customers.sourcesOf(id)).toEqual([
    ['site', 'z-1'],
    ['site', 'a-1'],
    ['site', null],
  ])
  const { property_records } = (await api.e('GET', `/customers/${id}/property-records`)).body.data
  expect(property_records.map(({ property_id }: { property_id: string }) => property_id)).toEqual([
    'wedding_date',
    'member_code',
  ])
})

test('autologin needs a password (L16)', async () => {
  const body = { personal_information: {}, autologin: '1' }
  expect(reasonsOf(await api.c('POST', '/customers', { token: await newToken(api), body }))).toEqual([
    ['password', 'required'],
  ])
})

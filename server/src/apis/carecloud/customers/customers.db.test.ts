import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteProfiles } from '../../../core/profiles/delete-profiles.ts'
import { makeShareCode } from '../../../core/referral/share-codes.ts'
import { newToken, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const workspace = `
workspace: acme
domains: [acme.example]
timeZone: Europe/Prague
languages: [en, cs]
keys: [{ name: backend, kind: master, secret: test-master-key }]
consents: [{ id: club, text: Club }, { id: gtc, text: Terms }]
loyalty:
  customerSources: [{ id: site, name: Site }]
  stores: [{ id: prague-hq, name: HQ }]
  properties:
    - { id: wedding_date, owner: customer, name: Wedding, type: date }
    - { id: member_code, owner: customer, name: Member code, type: string, unique: true }
  partners: [{ id: acme, name: Acme }]
rewards: [{ id: ten, kind: coupon, name: Ten }]
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, landingUrl: "https://shop.example/",
      conversion: { event: purchase }, advocateReward: ten }
`

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([workspace])
})
afterAll(() => api[Symbol.asyncDispose]())

let lastEmail = 0
const newEmail = () => `customer-${++lastEmail}@e.example`

async function create(person: object = {}, more: object = {}): Promise<string> {
  const answer = await api.e('POST', '/customers', { body: { personal_information: person, ...more } })
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body.data.customer_id
}
const read = async (id: string) => (await api.e('GET', `/customers/${id}`)).body.data
const sourcesOf = async (id: string) =>
  (await api.e('GET', `/customers/${id}/customer-source-records`)).body.data.customer_source_records.map(
    (record: { customer_source_id: string; external_id: string | null }) => [
      record.customer_source_id,
      record.external_id,
    ],
  )
const ids = (body: { data: { customers: { customer_id: string }[] } }) =>
  body.data.customers.map(({ customer_id }) => customer_id)
const reasons = (answer: {
  body: { error: { error_data: { invalid_params: { name: string; reason: string }[] } } }
}) => answer.body.error.error_data.invalid_params.map(({ name, reason }) => [name, reason])

const person = {
  gender: 1,
  first_name: 'John',
  last_name: 'Smith',
  birthdate: '21.1.1993',
  phone: 420221634695,
  language_id: 'cs',
  store_id: 'prague-hq',
  address: { address1: 'Old Town Square', address2: 35, zip: 11000, city: 'Prague', country_code: 'CZ' },
  agreement: { agreement_gtc: 1, custom_agreements: [{ agreement_id: 'club', agreement_value: '0' }] },
}

test('a customer reads back with every field, typed as the contract says (L45, L59, L65, L66)', async () => {
  const id = await create({ ...person, email: 'Happy@Example.com' })
  const customer = await read(id)
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
  const { personal_information } = await read(await create())
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
    expect((await read(id)).personal_information.first_name).toBe('Same')
    expect(await sourcesOf(id)).toEqual([['site', String(externalId)]])
    const properties = await api.e('GET', `/customers/${id}/property-records`)
    expect(properties.body.data.property_records).toMatchObject([
      { property_id: 'wedding_date', property_value: '2001-08-13' },
    ])
  }
})

test('everything that is wrong is told at once, the source first, and nothing is created (L42, L44, L68, L69)', async () => {
  const email = newEmail()
  await create({ email }, { customer_source: { customer_source_id: 'site', external_id: 'taken' } })
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
  expect(reasons(await api.e('POST', '/customers', { body: {} }))).toEqual([
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
  const [email, phone] = [newEmail(), '+420 700-000.001']
  await create({ email, phone })
  const post = async (information: object) =>
    reasons(await api.e('POST', '/customers', { body: { personal_information: information } }))
  expect(await post({ email: 'no address' })).toEqual([['email', 'invalid_value_format']])
  expect(await post({ phone: '12' })).toEqual([['phone', 'invalid_value_format']])
  expect(await post({ email, phone: '00420700000001' })).toEqual([
    ['email', 'already_exists'],
    ['phone', 'already_exists'],
  ])
})

test('what is refused is told as it was sent, and what would be right in words (L42)', async () => {
  const phone = '420700000021'
  await create({ phone }, { property_records: [{ property_id: 'member_code', property_value: 77 }] })
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
  const id = await create(
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
  expect(await sourcesOf(id)).toEqual([
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

test('a PUT replaces the person whole; store, language and consents stay unless given (L71)', async () => {
  const id = await create({ ...person, email: newEmail(), phone: '420700000002' })
  const email = newEmail()
  const put = await api.e('PUT', `/customers/${id}`, {
    body: {
      customer: { personal_information: { last_name: 'Novák', email, address: { city: 'Brno' } } },
      customer_source: { customer_source_id: 'site', external_id: 'taken' },
      customer_sources: [{ customer_source_id: 'none' }],
      autologin: 'perhaps',
    },
  })
  expect([put.status, put.text]).toEqual([204, ''])
  expect(await sourcesOf(id)).toEqual([])
  expect((await read(id)).personal_information).toMatchObject({
    first_name: null,
    last_name: 'Novák',
    gender: null,
    birthdate: null,
    phone: null,
    email,
    language_id: 'cs',
    store_id: 'prague-hq',
    salutation: 'Novák',
    address: { address1: null, zip: null, city: 'Brno', country_code: null },
    agreement: { agreement_gtc: 1, custom_agreements: [{ agreement_value: 0 }] },
  })
  const consents = { consents: [{ consent_id: 'gtc', consent_value: 0 }], agreement: { agreement_gtc: 1 } }
  await api.e('PUT', `/customers/${id}`, { body: { personal_information: consents } })
  const { agreement, email: cleared } = (await read(id)).personal_information
  expect([agreement.agreement_gtc, cleared]).toEqual([0, null])
  // What it gave up is free.
  expect(await create({ email, phone: '420700000002' })).toBeDefined()
})

test('what was read can be sent back, also when a store closed or a language went (L50, L71)', async () => {
  const id = await create({ ...person, phone: '420700000003', email: newEmail() })
  await api.db.apply(
    workspace
      .replace('languages: [en, cs]', 'languages: [en]')
      .replace('[{ id: prague-hq, name: HQ }]', '[]'),
  )
  const customer = await read(id)
  expect(customer.personal_information).toMatchObject({ language_id: null, store_id: null })
  expect((await api.e('PUT', `/customers/${id}`, { body: customer })).status).toBe(204)
  await api.db.apply(workspace)
  expect((await read(id)).personal_information).toMatchObject({ language_id: 'cs', store_id: 'prague-hq' })
})

test('a list is filtered, sorted and paged, with the total of all pages (L37–L40)', async () => {
  const people = [
    { first_name: 'Žofie', last_name: 'Listová', birthdate: '1990-02-03' },
    { first_name: 'Adam', last_name: 'LISTOVÁ', birthdate: '1990-02-03', phone: '420700000010' },
    { first_name: 'Adam', last_name: 'Listová'.padEnd(100, 'x'), birthdate: '1991-02-03' },
  ]
  const made: string[] = []
  for (const one of people) made.push(await create({ ...one, email: newEmail() }))
  const list = async (query: string) => ids((await api.e('GET', `/customers?${query}`)).body)
  const [zofie, adam, long] = made
  expect(await list('last_name=listov%C3%A1')).toEqual([zofie, adam])
  expect(await list(`last_name=${'Listová'.padEnd(100, 'X')}`)).toEqual([long])
  expect(await list(`last_name=${'Listová'.padEnd(99, 'x')}`)).toEqual([])
  expect(await list('last_name=Listov%C3%A1&first_name=ADAM&birthdate=3.2.1990')).toEqual([adam])
  expect(await list('phone=%2B420700000010')).toEqual([adam])
  expect(await list(`customer_ids[]=${long}&customer_ids[0]=${zofie}&customer_ids=99&email=`)).toEqual([
    zofie,
    long,
  ])
  const emails = await Promise.all(made.map(async (id) => (await read(id)).personal_information.email))
  expect(await list(`email=${emails[0]?.toUpperCase()}`)).toEqual([zofie])
  expect(await list(`email_list[]=${emails[0]}&email_list[]=${emails[2]}`)).toEqual([zofie, long])
  expect(await list(`email=${emails[0]}&email_list=${emails[2]}`)).toEqual([])
  const zluta = await create({ email: 'ŽLUTÁ@list.example' })
  for (const email of ['ŽLUTÁ@list.example', 'žlutá@LIST.example'])
    expect(await list(`email=${encodeURIComponent(email)}`)).toEqual([zluta])
  expect(await list('email=no-address')).toEqual([])
  expect(await list(`email_list[]=no-address&email_list[]=${emails[2]}`)).toEqual([long])
  const sorted = await list('birthdate=1990-02-03&sort_field=customer_id&sort_direction=desc')
  expect(sorted).toEqual(
    [zofie, adam].toSorted((one = '', other = '') => Number(BigInt(other) - BigInt(one))),
  )
  const page = await api.e('GET', '/customers?birthdate=1990-02-03&count=1&offset=1')
  expect([ids(page.body), page.body.data.total_items]).toEqual([[adam], 2])
  const behind = await api.e('GET', '/customers?birthdate=1990-02-03&offset=5')
  expect(behind.body.data).toEqual({ customers: [], total_items: 2 })
  expect(reasons(await api.e('GET', '/customers?sort_field=last_name'))).toEqual([
    ['sort_field', 'not_allowed_value'],
  ])
})

test('a token goes on with whom it made, and with nobody else (L27, L28, L30)', async () => {
  const stranger = await create({ email: newEmail() })
  const token = await newToken(api)
  const email = newEmail()
  const body = { personal_information: { email, first_name: 'Own' }, autologin: false, password: '' }
  const made = await api.c('POST', '/customers', { token, body })
  expect(made.status, made.text).toBe(201)
  const id = made.body.data.customer_id
  expect((await api.c('GET', `/customers/${id}`, { token })).body.data.customer_id).toBe(id)
  expect(ids((await api.c('GET', '/customers', { token })).body)).toEqual([id])
  expect(ids((await api.c('GET', '/customers', { token: await newToken(api) })).body)).toEqual([])
  for (const [method, options] of [
    ['GET', {}],
    ['PUT', { body: { personal_information: {} } }],
  ] as const) {
    const refused = await api.c(method, `/customers/${stranger}`, { token, ...options })
    expect([refused.status, reasons(refused)]).toEqual([
      400,
      [['customer_id', 'not_belong_to_logged_in_customer']],
    ])
  }
  const asked = await api.c('GET', `/customers?customer_ids[]=${stranger}`, { token })
  expect(reasons(asked)).toEqual([['customer_ids', 'not_belong_to_logged_in_customer']])
  const again = await api.c('POST', '/customers', { token: await newToken(api), body })
  expect(reasons(again)).toEqual([['email', 'already_exists']])
})

test('autologin needs a password (L16)', async () => {
  const body = { personal_information: {}, autologin: '1' }
  expect(reasons(await api.c('POST', '/customers', { token: await newToken(api), body }))).toEqual([
    ['password', 'required'],
  ])
})

test('a customer that was deleted is gone (L59)', async () => {
  const id = await create({ email: newEmail() })
  await api.db.database.transaction(api.workspaceId, async (connection) => {
    const { rows } = await connection.query<{ id: string }>('select id from profiles where number = $1', [id])
    await deleteProfiles(connection, api.workspaceId, [{ profile: rows[0]?.id ?? '' }], [])
  })
  const answer = await api.e('GET', `/customers/${id}`)
  expect([answer.status, answer.body.error.error_data]).toEqual([
    404,
    { resource_name: 'customers', resource_id: id },
  ])
})

test('a password and a referral code are checked without a credential (L17, L25)', async () => {
  const check = async (type: string, value: unknown) =>
    await api.c('POST', '/customers/actions/validate-customer-data', { token: '', body: { type, value } })
  expect((await check('password', 'short')).body.data).toEqual({ is_valid: false })
  expect((await check('referral_code', 'nobody')).body.data).toEqual({ is_valid: false })
  const id = await create({ email: newEmail() })
  const { shareCode } = await api.db.database.transaction(api.workspaceId, async (connection) => {
    const { rows } = await connection.query<{ id: string }>('select id from profiles where number = $1', [id])
    return await makeShareCode(connection, api.workspaceId, {
      profileId: rows[0]?.id ?? '',
      bindingId: '00000000-0000-0000-0000-000000000000',
      campaignId: 'refer',
      label: 'refer',
      key: 'refer',
    })
  })
  expect((await check('referral_code', shareCode.code)).body.data).toEqual({ is_valid: true })
  const friend = await create({}, { referral_code: shareCode.code })
  const { rows } = await api.db.database.inWorkspace(api.workspaceId, (connection) =>
    connection.query(
      `select f.number::text as friend, a.number::text as advocate from attributions t
       join profiles f on f.id = t.friend_id join profiles a on a.id = t.advocate_id`,
    ),
  )
  expect(rows).toEqual([{ friend, advocate: id }])
  expect(reasons(await check('name', 'x'))).toEqual([['type', 'not_allowed_value']])
  expect(reasons(await check('password', ''))).toEqual([['value', 'required']])
})

test('who could register is told on E, and on C only where the workspace allows it (L33)', async () => {
  const email = newEmail()
  await create({ email, phone: '420700000020' })
  const ask = async (type: string, value: string) =>
    (await api.e('POST', '/customers/actions/check-registration-ability', { body: { type, value } })).body
  expect(await ask('email', email)).toEqual({ data: { registration_ability: false } })
  expect(await ask('email', newEmail())).toEqual({ data: { registration_ability: true } })
  expect(await ask('phone', '+420700000020')).toEqual({ data: { registration_ability: false } })
  expect(reasons({ body: await ask('phone', 'x') })).toEqual([['value', 'invalid_value_format']])
  const onC = await api.c('POST', '/customers/actions/check-registration-ability', {
    token: await newToken(api),
    body: { type: 'email', value: email },
  })
  expect([onC.status, onC.body.error.exception]).toEqual([403, 'interface_not_allowed_exception'])
})

test('a newsletter sign-up answers the same for known and unknown contacts, and adds consents and source only (L73)', async () => {
  const email = newEmail()
  const id = await create({ email, first_name: 'Known', language_id: 'cs', agreement: { agreement_gtc: 1 } })
  const token = await newToken(api)
  const signUp = async (contact: string) => {
    const answer = await api.c('POST', '/customers/actions/newsletters-sign-up', {
      token,
      body: {
        contact,
        customer_source_id: 'site',
        agreements: { agreement_gtc: 0, agreement_marketing_communication: 1 },
        partner_records: [{ partner_id: 'acme' }],
      },
    })
    return [answer.status, answer.text]
  }
  const stranger = newEmail()
  expect(await signUp(email)).toEqual([204, ''])
  expect(await signUp(stranger)).toEqual([204, ''])
  expect((await read(id)).personal_information).toMatchObject({
    first_name: 'Known',
    language_id: 'cs',
    agreement: { agreement_gtc: 1, agreement_marketing_communication: 1 },
  })
  expect(await sourcesOf(id)).toEqual([['site', null]])
  const [made] = ids((await api.e('GET', `/customers?email=${stranger}`)).body)
  expect((await read(made ?? '')).personal_information.agreement).toMatchObject({
    agreement_gtc: 0,
    agreement_marketing_communication: 1,
  })
  expect(await sourcesOf(made ?? '')).toEqual([['site', null]])
  // The token does not reach whom it signed up.
  expect(ids((await api.c('GET', '/customers', { token })).body)).toEqual([])
  // Merely claimed: at the till its owner becomes this customer, on C it is taken.
  const body = { personal_information: { email: stranger } }
  expect(reasons(await api.c('POST', '/customers', { token, body }))).toEqual([['email', 'already_exists']])
  expect(await create({ email: stranger })).toBe(made)
  expect(await create({ email: newEmail() })).not.toBe(made)
})

test('credentials that fail are told alike (L72)', async () => {
  const verify = async (login: object) =>
    await api.e('POST', '/customers/actions/verify-credentials', { body: login })
  const email = newEmail()
  await create({ email })
  for (const login_value of [email, newEmail()]) {
    const answer = await verify({ login_type: 'email', login_value, password: 'Wr0ng-password' })
    expect([answer.status, reasons(answer)]).toEqual([400, [['login_value', 'not_found']]])
  }
})

test('a search tells how much of the terms fits, best first; a strict one wants all of them (L74)', async () => {
  const both = await create({ first_name: 'Sára', last_name: 'Hledaná', birthdate: '1980-05-05' })
  const one = await create({ first_name: 'Sára', last_name: 'Jiná', birthdate: '1980-05-05' })
  const search = async (query: string) =>
    (await api.e('GET', `/customers/actions/search-customers?${query}`)).body
  const terms = 'first_name=s%C3%A1ra&last_name=hledan%C3%A1'
  expect(await search(terms)).toEqual({
    data: {
      strict: [
        { customer_id: both, match: 100 },
        { customer_id: one, match: 50 },
      ],
    },
  })
  expect(await search(`${terms}&birthdate=1980-05-05`)).toEqual({
    data: {
      strict: [
        { customer_id: both, match: 100 },
        { customer_id: one, match: 67 },
      ],
    },
  })
  expect(reasons({ body: await search(`${terms}&mode=strict`) })).toEqual([
    ['birthdate', 'required'],
    ['card_number', 'required'],
  ])
  expect(await search(`${terms}&birthdate=1980-05-05&card_number=9&mode=strict`)).toEqual({
    data: { strict: [] },
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { mergeProfiles } from '../../../core/identity/merge-profiles.ts'
import { unmergeProfiles } from '../../../core/identity/unmerge-profiles.ts'
import { deleteProfiles } from '../../../core/profiles/delete-profiles.ts'
import { findKnownProfiles } from '../../../core/profiles/known-profiles.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { untilSomebodyWaits } from '../../../testing/until-somebody-waits.ts'
import { newToken, type TestCareCloud } from '../carecloud.fixture.ts'
import {
  customersWorkspace,
  idsOf,
  openTestCustomers,
  person,
  reasonsOf,
  type TestCustomers,
} from './customers.fixture.ts'

let customers: TestCustomers
let api: TestCareCloud
beforeAll(async () => {
  customers = await openTestCustomers()
  api = customers.api
})
afterAll(() => customers[Symbol.asyncDispose]())

test('a PUT replaces the person whole; store, language and consents stay unless given (L71)', async () => {
  const id = await customers.create({ ...person, email: customers.newEmail(), phone: '420700000002' })
  const email = customers.newEmail()
  const put = await api.e('PUT', `/customers/${id}`, {
    body: {
      customer: { personal_information: { last_name: 'Novák', email, address: { city: 'Brno' } } },
      customer_source: { customer_source_id: 'site', external_id: 'taken' },
      customer_sources: [{ customer_source_id: 'none' }],
      autologin: 'perhaps',
    },
  })
  expect([put.status, put.text]).toEqual([204, ''])
  expect(await customers.sourcesOf(id)).toEqual([])
  expect((await customers.read(id)).personal_information).toMatchObject({
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
  const { agreement, email: cleared } = (await customers.read(id)).personal_information
  expect([agreement.agreement_gtc, cleared]).toEqual([0, null])
  // What it gave up is free.
  expect(await customers.create({ email, phone: '420700000002' })).toBeDefined()
})

test('what was read can be sent back, also when a store closed or a language went (L50, L71)', async () => {
  const id = await customers.create({ ...person, phone: '420700000003', email: customers.newEmail() })
  await api.db.apply(
    customersWorkspace
      .replace('languages: [en, cs]', 'languages: [en]')
      .replace('[{ id: prague-hq, name: HQ }]', '[]'),
  )
  const customer = await customers.read(id)
  expect(customer.personal_information).toMatchObject({ language_id: null, store_id: null })
  expect((await api.e('PUT', `/customers/${id}`, { body: customer })).status).toBe(204)
  await api.db.apply(customersWorkspace)
  expect((await customers.read(id)).personal_information).toMatchObject({
    language_id: 'cs',
    store_id: 'prague-hq',
  })
})

test('a list is filtered, sorted and paged, with the total of all pages (L37–L40)', async () => {
  const people = [
    { first_name: 'Žofie', last_name: 'Listová', birthdate: '1990-02-03' },
    { first_name: 'Adam', last_name: 'LISTOVÁ', birthdate: '1990-02-03', phone: '420700000010' },
    { first_name: 'Adam', last_name: 'Listová'.padEnd(100, 'x'), birthdate: '1991-02-03' },
  ]
  const made: string[] = []
  for (const one of people) made.push(await customers.create({ ...one, email: customers.newEmail() }))
  const list = async (query: string) => idsOf((await api.e('GET', `/customers?${query}`)).body)
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
  const emails = await Promise.all(
    made.map(async (id) => (await customers.read(id)).personal_information.email),
  )
  expect(await list(`email=${emails[0]?.toUpperCase()}`)).toEqual([zofie])
  expect(await list(`email_list[]=${emails[0]}&email_list[]=${emails[2]}`)).toEqual([zofie, long])
  expect(await list(`email=${emails[0]}&email_list=${emails[2]}`)).toEqual([])
  const zluta = await customers.create({ email: 'ŽLUTÁ@list.example' })
  for (const email of ['ŽLUTÁ@list.example', 'žlutá@LIST.example'])
    expect(await list(`email=${encodeURIComponent(email)}`)).toEqual([zluta])
  expect(await list('email=no-address')).toEqual([])
  expect(await list(`email_list[]=no-address&email_list[]=${emails[2]}`)).toEqual([long])
  const sorted = await list('birthdate=1990-02-03&sort_field=customer_id&sort_direction=desc')
  expect(sorted).toEqual(
    [zofie, adam].toSorted((one = '', other = '') => Number(BigInt(other) - BigInt(one))),
  )
  const page = await api.e('GET', '/customers?birthdate=1990-02-03&count=1&offset=1')
  expect([idsOf(page.body), page.body.data.total_items]).toEqual([[adam], 2])
  const behind = await api.e('GET', '/customers?birthdate=1990-02-03&offset=5')
  expect(behind.body.data).toEqual({ customers: [], total_items: 2 })
  expect(reasonsOf(await api.e('GET', '/customers?sort_field=last_name'))).toEqual([
    ['sort_field', 'not_allowed_value'],
  ])
})

test('a token goes on with whom it made, and with nobody else (L27, L28, L30)', async () => {
  const stranger = await customers.create({ email: customers.newEmail() })
  const token = await newToken(api)
  const email = customers.newEmail()
  const body = { personal_information: { email, first_name: 'Own' }, autologin: false, password: '' }
  const made = await api.c('POST', '/customers', { token, body })
  expect(made.status, made.text).toBe(201)
  const id = made.body.data.customer_id
  expect((await api.c('GET', `/customers/${id}`, { token })).body.data.customer_id).toBe(id)
  expect(idsOf((await api.c('GET', '/customers', { token })).body)).toEqual([id])
  expect(idsOf((await api.c('GET', '/customers', { token: await newToken(api) })).body)).toEqual([])
  for (const [method, options] of [
    ['GET', {}],
    ['PUT', { body: { personal_information: {} } }],
  ] as const) {
    const refused = await api.c(method, `/customers/${stranger}`, { token, ...options })
    expect([refused.status, reasonsOf(refused)]).toEqual([
      400,
      [['customer_id', 'not_belong_to_logged_in_customer']],
    ])
  }
  const asked = await api.c('GET', `/customers?customer_ids[]=${stranger}`, { token })
  expect(reasonsOf(asked)).toEqual([['customer_ids', 'not_belong_to_logged_in_customer']])
  const again = await api.c('POST', '/customers', { token: await newToken(api), body })
  expect(reasonsOf(again)).toEqual([['email', 'already_exists']])
})

test.each(['merged away', 'brought back'])(
  'what is written of a customer that is %s at this moment is written of whom its id names then (L59, S9)',
  async (what) => {
    const [former, survivor] = [await customers.create(), await customers.create()]
    const { database } = api.db
    const workspace = api.db.workspace()
    const run = <T>(work: (connection: Connection) => Promise<T>) => database.transaction(workspace.id, work)
    const ids = await run(async (connection) => {
      const found = await findKnownProfiles(connection, workspace.id, [former, survivor])
      return [former, survivor].map((number) => found.get(number)?.profileId ?? '')
    })
    const [from = '', into = ''] = ids
    const merge = (connection: Connection) =>
      mergeProfiles(connection, workspace, { from, into, cause: 'operator', keepsData: true }, [])
    const merged = what === 'brought back' ? await run(merge) : undefined
    let writing: ReturnType<typeof api.e> | undefined
    await run(async (connection) => {
      if (merged === undefined) await merge(connection)
      else await unmergeProfiles(connection, workspace, merged, [])
      const body = { personal_information: { first_name: 'Zoe' } }
      writing = api.e('PUT', `/customers/${former}`, { body })
      await untilSomebodyWaits(database)
    })
    const written = await writing
    expect([written?.status, written?.text]).toEqual([204, ''])
    expect((await customers.read(former)).personal_information.first_name).toBe('Zoe')
    const other = (await customers.read(survivor)).personal_information.first_name
    expect(other).toBe(merged === undefined ? 'Zoe' : null)
  },
)

test('a customer that was deleted is gone (L59)', async () => {
  const id = await customers.create({ email: customers.newEmail() })
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

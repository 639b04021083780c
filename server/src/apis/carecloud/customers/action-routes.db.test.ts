import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeShareCode } from '../../../core/referral/share-codes.ts'
import { newToken, type TestCareCloud } from '../carecloud.fixture.ts'
import { idsOf, openTestCustomers, reasonsOf, type TestCustomers } from './customers.fixture.ts'

let customers: TestCustomers
let api: TestCareCloud
beforeAll(async () => {
  customers = await openTestCustomers()
  api = customers.api
})
afterAll(() => customers[Symbol.asyncDispose]())

test('a password and a referral code are checked without a credential (L17, L25)', async () => {
  const check = async (type: string, value: unknown) =>
    await api.c('POST', '/customers/actions/validate-customer-data', { token: '', body: { type, value } })
  expect((await check('password', 'short')).body.data).toEqual({ is_valid: false })
  expect((await check('referral_code', 'nobody')).body.data).toEqual({ is_valid: false })
  const id = await customers.create({ email: customers.newEmail() })
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
  const friend = await customers.create({}, { referral_code: shareCode.code })
  const { rows } = await api.db.database.inWorkspace(api.workspaceId, (connection) =>
    connection.query(
      `select f.number::text as friend, a.number::text as advocate from attributions t
       join profiles f on f.id = t.friend_id join profiles a on a.id = t.advocate_id`,
    ),
  )
  expect(rows).toEqual([{ friend, advocate: id }])
  expect(reasonsOf(await check('name', 'x'))).toEqual([['type', 'not_allowed_value']])
  expect(reasonsOf(await check('password', ''))).toEqual([['value', 'required']])
})

test('who could register is told on E, and on C only where the workspace allows it (L33)', async () => {
  const email = customers.newEmail()
  await customers.create({ email, phone: '420700000020' })
  const ask = async (type: string, value: string) =>
    (await api.e('POST', '/customers/actions/check-registration-ability', { body: { type, value } })).body
  expect(await ask('email', email)).toEqual({ data: { registration_ability: false } })
  expect(await ask('email', customers.newEmail())).toEqual({ data: { registration_ability: true } })
  expect(await ask('phone', '+420700000020')).toEqual({ data: { registration_ability: false } })
  expect(reasonsOf({ body: await ask('phone', 'x') })).toEqual([['value', 'invalid_value_format']])
  const onC = await api.c('POST', '/customers/actions/check-registration-ability', {
    token: await newToken(api),
    body: { type: 'email', value: email },
  })
  expect([onC.status, onC.body.error.exception]).toEqual([403, 'interface_not_allowed_exception'])
})

test('a newsletter sign-up answers the same for known and unknown contacts, and adds consents and source only (L73)', async () => {
  const email = customers.newEmail()
  const id = await customers.create({
    email,
    first_name: 'Known',
    language_id: 'cs',
    agreement: { agreement_gtc: 1 },
  })
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
  const stranger = customers.newEmail()
  expect(await signUp(email)).toEqual([204, ''])
  expect(await signUp(stranger)).toEqual([204, ''])
  expect((await customers.read(id)).personal_information).toMatchObject({
    first_name: 'Known',
    language_id: 'cs',
    agreement: { agreement_gtc: 1, agreement_marketing_communication: 1 },
  })
  expect(await customers.sourcesOf(id)).toEqual([['site', null]])
  const [made] = idsOf((await api.e('GET', `/customers?email=${stranger}`)).body)
  expect((await customers.read(made ?? '')).personal_information.agreement).toMatchObject({
    agreement_gtc: 0,
    agreement_marketing_communication: 1,
  })
  expect(await customers.sourcesOf(made ?? '')).toEqual([['site', null]])
  // The token does not reach whom it signed up.
  expect(idsOf((await api.c('GET', '/customers', { token })).body)).toEqual([])
  // Merely claimed: at the till its owner becomes this customer, on C it is taken.
  const body = { personal_information: { email: stranger } }
  expect(reasonsOf(await api.c('POST', '/customers', { token, body }))).toEqual([['email', 'already_exists']])
  expect(await customers.create({ email: stranger })).toBe(made)
  expect(await customers.create({ email: customers.newEmail() })).not.toBe(made)
})

test('credentials that fail are told alike (L72)', async () => {
  const verify = async (login: object) =>
    await api.e('POST', '/customers/actions/verify-credentials', { body: login })
  const email = customers.newEmail()
  await customers.create({ email })
  for (const login_value of [email, customers.newEmail()]) {
    const answer = await verify({ login_type: 'email', login_value, password: 'Wr0ng-password' })
    expect([answer.status, reasonsOf(answer)]).toEqual([400, [['login_value', 'not_found']]])
  }
})

test('a search tells how much of the terms fits, best first; a strict one wants all of them (L74)', async () => {
  const both = await customers.create({ first_name: 'Sára', last_name: 'Hledaná', birthdate: '1980-05-05' })
  const one = await customers.create({ first_name: 'Sára', last_name: 'Jiná', birthdate: '1980-05-05' })
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
  expect(reasonsOf({ body: await search(`${terms}&mode=strict`) })).toEqual([
    ['birthdate', 'required'],
    ['card_number', 'required'],
  ])
  expect(await search(`${terms}&birthdate=1980-05-05&card_number=9&mode=strict`)).toEqual({
    data: { strict: [] },
  })
})

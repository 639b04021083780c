import { describe, expect, it } from 'vitest'
import { describeReply, type Fields } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { backEnd, client, createdId, expectNothing, expectRefused, faultsOf, newDevice, other } from './cc.ts'
import { aCustomer, aMember, logIn, password, personalOf, uniquePhone } from './people.ts'

const back = backEnd()

describe('validate-customer-data', () => {
  const validate = (body: unknown, who = client('customer', undefined)) =>
    who.post('/customers/actions/validate-customer-data', body)

  it('L17, L25: tells of a password to anybody, on both interfaces', async () => {
    for (const which of ['customer', 'enterprise'] as const) {
      const anybody = client(which, undefined)
      const check = (value: unknown) =>
        anybody.calculate('/customers/actions/validate-customer-data', { type: 'password', value })
      expect(await check(password)).toEqual({ is_valid: true })
      expect(await check('Password1')).toEqual({ is_valid: false })
      expect(await check(12345678)).toEqual({ is_valid: false })
    }
  })

  it('L70: tells of a referral code', async () => {
    const check = { type: 'referral_code', value: unique('none') }
    expect(await back.calculate('/customers/actions/validate-customer-data', check)).toEqual({
      is_valid: false,
    })
  })

  it('L42: fields are required, types are two', async () => {
    expect([...faultsOf(await validate({}))].sort()).toEqual(['type: required', 'value: required'])
    expectRefused(await validate({ type: 'phone', value: 'x' }), 'type', 'not_allowed_value')
  })
})

describe('check-registration-ability', () => {
  const check = async (type: string, value: unknown) =>
    (await back.calculate('/customers/actions/check-registration-ability', { type, value }))
      .registration_ability

  it('L33, L61: true for a free contact, false for a taken one', async () => {
    const phone = uniquePhone()
    const { email } = await aCustomer({ phone })
    expect([
      await check('email', uniqueEmail()),
      await check('email', email.toUpperCase()),
      await check('phone', uniquePhone()),
      await check('phone', `+${phone}`),
      await check('phone', Number(phone)),
    ]).toEqual([true, false, true, false, false])
  })

  it('L42: what is no e-mail or phone is refused', async () => {
    const post = (body: Fields) => back.post('/customers/actions/check-registration-ability', body)
    expectRefused(await post({ type: 'email', value: 'x' }), 'value', 'invalid_value_format')
    expectRefused(await post({ type: 'phone', value: 'x' }), 'value', 'invalid_value_format')
    expectRefused(await post({ type: 'card', value: 'x' }), 'type', 'not_allowed_value')
    expect([...faultsOf(await post({}))].sort()).toEqual(['type: required', 'value: required'])
  })
})

describe('newsletters-sign-up', () => {
  const signUp = (body: Fields, who = back) =>
    who.post('/customers/actions/newsletters-sign-up', { customer_source_id: 'eshop', ...body })

  const agreements = { agreement_marketing_communication: 1, agreement_profiling: 0 }

  async function found(query: string): Promise<Fields> {
    const { items, total } = await back.list(`/customers?${query}`)
    expect(total).toBe(1)
    return items[0] ?? {}
  }

  it('L73: an unknown contact becomes a customer, by e-mail or phone, on both interfaces', async () => {
    for (const who of [back, await newDevice()]) {
      const email = uniqueEmail()
      expectNothing(await signUp({ contact: email, agreements, language_id: 'cs' }, who))
      const customer = await found(`email=${email}`)
      expect(customer.personal_information).toMatchObject({
        email,
        language_id: 'cs',
        agreement: { agreement_marketing_communication: 1 },
      })
      const phone = uniquePhone()
      expectNothing(await signUp({ contact: `+${phone}` }, who))
      expect((await found(`phone=${phone}`)).personal_information).toMatchObject({ phone, email: null })
      const sources = await back.list(`/customers/${customer.customer_id}/customer-source-records`)
      expect(sources.items).toEqual([
        expect.objectContaining({ customer_source_id: 'eshop', external_id: null }),
      ])
    }
  })

  it('L73: for a known contact it only adds consents of 1 and the source', async () => {
    const person = await aCustomer({
      first_name: 'Ann',
      language_id: 'de',
      consents: [
        { consent_id: 'profiling', consent_value: 1 },
        { consent_id: 'gtc', consent_value: 0 },
      ],
    })
    for (const who of [back, await newDevice()]) {
      const contact = person.email.toUpperCase()
      expectNothing(
        await signUp({ contact, agreements: { ...agreements, agreement_gtc: 2 }, language_id: 'cs' }, who),
      )
      expect(await personalOf(person.id)).toMatchObject({
        email: person.email,
        first_name: 'Ann',
        language_id: 'de',
        agreement: { agreement_gtc: 0, agreement_profiling: 1, agreement_marketing_communication: 1 },
      })
      const sources = await back.list(`/customers/${person.id}/customer-source-records`)
      expect(sources.items.map(({ customer_source_id }) => customer_source_id)).toEqual(['eshop'])
    }
  })

  it('L73: again, and at the same moment, it is one customer', async () => {
    const contact = uniqueEmail()
    const device = await newDevice()
    const replies = await Promise.all(Array.from({ length: 6 }, () => signUp({ contact }, device)))
    expect(replies.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204, 204])
    await found(`email=${contact}`)
  })

  it('L73, L27: nothing tells which, and the token reaches nobody by it', async () => {
    const device = await newDevice()
    const known = await aCustomer()
    const [one, two] = [
      await signUp({ contact: known.email }, device),
      await signUp({ contact: uniqueEmail() }, device),
    ]
    const comparable = ({ status, headers }: typeof one) => [status, Object.keys(headers).sort()]
    expect(comparable(one)).toEqual(comparable(two))
    expect((await device.list('/customers')).total).toBe(0)
  })

  it('L73, L42: what cannot be read is refused', async () => {
    expect([...faultsOf(await back.post('/customers/actions/newsletters-sign-up', {}))].sort()).toEqual([
      'contact: required',
      'customer_source_id: required',
    ])
    expectRefused(await signUp({ contact: 'nonsense' }), 'contact', 'invalid_value_format')
    expectRefused(
      await signUp({ contact: uniqueEmail(), customer_source_id: 'none' }),
      'customer_source_id',
      'not_found',
    )
    expectRefused(
      await signUp({ contact: uniqueEmail(), agreements: { agreement_gtc: 5 } }),
      'agreement_gtc',
      'not_allowed_value',
    )
    expectRefused(
      await signUp({ contact: uniqueEmail(), partner_records: [{ partner_id: 'none' }] }),
      'partner_id',
      'not_found',
    )
    expectRefused(await signUp({ contact: uniqueEmail(), language_id: 'xx' }), 'language_id', 'not_found')
  })
})

describe('verify-credentials', () => {
  const verify = (body: Fields) => back.post('/customers/actions/verify-credentials', body)

  it('L72: the customer, by e-mail or phone', async () => {
    const phone = uniquePhone()
    const { id, email } = await aCustomer({ phone }, { password })
    for (const [login_type, login_value] of [
      ['email', email],
      ['phone', `+${phone}`],
    ])
      expect(
        await back.calculate('/customers/actions/verify-credentials', { login_type, login_value, password }),
      ).toEqual({ customer_id: id })
  })

  it('L72: whatever is wrong, it is 400 login_value not_found', async () => {
    const { email } = await aCustomer({}, { password })
    for (const [login_value, given] of [
      [email, 'Wrong-horse-1'],
      [uniqueEmail(), password],
      [(await aCustomer()).email, password],
    ])
      expectRefused(
        await verify({ login_type: 'email', login_value, password: given }),
        'login_value',
        'not_found',
      )
    expect([...faultsOf(await verify({}))].sort()).toEqual([
      'login_type: required',
      'login_value: required',
      'password: required',
    ])
    expectRefused(
      await verify({ login_type: 'x', login_value: email, password }),
      'login_type',
      'not_allowed_value',
    )
  })
})

describe('search-customers', () => {
  const path = '/customers/actions/search-customers'
  const search = async (query: Readonly<Record<string, string>>) =>
    (await back.read(`${path}?${new URLSearchParams(query)}`)).strict as readonly Fields[]

  it('L74: match is the per cent of what fits; 50 or more, best first', async () => {
    const last_name = unique('Family')
    const ann = await aCustomer({ first_name: 'Ann', last_name, birthdate: '1990-01-02' })
    const bob = await aCustomer({ first_name: 'Bob', last_name, birthdate: '1990-01-02' })
    const cid = await aCustomer({ first_name: 'Cid', last_name, birthdate: '1991-01-02' })
    const matches = async (query: Readonly<Record<string, string>>) =>
      (await search(query))
        .filter(({ customer_id }) => [ann.id, bob.id, cid.id].includes(String(customer_id)))
        .map(({ customer_id, match }) => [customer_id, match])
    expect(await matches({ first_name: 'ann', last_name, birthdate: '1990-01-02' })).toEqual([
      [ann.id, 100],
      [bob.id, expect.closeTo(66.67, 0)],
    ])
    expect(await matches({ last_name: last_name.toUpperCase(), birthdate: '2.1.1991' })).toEqual([
      [cid.id, 100],
      [ann.id, 50],
      [bob.id, 50],
    ])
    expect((await search({ last_name })).map(({ match }) => match)).toEqual([100, 100, 100])
  })

  it('L74: by card, and strictly by all four', async () => {
    const last_name = unique('Family')
    const ann = await aCustomer({ first_name: 'Ann', last_name, birthdate: '1990-01-02' })
    const { card_id } = await back.calculate('/cards/actions/assign-free-card', {
      card_type_id: 'plastic',
      customer_id: ann.id,
    })
    const card_number = String((await back.read(`/cards/${card_id}`)).card_number)
    expect(await search({ card_number })).toEqual([{ customer_id: ann.id, match: 100 }])
    const all = { mode: 'strict', first_name: 'Ann', last_name, birthdate: '1990-01-02', card_number }
    expect(await search(all)).toEqual([{ customer_id: ann.id, match: 100 }])
    expect(await search({ ...all, first_name: 'Eve' })).toEqual([])
    const reply = await back.get(`${path}?mode=strict&first_name=Ann&card_number=${card_number}`)
    expect([...faultsOf(reply)].sort()).toEqual(['birthdate: required', 'last_name: required'])
  })

  it('L74: nothing asked for is nobody found, at most 100', async () => {
    expect(await search({})).toEqual([])
    expect(await search({ first_name: unique('Nobody') })).toEqual([])
    expect((await search({ first_name: 'Ann' })).length).toBeLessThanOrEqual(100)
  })
})

describe('partners and statuses', () => {
  const partnersOf = async (id: string) =>
    (await back.list(`/customers/${id}/partner-records`)).items.map(({ partner_id }) => partner_id)

  it('L70, L77: set-partners replaces all', async () => {
    const { id } = await aCustomer()
    const set = (partner_records: unknown) =>
      back.post('/customers/actions/set-partners', { customer_id: id, partner_records })
    expectNothing(await set([{ partner_id: 'gelato' }]))
    expect(await partnersOf(id)).toEqual(['gelato'])
    expectNothing(await set([{ partner_id: 'acme' }]))
    expect(await partnersOf(id)).toEqual(['acme'])
    expectNothing(await set([{ partner_id: 'acme' }, { partner_id: 'gelato' }]))
    expect([...(await partnersOf(id))].sort()).toEqual(['acme', 'gelato'])
    expectNothing(await set([]))
    expect(await partnersOf(id)).toEqual([])
    expectRefused(await set([{ partner_id: 'none' }]), 'partner_id', 'not_found')
    const reply = await back.post('/customers/actions/set-partners', {})
    expect([...faultsOf(reply)].sort()).toEqual(['customer_id: required', 'partner_records: required'])
    expectRefused(
      await back.post('/customers/actions/set-partners', { customer_id: '1', partner_records: [] }),
      'customer_id',
      'not_found',
    )
  })

  it('L77: a partner record is added and deleted, and a second one is refused', async () => {
    const { id } = await aCustomer()
    const path = `/customers/${id}/partner-records`
    const post = (partner_id: string) => back.post(path, { partner_record: { partner_id } })
    expectRefused(await post('acme'), 'partner_id', 'relation_already_exists')
    expectRefused(await post('none'), 'partner_id', 'not_found')
    const { items } = await back.list(path)
    const [acme] = items
    expect(items).toEqual(
      ['acme', 'gelato'].map((partner_id) =>
        expect.objectContaining({ partner_id, partner_record_id: expect.any(String) }),
      ),
    )
    expectNothing(await back.remove(`${path}/${acme?.partner_record_id}`))
    expect((await back.remove(`${path}/${acme?.partner_record_id}`)).status).toBe(404)
    expect(await partnersOf(id)).toEqual(['gelato'])
    createdId(await post('acme'))
    expect([...(await partnersOf(id))].sort()).toEqual(['acme', 'gelato'])
  })

  it('L33: where it is allowed, a customer adds a partner to themselves', async () => {
    const member = await aMember({}, {}, other)
    const there = backEnd(other)
    expectNothing(
      await there.post('/customers/actions/set-partners', { customer_id: member.id, partner_records: [] }),
    )
    const record = { partner_record: { partner_id: 'lone' } }
    createdId(await member.post(`/customers/${member.id}/partner-records`, record))
    expect((await there.list(`/customers/${member.id}/partner-records`)).total).toBe(1)
  })

  it('L102: set-status-record ends the old record, and one is valid now', async () => {
    const { id } = await aCustomer()
    const { status_record_id } = await back.calculate('/customers/actions/set-status-record', {
      status_id: 'gold',
      customer_id: id,
    })
    const now = await back.list(`/customers/${id}/status-records?valid_now=true`)
    expect(now.items).toEqual([expect.objectContaining({ status_record_id, status_id: 'gold', state: 1 })])
    const all = await back.list(`/customers/${id}/status-records`)
    expect(all.items.map(({ status_id, state }) => [status_id, state]).sort()).toEqual([
      ['bronze', 2],
      ['gold', 1],
    ])
    expectRefused(
      await back.post('/customers/actions/set-status-record', { status_id: 'none', customer_id: id }),
      'status_id',
      'not_found',
    )
    const reply = await back.post('/customers/actions/set-status-record', {})
    expect([...faultsOf(reply)].sort()).toEqual(['customer_id: required', 'status_id: required'])
  })
})

it('L27: whom a sign-up made, no token logs into without a password', async () => {
  const email = uniqueEmail()
  const device = await newDevice()
  const body = { contact: email, customer_source_id: 'eshop' }
  expectNothing(await device.post('/customers/actions/newsletters-sign-up', body))
  for (const given of [password, 'null', ' ']) expect(await logIn(device, email, given)).toBe(401)
  const reply = await device.get(`/customers?email=${email}`)
  expect(reply.status, describeReply(reply)).toBe(200)
  expect(reply.body.toString()).not.toContain(email)
})

import { describe, expect, it } from 'vitest'
import { describeReply, type Fields } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { acme, backEnd, carecloud, createdId, expectNothing, expectRefused, newDevice } from './cc.ts'
import { aCustomer, personalOf, uniquePhone } from './people.ts'

const back = backEnd()

async function stored(personal: Fields): Promise<Fields> {
  return personalOf((await aCustomer(personal)).id)
}

async function refusal(personal: Fields, name: string, reason: string): Promise<void> {
  expectRefused(await back.post('/customers', { personal_information: personal }), name, reason)
}

describe('texts and numbers', () => {
  it('L45: text fields take numbers and answer text', async () => {
    const phone = Number(uniquePhone())
    const person = await stored({ phone, first_name: 7, address: { zip: 11000, address2: 35, city: 0 } })
    expect(person).toMatchObject({
      phone: String(phone),
      first_name: '7',
      address: { zip: '11000', address2: '35', city: '0' },
    })
    const external_id = Math.floor(Math.random() * 1e15)
    const { id } = await aCustomer({}, { customer_sources: [{ customer_source_id: 'eshop', external_id }] })
    const { items } = await back.list(`/customers/${id}/customer-source-records`)
    expect(items).toEqual([expect.objectContaining({ external_id: String(external_id) })])
    expect((await back.list(`/customer-source-records?external_id=${external_id}`)).items).toEqual(items)
  })

  it('L45, L51: number fields take numeric text and answer numbers', async () => {
    const { id } = await aCustomer()
    for (const [amount, assigned] of [
      ['700.50', 700.5],
      [' 12 ', 12],
      [21.499999999999996, 21.5],
      [0.125, 0.13],
      ['1.005', 1.01],
      ['1e2', 100],
      [3, 3],
      ['99999.99', 99_999.99],
    ] as const) {
      const body = { amount, customer_id: id, partner_id: 'acme' }
      const pointId = await back.create('/points/actions/assign-points', body)
      expect((await back.read(`/points/${pointId}`)).assigned_points, String(amount)).toBe(assigned)
    }
  })

  it.each(['abc', '1,5', '1 000', '0x10', 'Infinity', 'NaN', {}, [], [1], true, '--1', '1e'])(
    'L45: %j is no number',
    async (amount) => {
      const { id } = await aCustomer()
      const reply = await back.post('/points/actions/assign-points', {
        amount,
        customer_id: id,
        partner_id: 'acme',
      })
      expect(reply.status, describeReply(reply)).toBe(400)
      expect((await back.list(`/points?customer_id=${id}`)).total).toBe(0)
    },
  )

  it('L46: null and "" mean that nothing was given', async () => {
    const nothing = ['salutation', 'gender', 'first_name', 'birthdate', 'phone', 'store_id', 'language_id']
    for (const empty of [null, '']) {
      const given = Object.fromEntries(nothing.map((name) => [name, empty]))
      const person = await stored({ ...given, address: { zip: empty, country_code: empty } })
      expect(person).toMatchObject({
        salutation: null,
        gender: null,
        first_name: null,
        birthdate: null,
        phone: null,
        store_id: null,
        language_id: 'en',
        address: { zip: null, country_code: null },
      })
    }
    const { id } = await aCustomer(
      { address: null, agreement: null, consents: '' },
      { customer_source: null, property_records: '', password: null, autologin: '', referral_code: '' },
    )
    expect((await back.read(`/customers/${id}`)).state).toBe(1)
  })

  it.each([true, false, 1, 0, 'true', 'FALSE', 'True', '1', '0', 'false'])(
    'L46: %j is a boolean',
    async (value) => {
      const device = await newDevice()
      expectNothing(await device.put(`/tokens/${device.token}`, { setup: { allowed_gps: value } }))
      expect((await back.get(`/stores?visible_for_customer=${value}`)).status).toBe(200)
      const { id } = await aCustomer(
        {},
        { property_records: [{ property_id: 'vip', property_value: value }] },
      )
      const { items } = await back.list(`/customers/${id}/property-records`)
      expect(items[0]?.property_value).toBe(['true', '1'].includes(String(value).toLowerCase()))
    },
  )

  it.each(['yes', 'on', 2, -1, 'null', [], {}, 'truee'])('L46: %j is none', async (value) => {
    const device = await newDevice()
    const reply = await device.put(`/tokens/${device.token}`, { setup: { allowed_gps: value } })
    expectRefused(reply, 'allowed_gps', 'invalid_value_format')
  })
})

describe('times', () => {
  /** A date-time as a status record keeps it. */
  async function validTo(valid_to: unknown): Promise<unknown> {
    const { id } = await aCustomer()
    const body = { status_id: 'gold', customer_id: id, valid_to }
    await back.calculate('/customers/actions/set-status-record', body)
    return (await back.list(`/customers/${id}/status-records?valid_now=true`)).items[0]?.valid_to
  }

  it.each([
    ['2031-03-10 15:05:49', '2031-03-10 15:05:49'],
    ['2031-03-10T15:05:49', '2031-03-10 15:05:49'],
    ['2031-03-10 15:05:49.987', '2031-03-10 15:05:49'],
    ['2031-03-10T15:05:49.123456', '2031-03-10 15:05:49'],
    ['2031-03-10T15:05:49Z', '2031-03-10 16:05:49'],
    ['2031-07-10T15:05:49Z', '2031-07-10 17:05:49'],
    ['2031-03-10T15:05:49+05:30', '2031-03-10 10:35:49'],
    ['2031-03-10 15:05:49-0800', '2031-03-11 00:05:49'],
    ['2031-03-10', '2031-03-10 23:59:59'],
    ['10.03.2031', '2031-03-10 23:59:59'],
    ['10.03.2031 15:05:49', '2031-03-10 15:05:49'],
    // The clock skips 02:00 to 03:00 on 2031-03-30, and repeats it on 2031-10-26: the offset before the change counts.
    ['2031-03-30 02:30:00', '2031-03-30 03:30:00'],
    ['2031-10-26 02:30:00', '2031-10-26 02:30:00'],
    ['2031-10-26T00:30:00Z', '2031-10-26 02:30:00'],
    ['2032-02-29', '2032-02-29 23:59:59'],
  ])('L47: %s is %s, local', async (sent, answered) => {
    expect(await validTo(sent)).toBe(answered)
  })

  it.each([
    '2031-13-10',
    '2031-02-30 10:00:00',
    '2031-02-29',
    '2031-03-10 24:30:00',
    '2031-03-10 15:60:00',
    '10/03/2031',
    'tomorrow',
    '2031-3',
    '20310310',
    '2031-03-10 15:05:49 Europe/Prague',
    '2031-03-10T15:05:49+99:00',
    '31.02.2031',
    {},
    [],
    true,
  ])('L47: %j is no date-time', async (valid_to) => {
    const { id } = await aCustomer()
    const body = { status_id: 'gold', customer_id: id, valid_to }
    expectRefused(
      await back.post('/customers/actions/set-status-record', body),
      'valid_to',
      'invalid_value_format',
    )
  })

  it.each([
    ['1993-01-21', '1993-01-21'],
    ['21.1.1993', '1993-01-21'],
    ['21.01.1993', '1993-01-21'],
    ['1.2.1993', '1993-02-01'],
    ['1993-01-21 22:15:00', '1993-01-21'],
    ['1993-01-21T00:00:00', '1993-01-21'],
    ['1993-01-21T23:30:00.000', '1993-01-21'],
    ['1904-02-29', '1904-02-29'],
  ])('L47: the date %s is %s', async (birthdate, answered) => {
    expect(await stored({ birthdate })).toMatchObject({ birthdate: answered })
  })

  it.each(['1993-02-30', '1993', '21/1/1993', '32.1.1993', 'x', '1993-01-21T99:00:00', 19_930_121])(
    'L47: %j is no date',
    async (birthdate) => {
      await refusal({ birthdate }, 'birthdate', 'invalid_value_format')
    },
  )

  it('L47: filters that end in _to take a day to its end, others from its beginning', async () => {
    const { id } = await aCustomer()
    const bill = (time: string) => ({
      store_id: 'prague-hq',
      customer_id: id,
      bill: {
        bill_id: unique('bill'),
        payment_time: time,
        currency_id: 'EUR',
        total_price: 1,
        bill_items: [{ bill_item_id: '1', paid_amount: 1 }],
      },
    })
    for (const time of ['2026-03-10 00:00:00', '2026-03-10 23:59:59', '2026-03-11 00:00:00'])
      createdId(await back.post('/purchases/actions/send-purchase', bill(time)))
    const total = async (query: string) => (await back.list(`/purchases?customer_id=${id}&${query}`)).total
    expect([
      await total('payment_time_to=2026-03-10'),
      await total('payment_time_from=2026-03-10&payment_time_to=10.03.2026'),
      await total('payment_time_from=2026-03-11'),
      await total('payment_time_from=2026-03-10T23:59:59&payment_time_to=2026-03-11%2000:00:00'),
      await total('payment_time_from=2026-03-09T23:00:00Z&payment_time_to=2026-03-10T22:59:59Z'),
    ]).toEqual([2, 2, 1, 2, 2])
  })
})

describe('phones', () => {
  it.each([
    (phone: string) => phone,
    (phone: string) => `+${phone}`,
    (phone: string) => `00${phone}`,
    (phone: string) => `+${phone.slice(0, 3)} ${phone.slice(3, 6)} ${phone.slice(6)}`,
    (phone: string) => `(${phone.slice(0, 3)}) ${phone.slice(3, 6)}-${phone.slice(6, 9)}/${phone.slice(9)}`,
    (phone: string) => `${phone.slice(0, 3)}.${phone.slice(3)}`,
  ])('L48: spelling %# is answered as digits', async (spell) => {
    const phone = uniquePhone()
    const { id } = await aCustomer({ phone: spell(phone) })
    expect(await personalOf(id)).toMatchObject({ phone })
    await refusal({ phone: `+${phone}` }, 'phone', 'already_exists')
  })

  it.each([
    '12345',
    '0420221634695',
    '1234567890123456',
    'abc',
    '+',
    '420 22x 1634',
    '420221634695#1',
    '٤٢٠٢٢١٦٣٤٦٩٥',
    {},
    [],
  ])('L48: %j is no phone', async (phone) => {
    await refusal({ phone }, 'phone', 'invalid_value_format')
  })
})

describe('enumerations', () => {
  it('L49: gender 1 to 5, and null', async () => {
    for (const gender of [1, 2, 3, 4, 5, null]) expect(await stored({ gender })).toMatchObject({ gender })
    expect(await stored({ gender: '2' })).toMatchObject({ gender: 2 })
    for (const gender of [0, 6, 1.5, -1, 'male', true, {}])
      await refusal({ gender }, 'gender', 'not_allowed_value')
  })

  it('L49: consents are 0, 1 or 2', async () => {
    for (const value of [0, 1, 2, '1']) {
      const person = await stored({ consents: [{ consent_id: 'gtc', consent_value: value }] })
      expect((person.agreement as Fields).agreement_gtc).toBe(Number(value))
    }
    for (const value of [3, -1, 'yes', true, 0.5]) {
      const consents = [{ consent_id: 'gtc', consent_value: value }]
      await refusal({ consents }, 'consent_value', 'not_allowed_value')
      await refusal({ agreement: { agreement_gtc: value } }, 'agreement_gtc', 'not_allowed_value')
    }
  })

  it('L49: error_processing is 1 or 2, reward_list_type F, C or A', async () => {
    const { id } = await aCustomer()
    const batch = { property_records: [{ property_id: 'shoe_size', property_value: 1 }] }
    for (const error_processing of [1, 2, '2', null])
      expectNothing(
        await back.post(`/customers/${id}/property-records/batch`, { ...batch, error_processing }),
      )
    for (const error_processing of [0, 3, 'x'])
      expectRefused(
        await back.post(`/customers/${id}/property-records/batch`, { ...batch, error_processing }),
        'error_processing',
        'not_allowed_value',
      )
  })

  it('L50: language, country and currency must be there', async () => {
    for (const language_id of ['en', 'cs', 'de'])
      expect(await stored({ language_id })).toMatchObject({ language_id })
    for (const language_id of ['fr', 'xx', 'english', 7])
      await refusal({ language_id }, 'language_id', 'not_found')
    for (const [country_code, answered] of [
      ['cz', 'cz'],
      ['CZ', 'cz'],
      ['De', 'de'],
    ] as const)
      expect(await stored({ address: { country_code } })).toMatchObject({
        address: { country_code: answered },
      })
    for (const country_code of ['zz', 'cze', 'x', 'Czechia', 42])
      await refusal({ address: { country_code } }, 'country_code', 'not_found')
  })

  it('L50: who says no language gets the workspace’s', async () => {
    expect(await stored({})).toMatchObject({ language_id: 'en' })
  })
})

describe('e-mail', () => {
  it.each([
    'a',
    'a@',
    '@b',
    'a b@example.com',
    'a@b@example.com',
    'Ann <a@example.com>',
    'a@exa mple.com',
    7,
    {},
    [],
  ])('L68: %j is none', async (email) => {
    const reply = await back.post('/customers', { personal_information: { email } })
    expectRefused(reply, 'email', 'invalid_value_format')
  })

  it('S10, L40: outer blanks fall off; letter case is kept and means nothing', async () => {
    const email = uniqueEmail('Mixed.CASE')
    const reply = await carecloud({
      method: 'POST',
      path: '/rest-api/enterprise-interface/v1.0/customers',
      headers: { Host: acme.host, Authorization: `Bearer ${acme.masterKey}` },
      body: JSON.stringify({ personal_information: { email: `  ${email}\t` } }),
    })
    const id = createdId(reply)
    expect(String((await personalOf(id)).email).toLowerCase()).toBe(email.toLowerCase())
    await refusal({ email: email.toUpperCase() }, 'email', 'already_exists')
    expect((await back.list(`/customers?email=${email.toLowerCase()}`)).total).toBe(1)
  })
})

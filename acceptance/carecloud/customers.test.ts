import { describe, expect, it } from 'vitest'
import { describeReply, type Fields } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { backEnd, expectNotFound, expectNothing, operator, other } from './cc.ts'
import { anId, aTime } from './conventions.ts'
import { aCustomer, aMember, emptyAddress, personalOf, wholePerson } from './people.ts'

const back = backEnd()

describe('the object', () => {
  it('L65: every field is always there; unset ones are null', async () => {
    const id = await back.create('/customers', { personal_information: {} })
    expect(await back.read(`/customers/${id}`)).toEqual({
      customer_id: id,
      personal_information: {
        salutation: null,
        gender: null,
        first_name: null,
        last_name: null,
        pre_nominals: null,
        post_nominals: null,
        birthdate: null,
        email: null,
        phone: null,
        language_id: 'en',
        store_id: null,
        address: emptyAddress,
        agreement: {
          agreement_gtc: 2,
          agreement_profiling: 2,
          agreement_marketing_communication: 2,
          custom_agreements: [{ agreement_id: 'club', agreement_value: 2 }],
        },
        consents: ['gtc', 'profiling', 'marketing-communication', 'club'].map((consent_id) => ({
          consent_id,
          consent_value: 2,
          last_change: null,
        })),
      },
      doi_email: null,
      doi_phone: null,
      last_change: expect.stringMatching(aTime),
      state: 1,
    })
  })

  it('L65: what was said comes back, in the list as in the item', async () => {
    const person = wholePerson()
    const { id } = await aCustomer(person)
    const customer = await back.read(`/customers/${id}`)
    expect(customer.personal_information).toMatchObject(person)
    expect((await back.list(`/customers?email=${person.email}`)).items).toEqual([customer])
    expect((await back.list(`/customers?customer_ids[]=${id}`)).items).toEqual([customer])
  })

  it('L63, L65: where the workspace lists no consent, the three standard ones are there', async () => {
    const { id } = await aCustomer({}, {}, other)
    const there = backEnd(other)
    expect((await there.read(`/customers/${id}`)).personal_information).toMatchObject({
      agreement: {
        agreement_gtc: 2,
        agreement_profiling: 2,
        agreement_marketing_communication: 2,
        custom_agreements: [],
      },
      consents: ['gtc', 'profiling', 'marketing-communication'].map((consent_id) =>
        expect.objectContaining({ consent_id, consent_value: 2 }),
      ),
    })
    const consents = [{ consent_id: 'gtc', consent_value: 1 }]
    const given = await aCustomer({ consents }, {}, other)
    expect((await personalOf(given.id, other)).agreement).toMatchObject({ agreement_gtc: 1 })
  })

  it('L66: a salutation that was not given is made of the names', async () => {
    const of = async (personal: Fields, query = '') => {
      const { id } = await aCustomer(personal)
      const read = await back.read(`/customers/${id}${query}`)
      const [listed] = (await back.list(`/customers${query ? `${query}&` : '?'}customer_ids=${id}`)).items
      expect(listed?.personal_information).toEqual(read.personal_information)
      return (read.personal_information as Fields).salutation
    }
    const short = '?customer_short_salutation=true'
    expect([
      await of({ first_name: 'John', last_name: 'Smith' }),
      await of({ first_name: 'John', last_name: 'Smith' }, short),
      await of({ first_name: 'John', last_name: 'Smith' }, '?customer_short_salutation=0'),
      await of({ last_name: 'Smith' }),
      await of({ last_name: 'Smith' }, short),
      await of({}),
      await of({ salutation: 'Sir John', first_name: 'John' }),
      await of({ salutation: 'Sir John', first_name: 'John' }, short),
    ]).toEqual(['John Smith', 'John', 'John Smith', 'Smith', null, null, 'Sir John', 'Sir John'])
  })

  it('L58: customers’ ids are opaque and not in a row', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, async () => (await aCustomer()).id))
    for (const id of ids) expect(id).toMatch(anId)
    expect(new Set(ids).size).toBe(5)
    const near = ids.flatMap((id) => [String(BigInt(id) + 1n), String(BigInt(id) - 1n)])
    for (const id of near) expectNotFound(await back.get(`/customers/${id}`), 'customers', id)
  })
})

describe('replacing', () => {
  it('L71: personal_information is replaced whole, the address too', async () => {
    const person = wholePerson()
    const { id } = await aCustomer(person)
    expectNothing(
      await back.put(`/customers/${id}`, {
        personal_information: { first_name: 'Jane', address: { city: 'Brno' } },
      }),
    )
    expect(await personalOf(id)).toMatchObject({
      salutation: 'Jane',
      gender: null,
      first_name: 'Jane',
      last_name: null,
      pre_nominals: null,
      post_nominals: null,
      birthdate: null,
      email: null,
      phone: null,
      language_id: 'cs',
      store_id: 'prague-hq',
      address: { ...emptyAddress, city: 'Brno' },
    })
    expect((await back.list(`/customers?email=${person.email}`)).total).toBe(0)
  })

  it('L71: either shape, on both interfaces', async () => {
    const member = await aMember({ first_name: 'Ann' })
    for (const [client, name] of [
      [back, 'One'],
      [await operator(), 'Two'],
      [member, 'Three'],
    ] as const) {
      for (const shape of ['bare', 'customer']) {
        const personal_information = { email: member.email, first_name: name + shape }
        const body = shape === 'bare' ? { personal_information } : { customer: { personal_information } }
        expectNothing(await client.put(`/customers/${member.id}`, body))
        expect(await personalOf(member.id)).toMatchObject(personal_information)
      }
    }
  })

  it('L71: silence keeps store, language and consents; values that are given are recorded', async () => {
    const consents = [
      { consent_id: 'gtc', consent_value: 1 },
      { consent_id: 'club', consent_value: 1 },
    ]
    const { id, email } = await aCustomer({ consents, store_id: 'brno', language_id: 'de' })
    const put = (personal: Fields) =>
      back.put(`/customers/${id}`, { personal_information: { email, ...personal } })
    const given = async () =>
      ((await personalOf(id)).consents as Fields[]).map(({ consent_value }) => consent_value)
    for (const silent of [{}, { consents: [] }, { consents: null, agreement: null }, { agreement: {} }]) {
      expectNothing(await put(silent))
      expect(await given()).toEqual([1, 2, 2, 1])
    }
    expect(await personalOf(id)).toMatchObject({ store_id: 'brno', language_id: 'de' })
    expectNothing(await put({ store_id: null, language_id: '' }))
    expect(await personalOf(id)).toMatchObject({ store_id: 'brno', language_id: 'de' })
    expectNothing(await put({ consents: [{ consent_id: 'profiling', consent_value: 0 }] }))
    expect(await given()).toEqual([1, 0, 2, 1])
    expectNothing(await put({ store_id: 'prague-hq', language_id: 'cs' }))
    expect(await personalOf(id)).toMatchObject({ store_id: 'prague-hq', language_id: 'cs' })
  })

  it('L71: properties are upserted and others stay; sources and autologin are ignored', async () => {
    const source = { customer_source_id: 'eshop', external_id: unique() }
    const { id, email } = await aCustomer(
      {},
      {
        customer_source: source,
        property_records: [
          { property_id: 'shoe_size', property_value: 40 },
          { property_id: 'contact_person', property_value: 'Bob' },
        ],
      },
    )
    expectNothing(
      await back.put(`/customers/${id}`, {
        personal_information: { email },
        additional_properties: [{ property_id: 'shoe_size', property_value: 41 }],
        property_records: [{ property_id: 'vip', property_value: 'true' }],
        customer_source: { customer_source_id: 'pos', external_id: unique() },
        customer_sources: [{ customer_source_id: 'none' }],
        autologin: true,
      }),
    )
    const { items } = await back.list(`/customers/${id}/property-records`)
    expect(
      Object.fromEntries(items.map(({ property_id, property_value }) => [property_id, property_value])),
    ).toEqual({ shoe_size: 41, contact_person: 'Bob', vip: true })
    expect((await back.list(`/customers/${id}/customer-source-records`)).items).toEqual([
      expect.objectContaining(source),
    ])
  })

  it('L71, L124: a refused change changed nothing', async () => {
    const person = wholePerson()
    const { id } = await aCustomer(person)
    for (const body of [
      { personal_information: { first_name: 'Eve', gender: 9 } },
      { personal_information: { first_name: 'Eve' }, password: 'short' },
      { personal_information: { first_name: 'Eve' }, property_records: [{ property_id: 'none' }] },
      { first_name: 'Eve' },
    ]) {
      const reply = await back.put(`/customers/${id}`, body)
      expect(reply.status, describeReply(reply)).toBe(400)
      expect(await personalOf(id)).toMatchObject(person)
    }
  })

  it('L71: last_change moves with the change', async () => {
    const { id } = await aCustomer()
    const before = String((await back.read(`/customers/${id}`)).last_change)
    expectNothing(await back.put(`/customers/${id}`, { personal_information: { first_name: 'Jane' } }))
    expect(String((await back.read(`/customers/${id}`)).last_change) >= before).toBe(true)
  })
})

describe('consents', () => {
  it('L63: consents and agreement are two views of one state', async () => {
    const views = async (personal: Fields) => {
      const { agreement, consents } = await personalOf((await aCustomer(personal)).id)
      const inAgreement = agreement as Fields
      const [custom] = inAgreement.custom_agreements as Fields[]
      return [
        [
          inAgreement.agreement_gtc,
          inAgreement.agreement_profiling,
          inAgreement.agreement_marketing_communication,
          custom?.agreement_value,
        ],
        (consents as Fields[]).map(({ consent_value }) => consent_value),
      ]
    }
    const consents = [
      { consent_id: 'gtc', consent_value: 1 },
      { consent_id: 'profiling', consent_value: 0 },
      { consent_id: 'club', consent_value: 1 },
    ]
    const agreement = {
      agreement_gtc: 1,
      agreement_profiling: 0,
      custom_agreements: [{ agreement_id: 'club', agreement_value: 1 }],
    }
    const state = [1, 0, 2, 1]
    expect(await views({ consents })).toEqual([state, state])
    expect(await views({ agreement })).toEqual([state, state])
    const contrary = { agreement_gtc: 0, agreement_marketing_communication: 1 }
    expect(await views({ consents, agreement: contrary }), 'consents counts').toEqual([state, state])
  })

  it('L63: a change is kept with its time', async () => {
    const { id } = await aCustomer({ consents: [{ consent_id: 'gtc', consent_value: 1 }] })
    const entries = (await personalOf(id)).consents as Fields[]
    expect(entries.map(({ last_change }) => last_change)).toEqual([
      expect.stringMatching(aTime),
      null,
      null,
      null,
    ])
  })
})

describe('the one profile', () => {
  it('L58, L59: an unknown id, of whatever form, is 404', async () => {
    for (const id of [
      '1',
      '0',
      '-1',
      'x',
      '9223372036854775807',
      '9223372036854775808',
      '1e5',
      '%20',
      `${10n ** 30n}`,
    ]) {
      const reply = await back.get(`/customers/${id}`)
      expect(reply.status, describeReply(reply)).toBe(404)
      expect((await back.put(`/customers/${id}`, { personal_information: {} })).status).toBe(404)
    }
  })

  it('L59, S3: customers of two workspaces never meet', async () => {
    const email = uniqueEmail()
    const [here, there] = [await aCustomer({ email }), await aCustomer({ email }, {}, other)]
    expect(here.id).not.toBe(there.id)
    expectNotFound(await backEnd(other).get(`/customers/${here.id}`), 'customers', here.id)
  })
})

import { describe, expect, it } from 'vitest'
import { describeReply, type Fields, fieldsOf, type Reply } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { acme, backEnd, carecloud, createdId, dataOf, listOf, newDevice } from './cc.ts'
import { logIn, password, personalOf } from './people.ts'

const credentials = {
  Bearer: (token: string) => `Bearer ${token}`,
  Basic: (token: string) => `Basic ${Buffer.from(`customer_interface:${token}`).toString('base64')}`,
}

/** As clients of both generations send: a content type with everything, a language, and old credentials at first. */
function shop(prefix: string, scheme: keyof typeof credentials) {
  let authorization = `Basic ${Buffer.from('customer_interface: ').toString('base64')}`
  return {
    use(token: string) {
      authorization = credentials[scheme](token)
    },
    send: (method: string, path: string, body?: unknown): Promise<Reply> =>
      carecloud({
        method,
        path: `${prefix}/customer-interface/v1.0${path}`,
        headers: {
          Host: acme.host,
          Authorization: authorization,
          'Content-Type': 'application/json',
          'Accept-Language': 'cs, en-gb;q=0.8',
          'X-External-App-Id': 'shop',
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
  }
}

describe.each(['/webservice/rest-api', '/rest-api'])('section 13 under %s', (prefix) => {
  it.each(['Bearer', 'Basic'] as const)('section 13: the registration flow with %s', async (scheme) => {
    const { send, use } = shop(prefix, scheme)
    const email = uniqueEmail('shop')

    const token = createdId(
      await send('POST', '/tokens', {
        device: {
          device_id: unique('browser'),
          device_system: 'web',
          device_name: 'Shop',
          device_type: 'desktop',
        },
        setup: { language_id: 'cs', allowed_gps: false, allowed_notifications: false },
        external_application_id: '',
        push_token: '',
      }),
      /^[0-9a-f]{72}$/,
    )
    use(token)

    const login = await send('POST', `/tokens/${token}/actions/login`, {
      login_type: 'email',
      login_value: email,
      password,
    })
    expect(login.status, describeReply(login)).toBe(401)

    const stores = listOf(await send('GET', '/stores?count=99999'), 'stores')
    const store_id = stores.items[0]?.store_id
    expect(store_id).toBe('prague-hq')

    const personal_information = {
      salutation: '',
      gender: 2,
      first_name: 'Božena',
      last_name: 'Němcová',
      birthdate: '1820-02-04',
      email,
      phone: '',
      language_id: 'cs',
      store_id,
      address: { address1: 'Václavské náměstí', zip: 11000, city: 'Praha', country_code: 'cz' },
      agreement: {
        agreement_gtc: 1,
        agreement_profiling: 0,
        agreement_marketing_communication: 1,
        custom_agreements: [],
      },
    }
    const external_id = Math.floor(Math.random() * 1e9)
    const customerId = createdId(
      await send('POST', '/customers', {
        personal_information,
        customer_sources: [{ customer_source_id: 'eshop', external_id }],
        additional_properties: [],
        autologin: false,
        password: '',
        social_network_credentials: { social_network_id: '', social_network_token: '' },
      }),
    )

    const interest = await send('POST', `/customers/${customerId}/interest-records`, {
      interest_record: { interest_id: 'ice-cream', customer_id: customerId },
    })
    expect(interest.status, describeReply(interest)).toBe(201)
    const { data, interest_record_id } = fieldsOf(interest)
    expect(data).toEqual({ interest_record_id })
    expect(interest_record_id).toEqual(expect.any(String))

    const property = await send('POST', `/customers/${customerId}/property-records`, {
      property_record: { property_id: 'wedding_date', customer_id: customerId },
    })
    expect(property.status, describeReply(property)).toBe(201)
    const property_record_id = `wedding_date:${customerId}`
    expect(fieldsOf(property)).toEqual({ data: { property_record_id }, property_record_id })

    const rewards = listOf(await send('GET', '/rewards'), 'rewards')
    expect(rewards.total).toBeGreaterThan(0)
    for (const reward of rewards.items) {
      expect(Array.isArray(reward.additional_properties), String(reward.reward_id)).toBe(true)
      for (const record of reward.additional_properties as Fields[])
        expect(Object.keys(record).sort()).toEqual([
          'last_change',
          'property_id',
          'property_name',
          'property_record_id',
          'property_value',
        ])
    }

    expect(await personalOf(customerId)).toMatchObject({
      salutation: 'Božena Němcová',
      email,
      phone: null,
      language_id: 'cs',
      store_id,
      address: { zip: '11000' },
      agreement: { agreement_gtc: 1, agreement_profiling: 0, agreement_marketing_communication: 1 },
    })
    const found = await backEnd().list(`/customer-source-records?external_id=${external_id}`)
    expect(found.items).toEqual([
      expect.objectContaining({ customer_id: customerId, customer_source_id: 'eshop' }),
    ])
  })

  it('section 13: with a password, the newcomer logs in afterwards and finds everything', async () => {
    const { send, use } = shop(prefix, 'Basic')
    const token = createdId(await send('POST', '/tokens'), /^[0-9a-f]{72}$/)
    use(token)
    const email = uniqueEmail('shop')
    const id = createdId(
      await send('POST', '/customers', {
        personal_information: { email },
        customer_sources: [],
        password,
        autologin: 'false',
      }),
    )
    createdId(
      await send('POST', `/customers/${id}/interst-records`, {
        interest_record: { interest_id: 'books', customer_id: id },
      }),
    )
    const login = await send('POST', `/tokens/${token}/actions/login`, {
      login_type: 'email',
      login_value: email,
      password,
    })
    expect(dataOf(login)).toEqual({ customer_id: id })
    expect(listOf(await send('GET', `/customers/${id}/interest-records`), 'interest_records').total).toBe(1)
    const device = await newDevice()
    expect(await logIn(device, email)).toBe(200)
    expect((await device.list('/customers')).items[0]).toMatchObject({ customer_id: id })
  })
})

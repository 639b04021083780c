import { describe, expect, it } from 'vitest'
import { describeReply, type Reply } from '../client.ts'
import { person, v2 } from '../crossengage/xng.ts'
import { identified, trustOf } from '../extole/extole.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { backEnd, type Client, createdId, newDevice } from './cc.ts'
import { aCustomer, aMember, logIn, password, personalOf, uniquePhone } from './people.ts'

const back = backEnd()

/** None of the answers is a fault of ours, and each is one of these. */
function expectStatuses(replies: readonly Reply[], allowed: readonly number[]): void {
  for (const reply of replies) expect(allowed, describeReply(reply)).toContain(reply.status)
}

function put(id: string, personal_information: object, client: Client = back): Promise<Reply> {
  return client.put(`/customers/${id}`, { personal_information })
}

describe('customers at the same moment', () => {
  it('L71, L123: of changes of one customer the last one stands whole', async () => {
    const { id, email } = await aCustomer()
    const names = Array.from({ length: 10 }, (_, at) => `Name${at}`)
    expectStatuses(
      await Promise.all(names.map((name) => put(id, { email, first_name: name, last_name: name }))),
      [204],
    )
    const { first_name, last_name } = await personalOf(id)
    expect(names).toContain(first_name)
    expect(last_name).toBe(first_name)
  })

  it('L61, L123: two who exchange their addresses or phones come out with one each', async () => {
    for (let round = 0; round < 5; round++) {
      const [ann, bob] = [
        await aCustomer({ phone: uniquePhone() }),
        await aCustomer({ phone: uniquePhone() }),
      ]
      const [annsPhone, bobsPhone] = [(await personalOf(ann.id)).phone, (await personalOf(bob.id)).phone]
      expectStatuses(
        await Promise.all([
          put(ann.id, { email: bob.email, phone: bobsPhone }),
          put(bob.id, { email: ann.email, phone: annsPhone }),
        ]),
        [204, 400],
      )
      for (const { email } of [ann, bob])
        expect((await back.list(`/customers?email=${email}`)).total).toBeLessThanOrEqual(1)
    }
  })

  it('L61: of several who take one free address by a change, one gets it', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => aCustomer()))
    const email = uniqueEmail('wanted')
    const replies = await Promise.all(people.map(({ id }) => put(id, { email })))
    expect(replies.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400, 400, 400])
    expect((await back.list(`/customers?email=${email}`)).total).toBe(1)
  })

  it('L78, L69: registrations that name the same two sources in either order never stop each other', async () => {
    const pairs = ['eshop', 'pos'].map((customer_source_id) => ({
      customer_source_id,
      external_id: unique(),
    }))
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        back.post('/customers', {
          personal_information: {},
          customer_sources: at % 2 ? pairs : [...pairs].reverse(),
        }),
      ),
    )
    expectStatuses(replies, [201, 400])
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
  })

  it('L61, C12: a till and a back end that bring one address make one person, whoever comes first', async () => {
    for (let round = 0; round < 4; round++) {
      const user = person({ businessUnit: 'CZ' })
      const [reply] = await Promise.all([
        back.post('/customers', { personal_information: { email: user.email } }),
        v2.put(user).then((answer) => v2.outcome(answer)),
      ])
      expectStatuses([reply], [201, 400])
      const { items, total } = await back.list(`/customers?email=${user.email}`)
      expect(total).toBe(1)
      if (reply.status === 201) expect(items[0]?.customer_id).toBe(createdId(reply))
    }
  })

  it('L61, S15: a device that types an address while a till registers it keeps nobody from it', async () => {
    for (let round = 0; round < 4; round++) {
      const email = uniqueEmail()
      const [reply, device] = await Promise.all([
        back.post('/customers', { personal_information: { email, first_name: 'Ann' }, password }),
        identified(email),
      ])
      expectStatuses([reply], [201])
      const id = createdId(reply)
      expect(await personalOf(id)).toMatchObject({ email, first_name: 'Ann' })
      const app = await newDevice()
      expect(await logIn(app, email)).toBe(200)
      expect((await app.list('/customers')).items.map(({ customer_id }) => customer_id)).toEqual([id])
      expect(await trustOf(device.token)).toBe('identified')
    }
  })

  it('L16, L27: registrations with autologin on one token leave one logged in', async () => {
    const device = await newDevice()
    const replies = await Promise.all(
      Array.from({ length: 4 }, () =>
        device.post('/customers', {
          personal_information: { email: uniqueEmail() },
          password,
          autologin: true,
        }),
      ),
    )
    expectStatuses(replies, [201])
    expect((await device.list('/customers')).total).toBe(1)
  })

  it('L12, L14: logins and logouts at once end in one of the two', async () => {
    const member = await aMember()
    const path = `/tokens/${member.token}/actions/logout`
    await Promise.all(
      Array.from({ length: 8 }, (_, at) => (at % 2 ? logIn(member, member.email) : member.post(path))),
    )
    expect((await member.list('/customers')).total).toBeLessThanOrEqual(1)
    expect(await logIn(member, member.email)).toBe(200)
  })

  it('L59, S20: whoever is erased while they are changed is gone', async () => {
    const user = person({ businessUnit: 'CZ' })
    await v2.store(user)
    const { items } = await back.list(`/customers?email=${user.email}`)
    const id = String(items[0]?.customer_id)
    const [replies] = await Promise.all([
      Promise.all(
        Array.from({ length: 6 }, (_, at) =>
          at % 2
            ? put(id, { email: user.email, first_name: 'Ann' })
            : back.post(`/customers/${id}/interest-records`, { interest_record: { interest_id: 'books' } }),
        ),
      ),
      v2.erase(user.id),
    ])
    expectStatuses(replies, [201, 204, 400, 404])
    expect((await back.get(`/customers/${id}`)).status).toBe(404)
    expect((await back.list(`/customers?email=${user.email}`)).total).toBe(0)
  })
})

describe('requests of an odd shape', () => {
  it('L42: ids that are numbers, lists or objects are answered, never a fault of ours', async () => {
    const { id } = await aCustomer()
    for (const customer_id of [Number(id), [id], { id }, true, -1, 1.5, '', ' ', `${id} `, `0${id}`]) {
      for (const [path, body] of [
        ['/customers/actions/set-partners', { customer_id, partner_records: [{ partner_id: 'acme' }] }],
        ['/customers/actions/set-status-record', { customer_id, status_id: 'gold' }],
        [`/customers/${id}/interest-records`, { interest_record: { customer_id, interest_id: 'books' } }],
        ['/points/actions/assign-points', { customer_id, amount: 1, partner_id: 'acme' }],
      ] as const)
        expectStatuses([await back.post(path, body)], [200, 201, 204, 400])
    }
    const partners = await back.list(`/customers/${id}/partner-records`)
    expect(partners.total, 'a text with blanks is another id').toBe(2)
  })

  it('L39: single filters that come twice, or as lists, are answered', async () => {
    const { id } = await aCustomer()
    for (const query of [
      `customer_id=${id}&customer_id=${id}`,
      `customer_id[]=${id}`,
      `customer_id[a]=${id}`,
      'count=1&count=2',
      'count[]=1',
      'sort_field=point_id&sort_field=note',
      'sort_field[]=point_id',
      '&&&=&==&%',
      '%ff=%fe',
      '__proto__=1&constructor=2',
      '[]=1&[0]=2',
      'a[b][c][d]=1',
    ])
      for (const path of ['/points', '/customers', '/stores', '/vouchers'])
        expectStatuses([await back.get(`${path}?${query}`)], [200, 400])
  })

  it('L5: forms with names of every kind are answered', async () => {
    const forms = [
      '__proto__=x',
      'constructor=x',
      'type=password&type=password&value=x',
      '=&=',
      '%00=%00',
      'a',
    ]
    for (const body of forms) {
      const reply = await back.ask('POST', '/customers/actions/validate-customer-data', {
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        form: Object.fromEntries(new URLSearchParams(body)),
      })
      expectStatuses([reply], [200, 400])
    }
  })

  it('L41: segments that nobody means are 404, or 400 for a customer out of reach', async () => {
    const device = await newDevice()
    for (const id of [
      'a'.repeat(300),
      'a'.repeat(4000),
      '%F0%9F%92%A9',
      '..',
      '.',
      '%2e%2e',
      '%0a',
      "'",
      '*',
      '~',
      '%7E',
    ]) {
      for (const path of [
        `/customers/${id}`,
        `/stores/${id}`,
        `/vouchers/${id}`,
        `/customers/${id}/addresses`,
      ]) {
        expectStatuses([await back.get(path)], [400, 404])
        expectStatuses([await device.get(path)], [400, 404])
      }
    }
  })
})

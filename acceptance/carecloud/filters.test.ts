import { describe, expect, it } from 'vitest'
import { describeReply } from '../client.ts'
import { unique } from '../unique.ts'
import { backEnd, expectRefused, faultsOf, type List, newDevice } from './cc.ts'
import { aCustomer, uniquePhone } from './people.ts'

const back = backEnd()

function ids({ items }: List, name = 'customer_id'): readonly unknown[] {
  return items.map((item) => item[name])
}

describe('filters', () => {
  it('L39: are ANDed', async () => {
    const phone = uniquePhone()
    const person = await aCustomer({ first_name: 'Ann', last_name: 'Smith', phone, birthdate: '1990-02-03' })
    const list = (query: string) => back.list(`/customers?email=${person.email}&${query}`)
    const whole = `phone=${phone}&first_name=Ann&last_name=Smith&birthdate=1990-02-03`
    expect(ids(await list(whole))).toEqual([person.id])
    for (const other of ['first_name=Eve', 'last_name=Smi', 'birthdate=1990-02-04', `phone=${uniquePhone()}`])
      expect(await list(other)).toEqual({ items: [], total: 0 })
  })

  it('L39: list filters take every spelling of a list, ORed', async () => {
    const people = [await aCustomer(), await aCustomer(), await aCustomer()]
    const [one, two] = people.map(({ email }) => encodeURIComponent(email))
    const [first, second] = people.map(({ id }) => id)
    for (const query of [
      `email_list[]=${one}&email_list[]=${two}`,
      `email_list%5B%5D=${one}&email_list%5B%5D=${two}`,
      `email_list[0]=${one}&email_list[1]=${two}`,
      `email_list%5B1%5D=${one}&email_list%5b7%5d=${two}`,
      `email_list=${one}&email_list=${two}`,
      `email_list[]=${one}&email_list[]=&email_list[]=${two}`,
      `customer_ids[]=${first}&customer_ids[]=${second}`,
      `customer_ids=${first}&customer_ids=${second}`,
    ])
      expect(ids(await back.list(`/customers?${query}`)), query).toEqual([first, second])
    for (const query of [`email_list=${one}`, `email_list[]=${one}`, `email_list[0]=${one}`])
      expect(ids(await back.list(`/customers?${query}`)), query).toEqual([first])
  })

  it('L39: text_id and reward_id are such lists too', async () => {
    expect((await back.list('/card-types?text_id[]=plastic&text_id[]=gold')).total).toBeGreaterThan(0)
    expect((await back.list('/card-types?text_id=plastic')).total).toBe(1)
    for (const [path, one, other] of [
      ['/agreements', 'gtc', 'profiling'],
      ['/event-types', 'purchase', 'app_open'],
      ['/purchase-types', 'store_purchase', 'eshop_purchase'],
      ['/statuses', 'bronze', 'gold'],
    ]) {
      for (const query of [`text_id[]=${one}&text_id[]=${other}`, `text_id=${one}&text_id=${other}`])
        expect((await back.list(`${path}?${query}`)).total, `${path}?${query}`).toBe(2)
      expect((await back.list(`${path}?text_id[]=${one}`)).total, path).toBe(1)
    }
    for (const path of ['/customer-external-applications', '/purchase-item-types', '/rewards/tags'])
      expect((await back.list(`${path}?text_id[]=none&text_id[]=nothing`)).total, path).toBe(0)
    const { id } = await aCustomer()
    await back.create('/rewards/free-scoop/actions/create-voucher', { customer_id: id })
    await back.create('/rewards/ten-percent/actions/create-voucher', { customer_id: id })
    const list = async (query: string) => (await back.list(`/vouchers?customer_id=${id}&${query}`)).total
    expect([
      await list('reward_id[]=free-scoop&reward_id[]=ten-percent'),
      await list('reward_id=free-scoop'),
      await list('reward_id[]=ten-euro'),
    ]).toEqual([2, 1, 0])
  })

  it('L39: 1000 values are taken, and more refused', async () => {
    const { id } = await aCustomer()
    const query = (count: number) =>
      Array.from({ length: count }, (_, at) => `external_ids[]=${at}`).join('&')
    const reply = await back.get(`/customer-source-records?customer_id=${id}&${query(1000)}`)
    expect(reply.status, describeReply(reply).slice(0, 300)).toBe(200)
    const refused = await back.get(`/customer-source-records?customer_id=${id}&${query(1001)}`)
    expect(faultsOf(refused).map((fault) => fault.split(':')[0])).toEqual(['external_ids'])
  })

  it('L40: a parameter with an empty value is not set', async () => {
    const { id, email } = await aCustomer({ first_name: 'Ann' })
    const query = `email=${email}&first_name=&last_name=&phone=&birthdate=&email_list[]=&customer_ids=&count=`
    expect(ids(await back.list(`/customers?${query}`))).toEqual([id])
  })

  it('L40: e-mail and names are compared whole, without regard to case', async () => {
    const { id, email } = await aCustomer({ first_name: 'ŽOFIE', last_name: 'O’Neil' })
    const list = async (query: string) => ids(await back.list(`/customers?${query}`))
    expect(await list(`email=${email.toUpperCase()}`)).toEqual([id])
    expect(await list(`email_list[]=${email.toUpperCase()}`)).toEqual([id])
    expect(await list(`email=${email}&first_name=${encodeURIComponent('žofie')}`)).toEqual([id])
    expect(await list(`email=${email}&first_name=${encodeURIComponent('žof')}`)).toEqual([])
    expect(await list(`email=${email}&last_name=${encodeURIComponent('o’NEIL')}`)).toEqual([id])
    expect(await list(`email=${email}&first_name=%25`)).toEqual([])
    expect(await list(`email=${email}&first_name=_____`)).toEqual([])
  })

  it('L40: name and the like find a part, others are exact', async () => {
    expect(ids(await back.list('/interests?name=CREAM'), 'interest_id')).toEqual(['ice-cream'])
    expect((await back.list('/interests?name=%25')).total).toBe(0)
    expect((await back.list('/interests?name=_')).total).toBe(0)
    expect((await back.list('/countries?country_name=zech')).items).toEqual([
      expect.objectContaining({ country_id: 'cz' }),
    ])
    expect((await back.list('/currencies?currency_name=czech')).items).toEqual([
      expect.objectContaining({ code: 'CZK' }),
    ])
    expect((await back.list('/stores?system_id=00')).total).toBe(0)
    expect((await back.list('/stores?system_id=001')).total).toBe(1)
    expect((await back.list('/customer-sources?customer_source_text_id=eshop')).total).toBe(1)
    expect((await back.list('/customer-sources?customer_source_text_id=esh')).total).toBe(0)
  })

  it('L40, L48: phone and dates follow the rules of values', async () => {
    const phone = uniquePhone()
    const { id } = await aCustomer({ phone, birthdate: '1990-02-03' })
    for (const query of [
      `phone=${phone}`,
      `phone=%2B${phone}`,
      `phone=00${phone}`,
      `phone=${phone}&birthdate=3.2.1990`,
      `phone=${phone}&birthdate=1990-02-03T10:00:00`,
    ])
      expect(ids(await back.list(`/customers?${query}`)), query).toEqual([id])
    expectRefused(await back.get('/customers?phone=abc'), 'phone', 'invalid_value_format')
    expectRefused(await back.get('/customers?birthdate=yesterday'), 'birthdate', 'invalid_value_format')
  })

  it('L40, L47: _from and _to are inclusive; a day alone ends at its end', async () => {
    const { id } = await aCustomer()
    const point = { amount: 1, customer_id: id, partner_id: 'acme' }
    const pointId = await back.create('/points/actions/assign-points', point)
    const { created_at } = await back.read(`/points/${pointId}`)
    const [day = ''] = String(created_at).split(' ')
    const list = async (query: string) => (await back.list(`/points?customer_id=${id}&${query}`)).total
    const at = encodeURIComponent(String(created_at))
    expect([
      await list(`create_point_time_from=${at}&create_point_time_to=${at}`),
      await list(`create_point_time_from=${day}&create_point_time_to=${day}`),
      await list('create_point_time_from=2100-01-01'),
      await list('create_point_time_to=2000-01-01'),
    ]).toEqual([1, 1, 0, 0])
  })

  it('L39: customer_source_id keeps customers of that source', async () => {
    const one = await aCustomer(
      {},
      { customer_source: { customer_source_id: 'eshop', external_id: unique() } },
    )
    const list = async (query: string) => ids(await back.list(`/customers?customer_ids=${one.id}&${query}`))
    expect(await list('customer_source_id=eshop')).toEqual([one.id])
    expect(await list('customer_source_id=pos')).toEqual([])
  })

  it('L31: an open list is the same with and without a credential', async () => {
    expect(await (await newDevice()).list('/languages')).toEqual(await back.list('/languages'))
  })
})

import { describe, expect, it } from 'vitest'
import { answerOf, describeReply, type Fields, fieldsOf, type Reply } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { acme, backEnd, carecloud, createdId, dataOf, expectNotFound, expectNothing, listOf } from './cc.ts'
import { aCustomer } from './people.ts'
import { master, prefixes, under } from './prefixes.ts'

const both = ['customer', 'enterprise'] as const

describe('prefixes', () => {
  it('L1: a token of one prefix is good under the other, and what one writes the other shows', async () => {
    const [first, second] = prefixes
    for (const [made, used] of [
      [first, second],
      [second, first],
    ] as const) {
      const token = createdId(await under(made, 'customer', 'POST', '/tokens'), /^[0-9a-f]{72}$/)
      const person = { personal_information: { email: uniqueEmail(), first_name: unique('Ann') } }
      const id = createdId(await under(used, 'customer', 'POST', '/customers', `Bearer ${token}`, person))
      const [here, there] = await Promise.all(
        prefixes.map((prefix) => under(prefix, 'customer', 'GET', `/customers/${id}`, `Bearer ${token}`)),
      )
      expect(dataOf(here as Reply)).toEqual(dataOf(there as Reply))
      expect(dataOf(here as Reply).personal_information).toMatchObject(person.personal_information)
    }
  })

  it('L1: an operator who logged in under one prefix works under both', async () => {
    for (const prefix of prefixes) {
      const login = await under(prefix, 'enterprise', 'POST', '/users/actions/login', undefined, {
        login: 'till',
        password: 'T1ll-password',
      })
      const bearer = `Bearer ${dataOf(login).bearer_token}`
      for (const used of prefixes) listOf(await under(used, 'enterprise', 'GET', '/stores', bearer), 'stores')
    }
  })

  it('L1: refusals are the same under both', async () => {
    for (const which of both) {
      for (const [method, path] of [
        ['GET', '/customers'],
        ['GET', '/no-such'],
        ['DELETE', '/stores'],
        ['POST', '/customers'],
      ] as const) {
        const [here, there] = await Promise.all(
          prefixes.map((prefix) => under(prefix, which, method, path, undefined, {})),
        )
        expect(answerOf(here as Reply)).toEqual(answerOf(there as Reply))
      }
    }
  })

  it.each([
    '/rest-api',
    '/rest-api/',
    '/webservice',
    '/webservice/rest-api',
    '/webservice/customer-interface/v1.0/stores',
    '/rest-api/customer-interface',
    '/rest-api/customer-interface/v1.0',
    '/rest-api/customer-interface/v1.0/',
    '/rest-api/customer-interface/v1.1/stores',
    '/rest-api/customer-interface/v1/stores',
    '/rest-api/customerinterface/v1.0/stores',
    '/rest-api/Customer-Interface/v1.0/stores',
    '/rest-api/partner-interface/v1.0/stores',
    '/webservice/rest-api/rest-api/customer-interface/v1.0/stores',
  ])('L1, S1: %s is an unknown path: 404', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      const reply = await carecloud({ method, path, headers: { Host: acme.host, Authorization: master } })
      expect(reply.status, describeReply(reply)).toBe(404)
    }
  })
})

describe('segments', () => {
  it('L2: one trailing slash is ignored, on reads and writes', async () => {
    const { id } = await aCustomer({ first_name: 'Ann' })
    const back = backEnd()
    expect(await back.read(`/customers/${id}/`)).toEqual(await back.read(`/customers/${id}`))
    expectNothing(await back.put(`/customers/${id}/`, { personal_information: { first_name: 'Eve' } }))
    expect((await back.read(`/customers/${id}`)).personal_information).toMatchObject({ first_name: 'Eve' })
    listOf(await back.get('/stores/?count=1'), 'stores')
    const token = await under('/rest-api', 'customer', 'POST', '/tokens/')
    createdId(token, /^[0-9a-f]{72}$/)
  })

  it('L2, L54: segments are decoded after splitting: a colon and %3A name one record', async () => {
    const { id } = await aCustomer()
    const back = backEnd()
    const record = { property_record: { property_id: 'wedding_date', property_value: '2001-08-13' } }
    createdId(await back.post(`/customers/${id}/property-records`, record), /./)
    const storedValue = async () =>
      (await back.list(`/customers/${id}/property-records`)).items[0]?.property_value
    for (const [colon, day] of [
      [':', '2001-08-14'],
      ['%3A', '2001-08-15'],
      ['%3a', '2001-08-16'],
    ]) {
      const path = `/customers/${id}/property-records/wedding_date${colon}${id}`
      expectNothing(await back.put(path, { property_record: { property_value: day } }))
      expect(await storedValue()).toBe(day)
    }
    expectNothing(await back.remove(`/customers/${id}/property-records/wedding_date%3A${id}`))
    expect((await back.list(`/customers/${id}/property-records`)).total).toBe(0)
  })

  it('L2: an encoded slash does not split a segment', async () => {
    expectNotFound(await backEnd().get('/stores/prague%2Fhq'), 'stores', 'prague/hq')
    expect((await backEnd().get('/stores/prague-hq%2Fproperty-records')).status).toBe(404)
  })

  it('L2: an id with an encoded letter is that id', async () => {
    expect(await backEnd().read('/stores/prague%2Dhq')).toMatchObject({ store_id: 'prague-hq' })
    expect(await backEnd().read('/stores/pr%61gue-hq')).toMatchObject({ store_id: 'prague-hq' })
  })

  it.each(['/stores/%zz', '/stores/%', '/customers/%ff%fe', '/stores/%00', '/customers/%00'])(
    'L2: %s is answered in this API’s shape',
    async (path) => {
      const reply = await backEnd().get(path)
      expect([400, 404], describeReply(reply)).toContain(reply.status)
    },
  )
})

describe('methods', () => {
  it('L4: HEAD is answered as GET, without its body', async () => {
    const back = backEnd()
    const { id } = await aCustomer()
    for (const [path, status] of [
      ['/stores', 200],
      [`/customers/${id}`, 200],
      ['/stores/none', 404],
      ['/no-such', 404],
    ] as const) {
      const reply = await back.ask('HEAD', path)
      expect([reply.status, reply.body.length], describeReply(reply)).toEqual([status, 0])
      expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
    }
    expect((await under('/rest-api', 'customer', 'HEAD', '/stores')).status).toBe(401)
  })

  it('L4: other verbs are 405 with what the path takes', async () => {
    const back = backEnd()
    for (const [method, path, allowed] of [
      ['PATCH', '/stores', ['GET', 'HEAD']],
      ['POST', '/stores', ['GET', 'HEAD']],
      ['PATCH', '/customers', ['GET', 'HEAD', 'POST']],
      ['DELETE', '/customers/x', ['GET', 'HEAD', 'PUT']],
      ['GET', '/users/actions/login', ['POST']],
    ] as const) {
      const reply = await back.ask(method, path)
      expect(reply.status, describeReply(reply)).toBe(405)
      expect((fieldsOf(reply).error as Fields).error_data).toEqual({ http_method: method })
      expect(String(reply.headers.allow).split(', ').sort(), describeReply(reply)).toEqual(allowed)
    }
  })
})

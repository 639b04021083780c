import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { masterKey, newToken, openTestCareCloud, type TestCareCloud } from './carecloud.fixture.ts'

const acme = readFileSync(new URL('../../../../examples/acme.workspace.yaml', import.meta.url), 'utf8')
  .replace('domains: [', 'domains: [acme.example, ')
  .replace(
    'id: contact_person,',
    'id: notes, owner: customer, name: Notes, type: custom }\n    - { id: contact_person,',
  )

let api: TestCareCloud
let token: string
beforeAll(async () => {
  api = await openTestCareCloud([acme])
  token = await newToken(api)
})
afterAll(() => api[Symbol.asyncDispose]())

test('both prefixes and both interfaces answer, with a slash at the end or none; HEAD as GET (L1, L2, L4)', async () => {
  for (const prefix of ['/webservice/rest-api', '/rest-api']) {
    for (const one of ['customer-interface', 'enterprise-interface']) {
      for (const end of ['', '/']) {
        const url = `${prefix}/${one}/v1.0/tests/connection${end}?test_string=abc%C4%8D`
        const answer = await api.call('GET', url)
        expect([answer.status, answer.body], url).toEqual([200, { data: { test_string: 'čcba' } }])
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
        const head = await api.call('HEAD', url)
        expect([head.status, head.text]).toEqual([200, ''])
      }
    }
  }
})

test('a misspelt collection is served under its name, the list key stays (L3)', async () => {
  const sources = await api.c('GET', '/cusomer-sources', { token })
  expect(sources.body.data.customer_sources).toHaveLength(2)
  const consents = await api.c('GET', '/consents/gtc', { token })
  expect(consents.body.data.agreement_id).toBe('gtc')
  expect((await api.c('GET', '/consents', { token })).body.data.agreements).toHaveLength(3)
})

test('unknown paths, also undecodable ones and those of later, are 404 in this shape, whatever the method (L41, L125)', async () => {
  for (const [url, resource] of [
    ['/webservice', 'webservice'],
    ['/webservice/foo', 'webservice'],
    ['/rest-api/foo/v1.0/stores', 'rest-api'],
    ['/rest-api/customer-interface/v2.0/stores', 'rest-api'],
    ['/rest-api/customer-interface/v1.0', 'rest-api'],
    ['/rest-api/customer-interface/v1.0/campaigns', 'campaigns'],
    ['/rest-api/enterprise-interface/v1.0/bookings/1/x', 'bookings'],
    ['/rest-api/enterprise-interface/v1.0/languages/en', 'languages'],
    ['/rest-api/enterprise-interface/v1.0/languages//', 'languages'],
    [`/rest-api/enterprise-interface/v1.0/campaigns/${'9'.repeat(70_000)}`, 'campaigns'],
    ['/rest-api/enterprise-interface/v1.0/%ff', 'rest-api'],
  ] as const) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PROPFIND'] as const) {
      const answer = await api.call(method, url)
      expect([answer.status, answer.body], `${method} ${url}`).toEqual([
        404,
        {
          error: {
            type: 'about:blank',
            exception: 'not_found_exception',
            title: 'Not found',
            detail: expect.any(String),
            error_data: { resource_name: resource, resource_id: null },
          },
        },
      ])
    }
  }
})

test('another method of a path is 405 with Allow, before any credential is asked for (L26, L41)', async () => {
  const answer = await api.c('DELETE', '/stores')
  expect([answer.status, answer.body.error.exception, answer.body.error.error_data]).toEqual([
    405,
    'method_not_allowed_exception',
    { http_method: 'DELETE' },
  ])
  expect(answer.headers.allow).toBe('GET, HEAD')
  expect((await api.c('PATCH', '/stores/prague-hq')).status).toBe(405)
  expect((await api.c('TRACE', '/stores')).status).toBe(405)
  expect((await api.c('PROPFIND', '/stores')).headers.allow).toBe('GET, HEAD')
  expect((await api.c('DELETE', '/rewards/tags')).headers.allow).toBe('GET, HEAD')
  expect((await api.c('PUT', '/rewards')).headers.allow).toBe('GET, HEAD, POST')
  expect((await api.e('PATCH', '/customers/8/interests/1/?x=/y')).headers.allow).toBe('PUT, DELETE')
})

test('an operation of the other interface is refused in exactly this shape, before any credential (L26, L32)', async () => {
  const answer = await api.e('POST', '/tokens', { token: '' })
  expect([answer.status, answer.body]).toEqual([
    403,
    {
      error: {
        type: 'interface_not_allowed_exception',
        exception: 'interface_not_allowed_exception',
        title: 'Enterprise API is not allowed for this resource',
        detail: 'Resource name "tokens" is not allowed in Enterprise API',
        error_data: { invalid_resource_name: 'tokens', interface: 'Enterprise' },
      },
    },
  ])
  const reverse = await api.c('POST', '/users/actions/login')
  expect(reverse.body.error.title).toBe('Customer API is not allowed for this resource')
  expect(reverse.body.error.error_data).toEqual({ invalid_resource_name: 'users', interface: 'Customer' })
})

test('without a valid credential everything but the open calls is 401, and those ignore a bad one (L24, L25)', async () => {
  for (const wrong of ['', 'x', 'a'.repeat(72), 'b'.repeat(40), masterKey]) {
    expect((await api.c('GET', '/stores', { token: wrong })).status, wrong).toBe(401)
  }
  expect((await api.e('GET', '/stores', { token })).status).toBe(401)
  for (const path of [
    '/languages',
    '/communication-channels',
    '/communication-channels/email',
    '/customer-external-applications',
    '/customer-external-applications/mobile-app',
    '/tests/connection',
  ]) {
    for (const wrong of ['', 'a'.repeat(72)]) {
      expect((await api.c('GET', path, { token: wrong })).status, path).toBe(200)
      expect((await api.e('GET', path, { token: wrong })).status, path).toBe(200)
    }
  }
})

test('an id of any length is only one that does not exist (L41)', async () => {
  const answer = await api.e('GET', `/vouchers/${'9'.repeat(70_000)}`)
  expect([answer.status, answer.body.error.error_data.resource_name]).toEqual([404, 'vouchers'])
})

test('an id that does not exist is 404 of the collection nearest to it (L41)', async () => {
  for (const [path, resource, id] of [
    ['/stores/8:x', 'stores', '8:x'],
    ['/stores/nowhere/property-records', 'stores', 'nowhere'],
    ['/stores//', 'stores', ''],
    ['/interests/a%2Fb', 'interests', 'a/b'],
  ]) {
    const answer = await api.c('GET', path ?? '', { token })
    expect([answer.status, answer.body.error.error_data]).toEqual([
      404,
      { resource_name: resource, resource_id: id },
    ])
  }
})

test('bodies: empty ones with a JSON type, on GET too; JSON whatever its type; forms; the rest is 400 (L5)', async () => {
  const json = { 'content-type': 'application/json' }
  expect((await api.c('GET', '/stores', { token, headers: json })).status).toBe(200)
  expect((await api.c('POST', '/tokens', { headers: json, payload: '' })).status).toBe(201)
  expect(
    (await api.c('POST', '/tokens', { headers: { 'content-type': 'text/plain' }, payload: '{}' })).status,
  ).toBe(201)
  for (const payload of ['{', '[]', '"x"', 'x=1']) {
    const answer = await api.c('POST', '/tokens', { headers: json, payload })
    expect([answer.status, answer.body.error.error_data], payload).toEqual([400, { invalid_params: [] }])
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const login = 'login=till&password=T1ll-password'
  expect(
    (await api.e('POST', '/users/actions/login', { token: '', headers: form, payload: login })).status,
  ).toBe(200)
})

test('a body that is nothing but brackets is 400, whatever its length (L41)', async () => {
  const { customer_id } = (await api.e('POST', '/customers', { body: { personal_information: {} } })).body
    .data
  const path = `/customers/${customer_id}/property-records`
  const statusOf = async (nested: string) => {
    const payload = `{"property_record":{"property_id":"notes","property_value":${nested}}}`
    return (await api.e('POST', path, { payload })).status
  }
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  expect(await statusOf(nested(500))).toBe(201)
  for (const depth of [5000, 60_000, 200_000]) {
    expect(await statusOf(nested(depth)), String(depth)).toBe(400)
    const payload = `{"device":${nested(depth)}}`
    expect((await api.c('POST', '/tokens', { payload })).status, String(depth)).toBe(400)
  }
})

test('more than 10 MiB is 413 in this shape (L41)', async () => {
  const payload = Buffer.alloc(10 * 1024 * 1024 + 1, ' ')
  const answer = await api.c('POST', '/tokens', { headers: { 'content-type': 'application/json' }, payload })
  expect([answer.status, answer.body.error.exception]).toEqual([413, 'payload_too_large_exception'])
})

test('listed origins get CORS without credentials on both interfaces, errors too; others none (L8)', async () => {
  const origin = 'https://shop.acme.example'
  for (const name of ['customer-interface', 'enterprise-interface']) {
    const preflight = await api.call('OPTIONS', `/rest-api/${name}/v1.0/customers/8/cards`, {
      headers: { origin, 'access-control-request-method': 'PUT' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers['access-control-allow-origin']).toBe(origin)
    expect(preflight.headers['access-control-allow-methods']).toBe('GET, POST, PUT, DELETE, HEAD')
    expect(preflight.headers['access-control-allow-headers']).toContain('x-external-app-id')
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined()
  }
  const refused = await api.c('GET', '/stores', { headers: { origin } })
  expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, origin])
  const other = await api.c('GET', '/stores', { token, headers: { origin: 'https://evil.example' } })
  expect(other.headers['access-control-allow-origin']).toBeUndefined()
})

test('names are answered in the language asked for, and Content-Language says which (L52)', async () => {
  const answer = await api.c('GET', '/interests', {
    token,
    headers: { 'accept-language': 'cs, en-gb;q=0.8' },
  })
  expect(answer.headers['content-language']).toBe('cs')
  expect(answer.body.data.interests[0]).toMatchObject({ interest_id: 'ice-cream', name: 'Zmrzlina' })
  const english = await api.c('GET', '/interests/ice-cream', { token, headers: { 'accept-language': '' } })
  expect([english.headers['content-language'], english.body.data.name]).toEqual(['en', 'Ice cream'])
})

test('the document names each operation once, aliases and prefixes not at all', async () => {
  const { body } = await api.call('GET', '/docs/carecloud/json')
  const paths = Object.keys(body.paths)
  expect(paths).toContain('/stores/{store_id}')
  expect(paths.filter((path) => path.includes('webservice') || path.includes('cusomer'))).toEqual([])
  expect(body.paths['/stores'].get.parameters.map(({ name }: { name: string }) => name)).toContain(
    'sort_field',
  )
})

test('the document shows the fields of every answer', async () => {
  const { body } = await api.call('GET', '/docs/carecloud/json')
  const bare = Object.entries<Record<string, { responses: Record<string, Answer> }>>(body.paths).flatMap(
    ([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) => {
        const answer = responses[200] ?? responses[201]
        if (!answer) return []
        const { data } = answer.content['application/json'].schema.properties
        const [first] = Object.values(data?.properties ?? {})
        const shown = first?.items && data?.properties?.total_items ? first.items : data
        return Object.keys(shown?.properties ?? {}).length > 0 ? [] : [`${method} ${path}`]
      }),
  )
  expect(bare).toEqual([])
})

interface Answer {
  readonly content: {
    readonly 'application/json': { readonly schema: Schema & { properties: { data?: Schema } } }
  }
}
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

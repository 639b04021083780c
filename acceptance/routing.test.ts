import { expect, inject, it } from 'vitest'
import { describeReply, jsonOf, type Reply, send } from './client.ts'

const key = { 'X-XNG-AuthToken': 'test-master-key' }
const version = { 'X-XNG-ApiVersion': '1' }

function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Reply> {
  return send(inject('baseUrl'), {
    method,
    path,
    headers,
    body: method === 'POST' || method === 'PUT' ? '{}' : undefined,
  })
}

function expectProblem(reply: Reply, status: number): void {
  expect(reply.status, describeReply(reply)).toBe(status)
  expect(reply.headers['content-type'], describeReply(reply)).toMatch(/^application\/problem\+json/)
  expect(jsonOf(reply)).toBeTypeOf('object')
}

/** A 404 with a JSON document: crossengage's own is empty. */
function expectJson404(reply: Reply): void {
  expect(reply.status, describeReply(reply)).toBe(404)
  expect(reply.headers['content-type'], describeReply(reply)).toMatch(/^application\/([a-z]+\+)?json/)
  expect(jsonOf(reply), describeReply(reply)).toBeTypeOf('object')
}

it.each(['/healthz', '/readyz', '/healthz/', '/readyz?x=1'])(
  'S1: GET %s needs no key and is 200',
  async (path) => {
    expect((await ask('GET', path)).status).toBe(200)
  },
)

it('S1: GET /metrics is Prometheus text', async () => {
  const reply = await ask('GET', '/metrics')
  expect(reply.status).toBe(200)
  expect(reply.headers['content-type']).toMatch(/^(text\/plain|application\/openmetrics-text)/)
  expect(reply.body.toString('utf8')).toMatch(/^# TYPE \w+ (counter|gauge|histogram|summary)$/m)
})

it('S1: GET /docs is a page, at once or after a redirect', async () => {
  let reply = await ask('GET', '/docs')
  const location = reply.headers.location
  if (location) {
    reply = await ask('GET', new URL(location, `${inject('baseUrl')}/docs`).pathname)
  }
  expect(reply.status).toBe(200)
  expect(reply.headers['content-type']).toMatch(/^text\/html/)
})

it('S1: / leads to the console', async () => {
  const reply = await ask('GET', '/')
  expect(reply.status).toBe(302)
  expect(reply.headers.location).toMatch(/\/console$/)
})

it('opened in a browser, the origin shows which APIs there are', async () => {
  const reply = await ask('GET', '/console')
  expect([reply.status, reply.headers.location]).toEqual([302, '/docs'])
})

it.each(['/manage/no/such/path', '/docs/no/such/page', '/console/no/such/page'])(
  'S1: GET %s is unknown to the product: problem+json 404',
  async (path) => {
    expectProblem(await ask('GET', path), 404)
  },
)

it.each(['/healthz', '/readyz', '/metrics'])('S1: DELETE %s is problem+json 405', async (path) => {
  expectProblem(await ask('DELETE', path), 405)
})

it.each([
  ['GET', '/foo/bar'],
  ['POST', '/foo'],
  ['GET', '/api/foo'],
  ['GET', '/healthz/x'],
  ['GET', '/metrics/x'],
  ['GET', '/v7/foo'],
  ['GET', '/userss/x'],
  ['GET', '/usersfoo'],
  ['GET', '/Users/x'],
  ['POST', '/LEADS'],
  ['POST', '/eventsfoo'],
  ['GET', '/no-such-share-code'],
  ['GET', '/foo/%zz'],
  ['DELETE', '/foo/bar'],
])('S1: %s %s is a JSON 404 and not of crossengage, even with its headers', async (method, path) => {
  expectJson404(await ask(method, path))
  expectJson404(await ask(method, path, { ...key, ...version }))
})

it.each(['/users', '/users/x', '/users/', '/users/no/such/path', '/leads', '/leads/'])(
  'S1: %s belongs to crossengage whatever the headers: 401, empty',
  async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const reply = await ask(method, path)
      expect(reply.status, describeReply(reply)).toBe(401)
      expect(reply.body.length, describeReply(reply)).toBe(0)
    }
  },
)

it('S1: POST /events belongs to crossengage with one of its headers', async () => {
  for (const path of ['/events', '/events/', '/events?x=1']) {
    const onlyVersion = await ask('POST', path, version)
    expect(onlyVersion.status, describeReply(onlyVersion)).toBe(401)
    expect(onlyVersion.body.length).toBe(0)
    const onlyKey = await ask('POST', path, key)
    expect(onlyKey.status, describeReply(onlyKey)).toBe(400)
    expect(jsonOf(onlyKey)).toMatchObject({ errors: [{ code: '2' }] })
    const wrongKey = await ask('POST', path, { 'X-XNG-AuthToken': 'nonsense', ...version })
    expect(wrongKey.status, describeReply(wrongKey)).toBe(401)
  }
})

it('S1: POST /events without those headers is not answered by crossengage', async () => {
  const reply = await ask('POST', '/events')
  expect(reply.body.length, describeReply(reply)).toBeGreaterThan(0)
  expect(jsonOf(reply)).toBeTypeOf('object')
})

it.each([
  ['GET', '/events'],
  ['PUT', '/events'],
  ['POST', '/events/x'],
])('S1: %s %s is not of crossengage, even with its headers', async (method, path) => {
  const reply = await ask(method, path, { ...key, ...version })
  expect(reply.body.length, describeReply(reply)).toBeGreaterThan(0)
  expect(jsonOf(reply)).toBeTypeOf('object')
})

it("S34: OPTIONS goes to the row of its path; crossengage allows no browser, and /events is extole's", async () => {
  const preflight = { Origin: 'https://shop.acme.example', 'Access-Control-Request-Method': 'PUT' }
  const users = await ask('OPTIONS', '/users', preflight)
  expect(users.status, describeReply(users)).toBe(401)
  expect(users.headers['access-control-allow-origin']).toBeUndefined()
  const events = await ask('OPTIONS', '/events', { ...preflight, ...key, ...version })
  expect(events.status, describeReply(events)).not.toBe(401)
})

it('S34: crossengage answers carry no permission for browsers', async () => {
  const reply = await ask('GET', '/users/x', {
    ...key,
    'X-XNG-ApiVersion': '2',
    Origin: 'https://shop.acme.example',
  })
  expect(reply.status).toBe(404)
  expect(reply.headers['access-control-allow-origin']).toBeUndefined()
})

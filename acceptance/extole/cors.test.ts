import { describe, expect, it } from 'vitest'
import { describeReply, type Reply } from '../client.ts'
import { ask, identified, otherHost } from './extole.ts'
import { codeOf } from './referral.ts'

const shop = 'https://shop.acme.example'
const exposed = [
  'X-Extole-Token',
  'X-Extole-Error',
  'X-Extole-Error-Message',
  'X-Extole-Log',
  'X-Extole-Campaign',
  'X-Extole-Input-Event-Id',
  'Retry-After',
]

/** The headers of an answer that tell browsers what they may. */
function permissions(reply: Reply): readonly string[] {
  return Object.keys(reply.headers).filter((name) => name.startsWith('access-control-'))
}

function listIn(header: string | undefined): readonly string[] {
  return (header ?? '').split(',').map((part) => part.trim().toLowerCase())
}

/** Routes of every kind, and answers of every kind. */
const routes: readonly (readonly [string, string, string])[] = [
  ['an API route', 'POST', '/api/v5/token'],
  ['an API route without /api', 'GET', '/v4/token'],
  ['a refusal', 'GET', '/api/v4/me'],
  ['a web event', 'GET', '/events?event_name=visit'],
  ['a web event of crossengage’s path', 'POST', '/events'],
  ['an error of a web zone', 'GET', '/zones/no_such_zone'],
  ['a zone', 'GET', '/zone/mobile_sharing'],
  ['the library', 'GET', '/core.js'],
  ['an open route', 'POST', '/api/v4/debug/logs'],
  ['a back end’s route', 'POST', '/api/v2/consumers/x/authorize'],
  ['a wrong method', 'PATCH', '/api/v4/me'],
  ['an unknown path', 'GET', '/api/v4/nothing'],
  ['an unknown path elsewhere', 'POST', '/foo/bar'],
  ['an unknown code', 'GET', '/nobody-has-this-code'],
]

describe('answers', () => {
  it.each(routes)(
    'E118: %s (%s %s) is readable by a page of a listed origin',
    async (_name, method, path) => {
      for (const origin of [shop, 'http://localhost:5173']) {
        const reply = await ask(method, path, { headers: { Origin: origin } })
        const told = describeReply(reply)
        expect(reply.headers['access-control-allow-origin'], told).toBe(origin)
        expect(reply.headers['access-control-allow-credentials'], told).toBe('true')
        expect(listIn(reply.headers.vary), told).toContain('origin')
        const headers = listIn(reply.headers['access-control-expose-headers'] as string)
        for (const name of exposed) expect(headers, told).toContain(name.toLowerCase())
      }
    },
  )

  it.each(routes)(
    'E118: %s (%s %s) gives no permission to others, and answers as usual',
    async (_name, method, path) => {
      const plain = await ask(method, path)
      for (const origin of [
        'https://evil.example',
        'https://shop.acme.example.evil.example',
        'http://shop.acme.example',
        'https://SHOP.acme.example.',
        'null',
        '*',
        '',
      ]) {
        const reply = await ask(method, path, { headers: { Origin: origin } })
        expect(permissions(reply), `${origin}: ${describeReply(reply)}`).toEqual([])
        expect(reply.status, describeReply(reply)).toBe(plain.status)
      }
      expect(permissions(plain)).toEqual([])
    },
  )

  it('E118: a share link is as readable as its caller may read', async () => {
    const code = await codeOf((await identified()).token)
    const reply = await ask('GET', `/${code}`, { headers: { Origin: shop } })
    expect(reply.headers['access-control-allow-origin']).toBe(shop)
  })

  it('E118: "*" among the origins allows any, without credentials; a listed one keeps them', async () => {
    const answer = (origin: string) =>
      ask('POST', '/api/v5/token', { headers: { Origin: origin, Host: otherHost } })
    for (const origin of ['https://anybody.example', 'null', '*']) {
      const any = await answer(origin)
      expect(any.headers['access-control-allow-origin'], origin).toBe('*')
      expect(any.headers['access-control-allow-credentials'], origin).toBeUndefined()
      expect(any.headers['access-control-expose-headers']).toContain('X-Extole-Token')
    }
    const named = await answer('https://named.other.example')
    expect(named.headers['access-control-allow-origin']).toBe('https://named.other.example')
    expect(named.headers['access-control-allow-credentials']).toBe('true')
  })
})

describe('preflights', () => {
  const preflight = (
    path: string,
    origin: string,
    headers: string | undefined,
    method = 'POST',
    host?: string,
  ) =>
    ask('OPTIONS', path, {
      headers: {
        Origin: origin,
        Host: host ?? 'acme.localhost',
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': headers,
      },
    })

  it.each([
    '/api/v5/token',
    '/v4/me',
    '/events',
    '/api/events/x',
    '/zones',
    '/zone/x',
    '/core.js',
    '/api/v4/debug/logs',
    '/api/v2/consumers/x/authorize',
    '/api/v4/nothing',
    '/foo/bar',
    '/some-code',
  ])('E119: of %s is answered 204, without a token', async (path) => {
    const reply = await preflight(path, shop, 'Authorization, content-type')
    expect(reply.status, describeReply(reply)).toBe(204)
    expect(reply.body).toHaveLength(0)
    expect(reply.headers['access-control-allow-origin']).toBe(shop)
    expect(reply.headers['access-control-allow-credentials']).toBe('true')
    expect(reply.headers['access-control-allow-methods']).toBe('GET, POST, PUT, DELETE, OPTIONS')
    expect(listIn(reply.headers['access-control-allow-headers'] as string)).toEqual([
      'authorization',
      'content-type',
    ])
    expect(Number(reply.headers['access-control-max-age'])).toBeGreaterThanOrEqual(600)
  })

  it('E119: of the headers asked for, those of this API are allowed', async () => {
    const asked =
      'Accept,AUTHORIZATION , Content-Type,time-zone,X-Extole-Token,x-extole-anything-9,Cookie,X-XNG-AuthToken'
    const reply = await preflight('/api/v4/me', shop, asked)
    expect([...listIn(reply.headers['access-control-allow-headers'] as string)].sort()).toEqual([
      'accept',
      'authorization',
      'content-type',
      'time-zone',
      'x-extole-anything-9',
      'x-extole-token',
    ])
    expect((await preflight('/api/v4/me', shop, undefined)).status).toBe(204)
  })

  it('E119: an origin that is not allowed is told nothing', async () => {
    for (const method of ['POST', 'PATCH', 'TRACE']) {
      const reply = await preflight('/api/v4/me', 'https://evil.example', 'authorization', method)
      expect(reply.status).toBe(204)
      expect(permissions(reply)).toEqual([])
    }
  })

  it('E119: with "*" any origin is allowed, without credentials', async () => {
    const reply = await preflight('/zones', 'https://anybody.example', 'authorization', 'POST', otherHost)
    expect(reply.status).toBe(204)
    expect(reply.headers['access-control-allow-origin']).toBe('*')
    expect(reply.headers['access-control-allow-credentials']).toBeUndefined()
  })

  it('E119, E121: OPTIONS that is no preflight is a method like any other', async () => {
    const reply = await ask('OPTIONS', '/api/v4/me', { headers: { Origin: shop } })
    expect(reply.status).toBe(405)
    expect(reply.headers['access-control-allow-origin']).toBe(shop)
  })
})

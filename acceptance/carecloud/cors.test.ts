import { describe, expect, it } from 'vitest'
import { describeReply, type Reply } from '../client.ts'
import { acme, carecloud, other, type Tenant } from './cc.ts'
import { aMember } from './people.ts'

const listed = ['https://shop.acme.example', 'http://localhost:5173']
const strange = 'https://evil.example'
const bases = ['/rest-api/customer-interface/v1.0', '/webservice/rest-api/enterprise-interface/v1.0']

function preflight(path: string, origin: string, tenant: Tenant = acme): Promise<Reply> {
  return carecloud({
    method: 'OPTIONS',
    path,
    headers: {
      Host: tenant.host,
      Origin: origin,
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'authorization,content-type',
    },
  })
}

function get(path: string, origin: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return carecloud({ method: 'GET', path, headers: { Host: acme.host, Origin: origin, ...headers } })
}

function namesOf(header: unknown): readonly string[] {
  return String(header)
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .sort()
}

function expectNoCors(reply: Reply): void {
  const names = Object.keys(reply.headers).filter((name) => name.startsWith('access-control-'))
  expect(names, describeReply(reply)).toEqual([])
}

describe('preflights', () => {
  it.each(listed)('L8: %s is allowed on both interfaces, by name and without cookies', async (origin) => {
    for (const base of bases) {
      const reply = await preflight(`${base}/customers`, origin)
      expect(reply.status, describeReply(reply)).toBe(204)
      expect(reply.headers['access-control-allow-origin']).toBe(origin)
      expect(reply.headers['access-control-allow-credentials']).toBeUndefined()
      expect(namesOf(reply.headers['access-control-allow-headers'])).toEqual([
        'accept-language',
        'authorization',
        'content-type',
        'x-external-app-id',
      ])
      const methods = namesOf(reply.headers['access-control-allow-methods'])
      expect(methods).toEqual(expect.arrayContaining(['get', 'post', 'put', 'delete']))
      expect(String(reply.headers.vary)).toMatch(/origin/i)
    }
  })

  it('L8: needs no credential, whatever the path asks for', async () => {
    for (const base of bases) {
      for (const path of ['/tokens', '/users/actions/login', '/customers/x', '/stores/']) {
        const reply = await preflight(base + path, listed[0] ?? '')
        expect([reply.status, reply.headers['access-control-allow-origin']]).toEqual([204, listed[0]])
      }
    }
  })

  it.each([
    strange,
    'null',
    'https://shop.acme.example.evil.example',
    'http://shop.acme.example',
    'https://shop.acme.example:444',
  ])('L8: %s gets no permission', async (origin) => {
    for (const base of bases) expectNoCors(await preflight(`${base}/customers`, origin))
  })

  it('L8: any origin where the workspace lists "*", still without cookies', async () => {
    for (const base of bases) {
      const reply = await preflight(`${base}/customers`, strange, other)
      expect(reply.headers['access-control-allow-origin']).toBe(strange)
      expect(reply.headers['access-control-allow-credentials']).toBeUndefined()
    }
  })
})

describe('answers', () => {
  it('L8: a listed origin reads answers and refusals', async () => {
    const member = await aMember()
    const bearer = { Authorization: `Bearer ${member.token}` }
    for (const [path, headers, status] of [
      ['/rest-api/customer-interface/v1.0/stores', bearer, 200],
      ['/rest-api/customer-interface/v1.0/languages', {}, 200],
      ['/rest-api/customer-interface/v1.0/customers', {}, 401],
      ['/rest-api/customer-interface/v1.0/nonsense', bearer, 404],
      ['/rest-api/customer-interface/v1.0/customers/1', bearer, 400],
    ] as const) {
      const reply = await get(path, listed[0] ?? '', headers)
      expect(reply.status, describeReply(reply)).toBe(status)
      expect(reply.headers['access-control-allow-origin'], describeReply(reply)).toBe(listed[0])
      expect(reply.headers['access-control-allow-credentials']).toBeUndefined()
      expect(String(reply.headers.vary)).toMatch(/origin/i)
    }
  })

  it('L8: another origin gets the answer without permission', async () => {
    const reply = await get('/rest-api/customer-interface/v1.0/languages', strange)
    expect(reply.status).toBe(200)
    expectNoCors(reply)
  })

  it('L8, S3: which origins are listed is said by the workspace of the credential', async () => {
    const reply = await carecloud({
      method: 'GET',
      path: '/rest-api/enterprise-interface/v1.0/stores',
      headers: { Host: acme.host, Origin: strange, Authorization: `Bearer ${other.masterKey}` },
    })
    expect(reply.headers['access-control-allow-origin'], describeReply(reply)).toBe(strange)
  })
})

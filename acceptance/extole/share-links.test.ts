import { describe, expect, it } from 'vitest'
import { describeReply } from '../client.ts'
import { unique } from '../unique.ts'
import { aToken, expectError } from './conventions.ts'
import { ask, extole, get, identified, newToken, otherHost, readMe, tokenAfter } from './extole.ts'
import { advocatesOf, codeOf, follow } from './referral.ts'

const landing = 'https://shop.acme.example/welcome?code='

function cookiesOf(headers: Readonly<Record<string, unknown>>): readonly string[] {
  return [headers['set-cookie'] ?? []].flat() as string[]
}

describe('where a link leads', () => {
  it('E73: a share link is a redirect to the landing page of its campaign, which nobody keeps', async () => {
    const { token } = await identified()
    const code = await codeOf(token)
    const reply = await follow(`/${code}`)
    expect(reply.status, describeReply(reply)).toBe(302)
    expect(reply.headers.location).toBe(`${landing}${code}`)
    expect(reply.headers['cache-control']).toBe('no-store')
  })

  it('E73: every {code} of the landing URL is replaced', async () => {
    const code = await codeOf((await identified()).token, 'bring-two')
    const reply = await follow(`/${code}`)
    expect(reply.headers.location).toBe(`https://shop.acme.example/two/${code}?from=${code}`)
  })

  it('E73: further query parameters are appended, but for those that are secrets', async () => {
    const code = await codeOf((await identified()).token)
    const query = `utm_source=mail&x=a%20b&x=%C4%8D&access_token=${await newToken()}&jwt=j&id_token=i`
    const { location = '' } = (await follow(`/${code}?${query}`)).headers
    const target = new URL(location)
    expect(target.origin + target.pathname).toBe('https://shop.acme.example/welcome')
    expect([...target.searchParams]).toEqual([
      ['code', code],
      ['utm_source', 'mail'],
      ['x', 'a b'],
      ['x', 'č'],
    ])
  })

  it('E73, E67: a code is found without regard to case, and handed on as it was created', async () => {
    const { token } = await identified()
    const wanted = unique('MixedCase')
    const made = await ask('POST', '/api/v6/me/shareables', {
      token,
      body: { preferred_code_prefixes: [wanted] },
    })
    expect(made.status, describeReply(made)).toBe(200)
    for (const typed of [wanted, wanted.toLowerCase(), wanted.toUpperCase(), `${wanted}/`]) {
      expect((await follow(`/${typed}`)).headers.location).toBe(`${landing}${wanted}`)
    }
  })
})

describe('what following a link does', () => {
  it('E74: a visitor gets a device and both cookies, and is attributed to the advocate of the code', async () => {
    const ann = await identified()
    const reply = await follow(`/${await codeOf(ann.token)}`)
    const token = tokenAfter(reply)
    const cookies = cookiesOf(reply.headers)
    expect(cookies).toHaveLength(2)
    for (const [index, name] of ['extole_token', 'access_token'].entries()) {
      expect(cookies[index]).toMatch(
        new RegExp(
          `^${name}=${token}; Path=/; Max-Age=31536000; Expires=[^;]+GMT; HttpOnly; Secure; SameSite=None$`,
        ),
      )
    }
    expect(await advocatesOf(token)).toEqual([ann.id])
  })

  it('E74: a valid cookie keeps its device; a stale one is as good as none', async () => {
    const code = await codeOf((await identified()).token)
    const visitor = await newToken()
    const known = await follow(`/${code}`, visitor)
    expect(tokenAfter(known)).toBe(visitor)
    const stale = await follow(`/${code}`, 'A'.repeat(26))
    expect(stale.status).toBe(302)
    expect(tokenAfter(stale)).not.toBe('A'.repeat(26))
    expect(cookiesOf(stale.headers)).toHaveLength(2)
  })

  it('E74, E20: a cookie that a foreign origin brings is not used, and none is set', async () => {
    const code = await codeOf((await identified()).token)
    const visitor = await newToken()
    const foreign = await ask('GET', `/${code}`, {
      headers: { Cookie: `extole_token=${visitor}`, Origin: 'https://evil.example' },
    })
    expect(foreign.status).toBe(302)
    expect(tokenAfter(foreign)).not.toBe(visitor)
    expect(cookiesOf(foreign.headers)).toEqual([])
  })

  it.each([
    ['Purpose', 'prefetch'],
    ['Sec-Purpose', 'prefetch'],
    ['Sec-Purpose', 'prefetch;prerender'],
  ])('E74: a prefetch (%s: %s) is redirected and leaves no trace', async (name, value) => {
    const code = await codeOf((await identified()).token)
    const visitor = await newToken()
    for (const cookie of [undefined, `extole_token=${visitor}`]) {
      const reply = await ask('GET', `/${code}`, { headers: { [name]: value, Cookie: cookie } })
      expect([reply.status, reply.headers.location]).toEqual([302, `${landing}${code}`])
      expect(reply.headers['x-extole-token']).toBeUndefined()
      expect(cookiesOf(reply.headers)).toEqual([])
    }
    expect(await advocatesOf(visitor)).toEqual([])
  })

  it('E74: so is HEAD', async () => {
    const code = await codeOf((await identified()).token)
    const visitor = await newToken()
    const reply = await extole({
      method: 'HEAD',
      path: `/${code}`,
      headers: { Cookie: `extole_token=${visitor}` },
    })
    expect([reply.status, reply.headers.location]).toEqual([302, `${landing}${code}`])
    expect(cookiesOf(reply.headers)).toEqual([])
    expect(await advocatesOf(visitor)).toEqual([])
  })

  it('E74, E77: the click counts for the person whom the visitor turns out to be', async () => {
    const ann = await identified()
    const visitor = tokenAfter(await follow(`/${await codeOf(ann.token)}`))
    const before = await readMe(visitor)
    await ask('POST', '/api/v4/me', { token: visitor, body: { email: `${unique()}@example.com` } })
    expect((await readMe(visitor)).id).toBe(before.id)
    expect(await advocatesOf(visitor)).toEqual([ann.id])
  })
})

describe('what is no link', () => {
  it.each(['nobody-has-this-code', 'x', 'a%20b', '%F0%9F%8E%81', '..%2Fx', 'Events', 'ZONES', 'v7', 'api'])(
    'E75: GET /%s is shareable_not_found with the code',
    async (code) => {
      expectError(await get(`/${code}`), 404, 'shareable_not_found', { code: decodeURIComponent(code) })
    },
  )

  it('E75: any route of the origin goes before a code', async () => {
    expect((await get('/events?event_name=x')).headers['x-extole-token']).toMatch(aToken)
    expect((await get('/core.js')).headers['content-type']).toMatch(/^application\/javascript/)
    expectError(await get('/v4'), 404, 'method_not_found')
    expectError(await get('/web'), 404, 'method_not_found')
  })

  it('E75: a link takes no other method', async () => {
    const code = await codeOf((await identified()).token)
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expectError(await ask(method, `/${code}`), 404, 'method_not_found')
    }
  })

  it('E75, E11: a code of another workspace is unknown', async () => {
    const code = await codeOf((await identified()).token)
    expectError(await ask('GET', `/${code}`, { headers: { Host: otherHost } }), 404, 'shareable_not_found', {
      code,
    })
  })
})

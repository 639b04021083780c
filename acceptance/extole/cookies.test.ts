import { expect, it } from 'vitest'
import { describeReply, type Reply } from '../client.ts'
import { uniqueEmail } from '../unique.ts'
import { aToken, okOf } from './conventions.ts'
import { ask, newToken, otherHost, tokenAfter } from './extole.ts'

const shop = 'https://shop.acme.example'
const yearSeconds = 31_536_000

interface SetCookie {
  readonly value: string
  readonly attributes: readonly string[]
}

/** The cookies that an answer sets, by name; one set twice fails. */
function cookiesOf(reply: Reply): ReadonlyMap<string, SetCookie> {
  const cookies = new Map<string, SetCookie>()
  for (const line of reply.headers['set-cookie'] ?? []) {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const [name = '', value = ''] = pair.split('=')
    expect(cookies.has(name), `${name} twice in ${describeReply(reply)}`).toBe(false)
    cookies.set(name, { value, attributes })
  }
  return cookies
}

function valuesOf(reply: Reply): Readonly<Record<string, string>> {
  return Object.fromEntries([...cookiesOf(reply)].map(([name, { value }]) => [name, value]))
}

function visit(headers: Readonly<Record<string, string>> = {}, data = {}): Promise<Reply> {
  return ask('POST', '/events', { headers, body: { event_name: 'visit', data } })
}

it('E18: both cookies have the token’s value and the same attributes, for a year', async () => {
  const reply = await visit()
  const token = tokenAfter(reply)
  const cookies = cookiesOf(reply)
  expect([...cookies.keys()].sort()).toEqual(['access_token', 'extole_token'])
  for (const { value, attributes } of cookies.values()) {
    expect(value).toBe(token)
    const expires = attributes.find((attribute) => attribute.startsWith('Expires=')) ?? ''
    expect(attributes.filter((attribute) => attribute !== expires).sort()).toEqual(
      ['Path=/', `Max-Age=${yearSeconds}`, 'HttpOnly', 'Secure', 'SameSite=None'].sort(),
    )
    const date = Date.parse(expires.slice('Expires='.length))
    expect(Math.abs(date - Date.now() - yearSeconds * 1000)).toBeLessThan(120_000)
  }
})

it.each([
  ['POST', '/events'],
  ['GET', '/events/visit'],
  ['POST', '/zones/none'],
  ['GET', '/zones/none'],
  ['GET', '/zone?zone_name=none'],
  ['GET', '/api/v4/token'],
  ['POST', '/api/v4/token'],
])(
  'E19: %s %s sets cookies where none was given, and for a token that came by cookie',
  async (method, path) => {
    const body = method === 'POST' ? { event_name: 'visit' } : undefined
    const first = await ask(method, path, { body })
    expect(first.status, describeReply(first)).toBe(200)
    const { extole_token = '', access_token } = valuesOf(first)
    expect(extole_token).toMatch(aToken)
    expect(access_token).toBe(extole_token)
    const second = await ask(method, path, { body, headers: { Cookie: `access_token=${extole_token}` } })
    const again = valuesOf(second)
    if (path === '/api/v4/token' && method === 'POST') expect(again.extole_token).toMatch(aToken)
    else expect(again).toEqual({ extole_token, access_token: extole_token })
  },
)

it('E19: a token given by query, header or body is the client’s to manage: no cookie is set', async () => {
  const token = await newToken()
  const body = { event_name: 'visit' }
  const replies = [
    await ask('POST', '/events', { token, body }),
    await ask('POST', `/events?access_token=${token}`, { body }),
    await ask('POST', '/events', { token: 'NONSENSE', body }),
    await ask('GET', '/api/v4/token', { token }),
    await ask('POST', '/api/v4/token', { token, body: {} }),
    await ask('POST', '/api/v4/token/refresh', { token }),
  ]
  for (const reply of replies) {
    expect(reply.status, describeReply(reply)).toBe(200)
    expect(cookiesOf(reply).size, describeReply(reply)).toBe(0)
  }
})

it('E19: nobody plants a token in a visitor’s cookies: one in the query beside a cookie is not taken over', async () => {
  const [planted, visitors] = [await newToken(), await newToken()]
  const reply = await ask('GET', `/events/visit?access_token=${planted}`, {
    headers: { Cookie: `extole_token=${visitors}` },
  })
  expect(cookiesOf(reply).size).toBe(0)
})

it('E19: /core.js sets no cookie', async () => {
  const reply = await ask('GET', '/core.js', { headers: { Cookie: `extole_token=${await newToken()}` } })
  expect(reply.status).toBe(200)
  expect(cookiesOf(reply).size).toBe(0)
})

it('E19, E30: a rotated token that came by cookie becomes the cookie', async () => {
  const { extole_token = '' } = valuesOf(await visit())
  const reply = await visit({ Cookie: `extole_token=${extole_token}` }, { email: uniqueEmail() })
  const token = tokenAfter(reply)
  expect(token).not.toBe(extole_token)
  expect(valuesOf(reply)).toEqual({ extole_token: token, access_token: token })
})

it.each([
  ['its own origin', 'http://acme.localhost', true],
  ['an origin that the workspace lists', shop, true],
  ['no Origin', undefined, true],
  ['any other', 'https://evil.example', false],
  ['null', 'null', false],
  ['a subdomain of a listed one', 'https://x.shop.acme.example', false],
  ['a listed one over http', 'http://shop.acme.example', false],
])('E20: with %s as Origin a cookie counts: %s %s', async (_name, Origin, counts) => {
  const token = await newToken()
  const headers = { Cookie: `extole_token=${token}`, ...(Origin === undefined ? {} : { Origin }) }
  const event = await visit(headers)
  expect(tokenAfter(event) === token).toBe(counts)
  const current = await ask('GET', '/api/v4/token', { headers })
  expect(okOf(current).access_token === token).toBe(counts)
})

it('E20: "*" in origins does not count', async () => {
  const Host = otherHost
  const token = tokenAfter(await visit({ Host }))
  const headers = { Host, Cookie: `extole_token=${token}` }
  expect(tokenAfter(await visit(headers))).toBe(token)
  expect(tokenAfter(await visit({ ...headers, Origin: 'https://evil.example' }))).not.toBe(token)
})

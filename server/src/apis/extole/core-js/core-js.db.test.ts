import { createContext, runInContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestExtole } from '../extole.fixture.ts'
import { openReferralExtole } from '../referral.fixture.ts'

let extole: TestExtole
beforeAll(async () => {
  extole = await openReferralExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

test('the library is served small, cached and with an ETag, to everybody and without a cookie (E12, E19, 21)', async () => {
  const first = await extole.call('GET', '/core.js')
  expect(first.status).toBe(200)
  expect(first.headers['content-type']).toMatch(/^application\/javascript/)
  expect(first.headers['cache-control']).toBe('public, max-age=3600')
  expect(first.headers['set-cookie']).toBeUndefined()
  expect(Buffer.byteLength(first.text)).toBeLessThan(10_000)
  expect((await extole.call('GET', '/core-loader.js')).text).toBe(first.text)
  const again = await extole.call('GET', '/core.js', {
    headers: { 'if-none-match': String(first.headers.etag) },
  })
  expect([again.status, again.text]).toEqual([304, ''])
})

interface Page {
  readonly tokens: Map<string, string>
  readonly sent: {
    readonly path: string
    readonly authorization: string | undefined
    readonly body: string
  }[]
  readonly nodes: { dataset: Record<string, string>; textContent: string; href: string | undefined }[]
}

/** The library in a page of its own, its calls answered by the real API. */
async function openPage(options: { search?: string; queue: (tell: (result: unknown) => void) => unknown[] }) {
  const source = (await extole.call('GET', '/core.js')).text
  const page: Page = {
    tokens: new Map(),
    sent: [],
    nodes: ['data.label', 'label', 'list'].map((path) => ({
      dataset: { extoleText: path, extoleHref: path },
      textContent: '?',
      href: undefined,
    })),
  }
  const results: unknown[] = []
  const thrown: unknown[] = []
  const setTimeout = (run: () => void) => {
    try {
      run()
    } catch (error) {
      thrown.push(error)
    }
  }
  const element = {
    querySelectorAll: () =>
      page.nodes.map((node) =>
        Object.assign(node, {
          setAttribute: (_name: string, value: string) => {
            node.href = value
          },
        }),
      ),
  }
  const window = {
    localStorage: {
      getItem: (key: string) => page.tokens.get(key) ?? null,
      setItem: (key: string, value: string) => void page.tokens.set(key, value),
      removeItem: (key: string) => void page.tokens.delete(key),
    },
    extole: { q: options.queue((result) => results.push(result)) },
  }
  const fetch = async (
    url: string,
    init: { method: string; headers: Record<string, string>; body?: string; keepalive?: boolean },
  ) => {
    const { pathname } = new URL(url)
    if (init.keepalive && Buffer.byteLength(init.body ?? '') > 65_536)
      throw new TypeError('too much is kept alive')
    const { Authorization: authorization } = init.headers
    page.sent.push({ path: pathname, authorization, body: init.body ?? '' })
    const answer = await extole.call(init.method === 'DELETE' ? 'DELETE' : 'POST', pathname, {
      ...(init.body !== undefined && { payload: init.body }),
      headers: {
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
        ...(authorization !== undefined && { authorization }),
      },
    })
    return {
      ok: answer.status < 300,
      status: answer.status,
      headers: { get: (name: string) => answer.headers[name.toLowerCase()] ?? null },
      json: async () => answer.body,
    }
  }
  const document = {
    currentScript: { src: 'https://go.acme.example/core.js', dataset: { codeParam: 'c' } },
    getElementById: (id: string) => (id === 'box' ? element : null),
  }
  const location = { href: 'https://shop.acme.example/', search: options.search ?? '' }
  runInContext(source, createContext({ window, document, location, fetch, URL, URLSearchParams, setTimeout }))
  return { page, results, thrown, window }
}

test('calls of the stub are replayed in order, with the landing page’s code and the token that the one before brought (E125–E128)', async () => {
  const { page, results } = await openPage({
    search: '?c=some-code',
    queue: (tell) => [
      ['event', ['first', { a: 1 }, tell]],
      ['createZone', [{ name: 'mobile_sharing', element_id: 'box' }, tell]],
      ['createZone', [{ name: 'unknown' }, tell]],
      ['nothing', []],
    ],
  })
  await expect.poll(() => results.length).toBe(3)
  expect(results[0]).toEqual({ name: 'first', event_id: expect.stringMatching(/^\d+$/) })
  expect(results[1]).toMatchObject({
    name: 'mobile_sharing',
    data: { label: 'refer-a-friend' },
    campaign_id: expect.any(String),
  })
  expect(results[2]).toEqual({ name: 'unknown', error: 'no_creative' })
  expect(page.sent.map(({ path }) => path)).toEqual(['/events', '/zones', '/zones'])
  expect(JSON.parse(page.sent[0]?.body ?? '')).toEqual({
    event_name: 'first',
    data: { advocate_code: 'some-code', a: 1 },
  })
  const [token] = page.tokens.values()
  expect(page.sent.map(({ authorization }) => authorization)).toEqual([
    undefined,
    `Bearer ${token}`,
    `Bearer ${token}`,
  ])
  expect(page.nodes.map(({ textContent }) => textContent)).toEqual(['', 'refer-a-friend', ''])
  expect(page.nodes.map(({ href }) => href)).toEqual([undefined, undefined, undefined])
})

test('a queued call that cannot be made, and a callback that throws, hold none of the others up (E125)', async () => {
  const { results, thrown } = await openPage({
    queue: (tell) => [
      undefined,
      ['createZone', []],
      [
        'event',
        [
          'first',
          {},
          () => {
            throw new Error('of the page')
          },
        ],
      ],
      ['event', ['second', { long: 'x'.repeat(100_000) }, tell]],
    ],
  })
  await expect.poll(() => results).toEqual([{ name: 'second', event_id: expect.any(String) }])
  expect(thrown).toHaveLength(3)
})

test('logging out ends the token and forgets it (E127)', async () => {
  const { page, results } = await openPage({
    queue: (tell) => [
      ['event', ['seen', {}, tell]],
      ['logout', [tell]],
    ],
  })
  await expect.poll(() => results.length).toBe(2)
  expect(page.tokens.size).toBe(0)
  const authorization = page.sent[1]?.authorization ?? ''
  const refused = await extole.call('GET', '/api/v4/me', { headers: { authorization } })
  expect(refused.body.code).toBe('invalid_access_token')
})

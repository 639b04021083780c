import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type BrowserWithPages, listedOrigin, openBrowser, unlistedOrigin } from '../browser.ts'
import type { Fields } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { anId, aToken, expectError } from './conventions.ts'
import { ask, get, identified, readMe } from './extole.ts'
import { advocatesOf, codeOf, rewardNames, rewardStatus, shareableOf, verify } from './referral.ts'
import { signJwt } from './sign-jwt.ts'

describe('how it is served', () => {
  it.each(['/core.js', '/core-loader.js'])(
    'section 21: %s is small, cached and for everybody',
    async (path) => {
      const reply = await get(path)
      expect(reply.status).toBe(200)
      expect(reply.headers['content-type']).toMatch(/^application\/javascript/)
      expect(reply.headers['cache-control']).toBe('public, max-age=3600')
      expect(reply.headers['set-cookie']).toBeUndefined()
      expect(reply.body.length).toBeLessThan(10_000)
      expect(reply.body.equals((await get('/core.js')).body)).toBe(true)
      const { etag = '' } = reply.headers
      expect(etag).toMatch(/^"[^"]+"$/)
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const again = await ask('GET', path, { headers: { 'If-None-Match': known } })
        expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag])
      }
      expect((await ask('GET', path, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200)
    },
  )
})

const stub = `window.extole = { q: [] }
for (const name of ['createZone', 'event', 'logout']) {
  window.extole[name] = (...parameters) => { window.extole.q.push([name, parameters]) }
}
window.told = []`

const elements = `<div id="box">
<p data-extole-text="title">old</p><p data-extole-text="deep.number">old</p><p data-extole-text="missing">old</p>
<a data-extole-href="deep.link">a</a><a data-extole-href="script">b</a><a data-extole-href="title">c</a>
</div>`

/** A landing page: the stub, calls that wait in it, and the library, which is loaded when it may. */
const landing = (calls: string) => `<!doctype html><title>Shop</title>${elements}
<script>${stub}
${calls}</script>
<script async src="${inject('baseUrl')}/core.js" data-code-param="c"></script>`

let chromium: BrowserWithPages
beforeAll(async () => {
  chromium = await openBrowser()
  chromium.show('/plain', landing(''))
})
afterAll(() => chromium?.[Symbol.asyncDispose]())

interface Call {
  readonly path: string
  readonly method: string
  readonly authorization: string | undefined
  readonly body: Fields
}

/** A page in a profile of its own, and the calls that it sends to us. */
async function open(path: string, options: { origin?: string; context?: BrowserContext } = {}) {
  const { origin = listedOrigin, context = await chromium.browser.newContext() } = options
  const page = await context.newPage()
  const calls: Call[] = []
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== new URL(inject('baseUrl')).origin || request.resourceType() !== 'fetch') return
    calls.push({
      path: url.pathname,
      method: request.method(),
      authorization: request.headers().authorization,
      body: JSON.parse(request.postData() ?? '{}') as Fields,
    })
  })
  await page.goto(origin + path)
  await page.waitForFunction(
    'window.extole.q.length === 0 && !window.extole.event.toString().includes("push")',
  )
  return { page, calls, context }
}

const told = (page: Page, count: number) =>
  page
    .waitForFunction(`window.told.length >= ${count}`)
    .then(() => page.evaluate('window.told') as Promise<readonly Fields[]>)

/** What a call of the library gives its callback. */
function call(page: Page, name: 'createZone' | 'event', ...parameters: readonly unknown[]): Promise<Fields> {
  const sent = JSON.stringify(parameters)
  return page.evaluate(`new Promise((resolve) => extole.${name}(...${sent}, resolve))`)
}

async function storedToken(page: Page): Promise<string | undefined> {
  const values = (await page.evaluate('Object.values(localStorage)')) as readonly string[]
  return values.find((value) => aToken.test(value))
}

describe('in a browser', () => {
  it('E125: calls that waited in the stub are replayed in order, then the functions are real', async () => {
    const email = uniqueEmail()
    chromium.show(
      '/queue',
      landing(`extole.event('first', { n: 1, email: '${email}' }, (result) => told.push(result))
extole.createZone({ name: 'every_placeholder', data: { plain: 'P' } }, (result) => told.push(result))
extole.event('last')`),
    )
    const { page, calls } = await open('/queue')
    const results = await told(page, 2)
    expect(results[0]).toEqual({ name: 'first', event_id: expect.stringMatching(anId) })
    expect(results[1]).toEqual({
      name: 'every_placeholder',
      data: expect.objectContaining({ who: expect.stringContaining(`|${email}|`) }),
      campaign_id: expect.stringMatching(anId),
      event_id: expect.stringMatching(anId),
    })
    const later = await call(page, 'event', 'later', {})
    expect(later).toEqual({ name: 'later', event_id: expect.stringMatching(anId) })
    expect(calls.map(({ path, body }) => [path, body.event_name])).toEqual([
      ['/events', 'first'],
      ['/zones', 'every_placeholder'],
      ['/events', 'last'],
      ['/events', 'later'],
    ])
  })

  it('E126: an element is filled with text, never with HTML, and links that are http(s)', async () => {
    const { page } = await open('/plain')
    const title = '<img src=x onerror="window.hacked = true">{{me.id}}'
    const byId = await call(page, 'createZone', { name: 'for_a_page', element_id: 'box', data: { title } })
    const seen = await page.evaluate(`({
      texts: [...document.querySelectorAll('#box p')].map((node) => node.textContent),
      children: document.querySelectorAll('#box img').length,
      links: [...document.querySelectorAll('#box a')].map((node) => node.getAttribute('href')),
      hacked: window.hacked,
    })`)
    const { deep } = byId.data as { deep: { link: string } }
    expect(seen).toEqual({
      texts: [title, '7', ''],
      children: 0,
      links: [deep.link, null, null],
      hacked: undefined,
    })
    const byElement = await page.evaluate(`new Promise((resolve) => {
      const element = document.createElement('div')
      element.innerHTML = '<b data-extole-text="deep.number"></b>'
      extole.createZone({ name: 'for_a_page', element }, () => resolve(element.textContent))
    })`)
    expect(byElement).toBe('7')
  })

  it('E126: a zone that is refused is told by name and error; a JWT is sent along', async () => {
    const { page } = await open('/plain')
    expect(await call(page, 'createZone', { name: 'no_such_zone' })).toEqual({
      name: 'no_such_zone',
      error: 'no_creative',
    })
    const email = uniqueEmail()
    const jwt = await signJwt({ email })
    const { data } = await call(page, 'createZone', { name: 'every_placeholder', jwt })
    expect((data as Fields).who).toContain(`|${email}|`)
    const token = (await storedToken(page)) ?? ''
    expect((await readMe(token)).email).toBe(email)
  })

  it('E127: an event goes out with its data; logging out deletes the token, and the next call is a new device', async () => {
    const { page } = await open('/plain')
    const { event_id } = await call(page, 'event', 'visit', { colour: 'red' })
    const token = (await storedToken(page)) ?? ''
    expect(await rewardStatus(token, event_id)).toMatchObject({ status: 'FAILED' })
    const before = (await readMe(token)).id
    expect(await call(page, 'event', 'visit', { email: 'no address' })).toEqual({
      name: 'visit',
      error: 'invalid_email',
    })
    await page.evaluate('extole.logout()')
    await page.waitForFunction('localStorage.length === 0')
    expectError(await get('/api/v4/me', token), 403, 'invalid_access_token')
    await call(page, 'event', 'visit', {})
    const next = (await storedToken(page)) ?? ''
    expect(next).not.toBe(token)
    expect((await readMe(next)).id).not.toBe(before)
  })

  it('E128: the token is kept in local storage and sent, so that no cookie is needed', async () => {
    const { page, calls, context } = await open('/plain')
    await call(page, 'event', 'visit', {})
    const token = (await storedToken(page)) ?? ''
    expect(token).toMatch(aToken)
    await context.clearCookies()
    const again = await open('/plain', { context })
    const { data } = await call(again.page, 'createZone', { name: 'every_placeholder' })
    expect(String((data as Fields).who).split('|')[0]).toBe((await readMe(token)).id)
    expect([...calls, ...again.calls].map(({ authorization }) => authorization)).toEqual([
      undefined,
      `Bearer ${token}`,
    ])
  })

  it('E128: a token that rotated goes out with the next call', async () => {
    const { page, calls } = await open('/plain')
    await call(page, 'event', 'visit', {})
    const first = await storedToken(page)
    await call(page, 'event', 'login', { email: uniqueEmail() })
    const second = await storedToken(page)
    expect(second).not.toBe(first)
    await call(page, 'event', 'visit', {})
    expect(calls.map(({ authorization }) => authorization)).toEqual([
      undefined,
      `Bearer ${first}`,
      `Bearer ${second}`,
    ])
  })

  it('E128: the landing page’s code goes with each call of its page view, and of no other', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token)
    const { page, calls, context } = await open(`/plain?c=${code}&code=other`)
    await call(page, 'event', 'visit', { x: 1 })
    await call(page, 'createZone', { name: 'for_a_page' })
    const next = await open('/plain', { context })
    await call(next.page, 'event', 'visit', {})
    const codes = [...calls, ...next.calls].map(
      ({ body }) => (body.data as Fields | undefined)?.advocate_code,
    )
    expect(codes).toEqual([code, code, undefined])
    expect(await advocatesOf((await storedToken(page)) ?? '')).toEqual([ann.id])
  })

  it('E126, E118: a page of an origin that is not listed learns nothing', async () => {
    const { page } = await open('/plain', { origin: unlistedOrigin })
    const result = await call(page, 'createZone', { name: 'for_a_page', element_id: 'box' })
    expect(result).toEqual({ name: 'for_a_page', error: expect.stringMatching(/\S/) })
    expect(await storedToken(page)).toBeUndefined()
    expect(await page.textContent('#box p')).toBe('old')
  })
})

it('the web sequence: a landing page with a code, a zone, a purchase, and the reward of it', async () => {
  const ann = await identified()
  const { code } = await shareableOf(ann.token)
  const orderId = unique('order')
  const email = uniqueEmail('bob')
  chromium.show(
    '/welcome',
    landing(`extole.createZone({ name: 'mobile_sharing' }, (result) => told.push(result))
extole.event('purchase', { email: '${email}', amount: 25, partner_event_id: '${orderId}' }, (result) => told.push(result))`),
  )
  const { page } = await open(`/welcome?c=${code}`)
  const [zone, purchase] = await told(page, 2)
  expect(zone?.data).toMatchObject({ label: 'refer-a-friend', 'me.link': expect.stringMatching(/^http/) })
  const token = (await storedToken(page)) ?? ''
  expect((await readMe(token)).email).toBe(email)
  expect(await rewardStatus(token, purchase?.event_id)).toMatchObject({
    status: 'SUCCEEDED',
    reward: { reward_name: 'ten-percent', tags: ['friend'] },
  })
  expect(await rewardNames(await verify(ann))).toEqual(['ten-euro'])
})

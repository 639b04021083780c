import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../../testing/call-app.ts'
import { newToken, type TestExtole } from './extole.fixture.ts'
import { openReferralExtole } from './referral.fixture.ts'

let extole: TestExtole
beforeAll(async () => {
  extole = await openReferralExtole({ rateLimit: true })
})
afterAll(() => extole[Symbol.asyncDispose]())

let addresses = 0
/** Another address: what one test counts is nothing to the next. */
function newAddress(): { readonly remoteAddress: string } {
  addresses++
  return { remoteAddress: `10.0.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}` }
}

function expectRefused(answer: Answer | undefined): void {
  expect([answer?.status, answer?.body.code]).toEqual([429, 'too_many_requests'])
  expect(String(answer?.headers['retry-after'])).toMatch(/^[1-9]\d*$/)
  expect(answer?.headers['access-control-allow-origin']).toBe('https://shop.acme.example')
}

const headers = { origin: 'https://shop.acme.example' }
type Way = (token: string, from: { readonly remoteAddress: string }) => Promise<Answer>

const ways: readonly (readonly [string, Way])[] = [
  ['an API route', (token, from) => extole.call('GET', '/v5/token', { token, headers, ...from })],
  ['a web event', (token, from) => extole.call('GET', '/events/visit', { token, headers, ...from })],
  ['a web zone', (token, from) => extole.call('GET', '/zone/none', { token, headers, ...from })],
]

test.each(ways)('a token has 100 requests a minute: %s (E117)', async (_name, send) => {
  const token = await newToken(extole)
  for (let sent = 0; sent < 100; sent++) expect((await send(token, newAddress())).status).toBe(200)
  expectRefused(await send(token, newAddress()))
  const other = await newToken(extole)
  expect((await send(other, newAddress())).status).toBe(200)
})

test('so has one that a cookie brings to a share link (E117)', async () => {
  const { code } = (await extole.call('POST', '/v6/me/shareables', { token: await newToken(extole) })).body
  const cookie = `extole_token=${await newToken(extole)}`
  const follow = () => extole.call('GET', `/${code}`, { headers: { ...headers, cookie }, ...newAddress() })
  for (let sent = 0; sent < 100; sent++) expect((await follow()).status).toBe(302)
  expectRefused(await follow())
})

test.each(ways)(
  'an identified profile has 10 requests a second over all of its tokens: %s (E117)',
  async (_name, send) => {
    const email = `fast-${_name.replaceAll(' ', '-')}@x.example`
    const tokens = [await newToken(extole, { email }), await newToken(extole, { email })]
    // A burst may lie across two seconds: more than two of them have room for is refused whenever it began.
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => send(tokens[index % 2] ?? '', newAddress())),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(20)
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(10)
    expectRefused(refused[0])
  },
)

test('an address has 1000 requests a minute, whatever they are (E117)', async () => {
  const from = newAddress()
  const send = (url: string) => extole.call('GET', url, { headers, ...from })
  const answers: Answer[] = []
  for (let round = 0; round < 10; round++) {
    answers.push(...(await Promise.all(Array.from({ length: 100 }, () => send('/api/v4/me')))))
  }
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]))
  for (const url of ['/api/v4/me', '/events?event_name=visit', '/zones/none', '/core.js', '/some-code']) {
    expectRefused(await send(url))
  }
  expect((await extole.call('GET', '/core.js', newAddress())).status).toBe(200)
})

test('of these 300 may make devices, by whatever route (E117)', async () => {
  const from = newAddress()
  const makers = [
    () => extole.call('POST', '/v5/token', { headers, ...from }),
    () => extole.call('GET', '/v4/token', { headers, ...from }),
    () => extole.call('GET', '/events/visit', { headers, ...from }),
    () => extole.call('GET', '/zones/none', { headers, ...from }),
  ]
  for (let round = 0; round < 75; round++) {
    for (const { status } of await Promise.all(makers.map((make) => make()))) expect(status).toBe(200)
  }
  for (const make of makers) expectRefused(await make())
  const token = await newToken(extole)
  expect((await extole.call('GET', '/events/visit', { token, ...from })).status).toBe(200)
})

test('a profile has one verification mail a minute over all of its tokens (E117)', async () => {
  const email = 'mail@x.example'
  const ask = async () =>
    await extole.call('POST', '/v4/me/send-verification-email', {
      token: await newToken(extole, { email }),
      headers,
    })
  expect((await ask()).status).toBe(200)
  expectRefused(await ask())
})

test('a profile shares with 100 recipients a day, exactly, also at once and over its devices (E117)', async () => {
  const email = 'sharer@x.example'
  const recipients = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) => `${name}-${index}@x.example`)
  const share = async (recipient_emails: readonly string[]) =>
    await extole.call('POST', '/v6/email/share/batch', {
      token: await newToken(extole, { email }),
      headers,
      body: { recipient_emails },
    })
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, index) => share(recipients(18, `r${index}`))),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
  expectRefused(answers.find(({ status }) => status === 429))
  expectRefused(await share(recipients(11, 'more')))
  expect((await share(recipients(10, 'last'))).status).toBe(200)
  expectRefused(await share(['one@x.example']))
  const { rows } = await extole.db.database.asOwner((connection) =>
    connection.query<{ count: number }>(
      `select count(*)::integer as count from mails where recipient ~ '^(r\\d|more|last|one)'`,
    ),
  )
  expect(rows[0]?.count).toBe(100)
})

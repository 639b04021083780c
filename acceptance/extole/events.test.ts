import { describe, expect, it } from 'vitest'
import { type Fields, fieldsOf, type Reply } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { anId, aToken, expectError, expectWebError, listOf, okOf } from './conventions.ts'
import { ask, extole, get, identified, newToken, post, readMe, sendEvent, tokenAfter } from './extole.ts'
import { advocatesOf, causedBy, codeOf, friendOf, rewardStatus, rewardsOf } from './referral.ts'
import { signJwt } from './sign-jwt.ts'

const v6 = '/api/v6/events'

/** The partner ids of the shares of a token, which tell which `share` events were recorded. */
async function recorded(token: string): Promise<readonly unknown[]> {
  return listOf(await get('/api/v4/me/shares', token)).map(({ partner_id }) => partner_id)
}

describe('events of apps', () => {
  it('E92: the answer tells the event’s id twice, and is told again by its reward status', async () => {
    const { token } = await identified()
    const reply = await sendEvent(token, unique('seen'), { any: [1, null, { deep: '\u0000' }], flag: true })
    const { id, event_id } = okOf(reply)
    expect(fieldsOf(reply)).toEqual({ id: expect.stringMatching(anId), event_id: id })
    expect(await rewardStatus(token, event_id)).toMatchObject({ status: 'FAILED' })
  })

  it('E92: unknown names are accepted, and any JSON as data', async () => {
    const token = await newToken()
    for (const name of ['never seen before', 'é 🎁', 'x'.repeat(255), '0', '__proto__', ' padded ']) {
      for (const data of [
        undefined,
        null,
        {},
        { a: { b: [1, 2.5, 'x', null, false] } },
        { 'a.b': 1, '': 2 },
      ]) {
        const answer = okOf(await post(v6, token, { event_name: name, data }))
        expect(answer.id, name).toMatch(anId)
      }
    }
  })

  it('E93: a name is required', async () => {
    const token = await newToken()
    const nameless = [
      undefined,
      {},
      { event_name: null },
      { event_name: '' },
      { event_name: ' \t ' },
      { data: {} },
    ]
    for (const body of nameless) expectError(await post(v6, token, body), 400, 'missing_event_name')
    for (const event_name of ['x'.repeat(256), 'a\u0001b', 'a\nb', 'a\u007f']) {
      expectError(await post(v6, token, { event_name }), 400, 'invalid_event_name')
    }
    expectError(await post(v6, token, { event_name: 7 }), 400, 'invalid_json_malformed')
    expectError(await post(v6, token, { event_name: 'x', data: 'text' }), 400, 'invalid_json_malformed')
  })

  it('E93: an event that is refused is not recorded, and identifies nobody', async () => {
    const token = await newToken()
    const before = await readMe(token)
    const email = uniqueEmail()
    const refused = async (more: Fields, data: Fields, status: number, code: string, parameters?: Fields) =>
      expectError(
        await post(v6, token, { event_name: 'share', data: { partner_share_id: 'never', ...data }, ...more }),
        status,
        code,
        parameters,
      )
    await refused({}, { email: 'no address' }, 403, 'invalid_email', { email: 'no address' })
    await refused({}, { partner_user_id: 'x'.repeat(256), email }, 400, 'partner_user_id_invalid_length')
    await refused({ jwt: 'rubbish' }, { email }, 403, 'jwt_authentication_error')
    expect(await recorded(token)).toEqual([])
    expect(await readMe(token)).toEqual(before)
    await sendEvent(token, 'share', { partner_share_id: 'there' })
    expect(await recorded(token)).toEqual(['there'])
  })

  it('E93: a token is required', async () => {
    expectError(await post(v6, undefined, { event_name: 'x' }), 403, 'missing_access_token')
  })

  it('E94: data says who it is, and is kept as plain data beside', async () => {
    const token = await newToken()
    const data = { email: uniqueEmail(), first_name: 'Ann', last_name: 'Ash', locale: 'cs' }
    const known = tokenAfter(await sendEvent(token, unique(), data))
    const { email, first_name, last_name, locale } = await readMe(known)
    expect({ email, first_name, last_name, locale }).toEqual(data)
  })

  it('E94: labels and partner_event_id have their meaning', async () => {
    const friend = await friendOf(await codeOf((await identified()).token))
    const reference = unique('order')
    const status = async () =>
      okOf(await get(`/api/v4/me/rewards/status?partner_event_id=${reference}`, friend.token))
    expect(await status()).toEqual({ reward: null, status: 'PENDING', quality_results: [] })
    await causedBy(friend.token, 'purchase', {
      amount: 30,
      partner_event_id: reference,
      labels: 'refer-a-friend,x',
    })
    expect(await status()).toMatchObject({ status: 'SUCCEEDED', reward: { reward_name: 'ten-percent' } })
  })

  it('E94: a field of the data that is of no use is left alone', async () => {
    const { token } = await identified()
    for (const data of [{ email: '' }, { email: null }, { first_name: 7 }, { locale: {} }, { labels: [] }]) {
      const reply = await sendEvent(token, unique(), data)
      expect(tokenAfter(reply)).toBe(token)
    }
  })
})

type Send = (token: string, name: string, data: Readonly<Record<string, string>>) => Promise<Reply>

const webWays: readonly (readonly [string, Send])[] = [
  ['POST /events', (token, event_name, data) => post('/events', token, { event_name, data })],
  ['POST /events/', (token, event_name, data) => post('/events/', token, { event_name, data })],
  ['POST /api/events', (token, event_name, data) => post('/api/events', token, { event_name, data })],
  ['POST /events/{name}, flat', (token, name, data) => post(`/events/${name}`, token, data)],
  ['POST /events/{name}, wrapped', (token, name, data) => post(`/events/${name}`, token, { data })],
  [
    'GET /events',
    (token, name, data) => get(`/events?${new URLSearchParams({ ...data, event_name: name })}`, token),
  ],
  [
    'GET /api/events/{name}',
    (token, name, data) => get(`/api/events/${name}?${new URLSearchParams({ ...data, debug: '1' })}`, token),
  ],
  [
    'a beacon of text/plain',
    (token, event_name, data) =>
      extole({
        method: 'POST',
        path: `/events?access_token=${token}`,
        headers: { 'Content-Type': 'text/plain;charset=UTF-8' },
        body: JSON.stringify({ event_name, data }),
      }),
  ],
  [
    'a form',
    (token, event_name, data) =>
      ask('POST', '/events', {
        token,
        form: {
          event_name,
          ...Object.fromEntries(Object.entries(data).map(([key, value]) => [`data[${key}]`, value])),
        },
      }),
  ],
]

describe('events of pages', () => {
  it.each(webWays)('E95: %s answers 200 with the id and the token', async (_name, send) => {
    const token = await newToken()
    const reply = await send(token, unique('seen'), { colour: 'red' })
    expect(okOf(reply)).toEqual({ id: expect.stringMatching(anId), token, cookie_consent: null })
    expect(tokenAfter(reply)).toBe(token)
  })

  it.each(webWays)('E96: %s has the effects of an event of an app', async (_name, send) => {
    const ann = await identified()
    const token = await newToken()
    const partner_share_id = unique()
    okOf(await send(token, 'share', { partner_share_id, advocate_code: await codeOf(ann.token) }))
    expect(await recorded(token)).toEqual([partner_share_id])
    expect(await advocatesOf(token)).toEqual([ann.id])
  })

  it('E95: multipart forms are taken as well', async () => {
    const boundary = unique('part')
    const field = (name: string, value: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const token = await newToken()
    const reply = await extole({
      method: 'POST',
      path: `/events/share?access_token=${token}`,
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
      body: `${field('partner_share_id', 'multi')}--${boundary}--\r\n`,
    })
    expect(okOf(reply).id).toMatch(anId)
    expect(await recorded(token)).toEqual(['multi'])
  })

  it('E95: without a token a device is allocated, and its token told', async () => {
    const reply = await get(`/events?event_name=${unique()}`)
    const { token } = okOf(reply)
    expect(token).toMatch(aToken)
    expect(reply.headers['x-extole-token']).toBe(token)
  })

  it('E95, E29: what rotates is told in the header and in the body', async () => {
    const token = await newToken()
    const reply = await post('/events', token, {
      event_name: 'login',
      jwt: await signJwt({ email: uniqueEmail() }),
    })
    expect(okOf(reply).token).not.toBe(token)
    expect(okOf(reply).token).toBe(tokenAfter(reply))
  })

  it('E96: an event of a page and one of an app take effect in the order in which they were accepted', async () => {
    const [ann, ben] = [await identified(), await identified()]
    const [byAnn, byBen] = [await codeOf(ann.token), await codeOf(ben.token)]
    for (const isWebLast of [true, false]) {
      const friend = await newToken()
      const web = (code: string) => get(`/events/visit?advocate_code=${code}`, friend)
      const app = (code: string) => sendEvent(friend, 'visit', { advocate_code: code })
      await (isWebLast ? app : web)(byAnn)
      await (isWebLast ? web : app)(byBen)
      expect(await advocatesOf(friend)).toEqual([ben.id])
    }
  })

  it('E96, S25: what the public reports is kept under one name, and grants once in all', async () => {
    const friend = await friendOf(await codeOf((await identified()).token))
    okOf(await get(`/events/purchase?amount=10&partner_event_id=${unique()}`, friend.token))
    await causedBy(friend.token, 'purchase', { amount: 10 })
    expect(await rewardsOf(friend.token)).toHaveLength(1)
  })
})

describe('errors of web events', () => {
  const wrong: readonly (readonly [string, () => Promise<Reply>, string, Fields | undefined])[] = [
    ['no name', () => post('/events', undefined, {}), 'missing_event_name', undefined],
    ['no name in the query', () => get('/events?x=1'), 'missing_event_name', undefined],
    ['a name with a control character', () => get('/events/a%07b'), 'invalid_event_name', undefined],
    [
      'no address',
      () => post('/events', undefined, { event_name: 'x', data: { email: 'č@' } }),
      'invalid_email',
      { email: 'č@' },
    ],
    ['a bad JWT', () => get('/events/x?jwt=rubbish'), 'jwt_authentication_error', undefined],
    [
      'no JSON',
      () =>
        extole({
          method: 'POST',
          path: '/events',
          headers: { 'Content-Type': 'application/json' },
          body: '{',
        }),
      'invalid_json',
      undefined,
    ],
    [
      'a type that is not taken',
      () =>
        extole({ method: 'POST', path: '/events', headers: { 'Content-Type': 'text/xml' }, body: '<x/>' }),
      'unsupported_media_type',
      undefined,
    ],
    [
      'too much',
      () => post('/events', undefined, { event_name: 'x', data: { x: 'y'.repeat(262_144) } }),
      'request_body_size_too_large',
      undefined,
    ],
  ]
  it.each(wrong)('E103: %s is 200, told in the headers', async (_name, send, code, parameters) => {
    const reply = await send()
    expectWebError(reply, code, parameters)
    expect(fieldsOf(reply)).toEqual({
      id: null,
      token: expect.stringMatching(aToken),
      cookie_consent: null,
    })
  })

  it('E103: nothing was recorded or changed', async () => {
    const token = await newToken()
    const before = await readMe(token)
    const reply = await post('/events', token, {
      event_name: 'share',
      data: { email: uniqueEmail(), first_name: 'Ann', partner_share_id: 'never' },
      jwt: 'rubbish',
    })
    expectWebError(reply, 'jwt_authentication_error')
    expect(tokenAfter(reply)).toBe(token)
    expect(await readMe(token)).toEqual(before)
    expect(await recorded(token)).toEqual([])
  })
})

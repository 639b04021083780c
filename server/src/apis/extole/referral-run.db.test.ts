import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLedger } from '../../core/points/create-ledger.ts'
import { grantReward } from '../../core/rewards/grant-reward.ts'
import { newToken } from './extole.fixture.ts'
import { openReferralExtole, type ReferralExtole } from './referral.fixture.ts'
import { signJwt } from './sign-jwt.fixture.ts'

let extole: ReferralExtole
beforeAll(async () => {
  extole = await openReferralExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

async function settled(token: string, event: string): Promise<unknown> {
  const status = async () => (await extole.get(token, `/api/v4/me/rewards/status?polling_id=${event}`)).body
  await expect.poll(async () => (await status()).status).not.toBe('PENDING')
  return await status()
}

test('one run through it: share, link, purchase, both rewarded, each seen by whoever may see it (23, E34, E73–E79, E104–E107)', async () => {
  const ann = await extole.identified()
  const code = await extole.codeOf(ann.token)
  const { answer, token: b } = await extole.follow(code)
  expect([answer.status, answer.headers.location]).toEqual([
    302,
    `https://shop.acme.example/welcome?code=${code}`,
  ])
  expect(String(answer.headers['set-cookie'])).toContain(`extole_token=${b}`)
  const bob = await extole.call('POST', '/events', {
    headers: { cookie: `extole_token=${b}` },
    body: { event_name: 'purchase', data: { email: 'bob@example.com', amount: '25' } },
  })
  expect(bob.body).toEqual({
    id: expect.stringMatching(/^\d{16,19}$/),
    token: expect.any(String),
    cookie_consent: null,
  })
  expect(bob.body.token).not.toBe(b)
  expect(bob.headers['x-extole-token']).toBe(bob.body.token)
  expect(await settled(bob.body.token, bob.body.id)).toMatchObject({
    status: 'SUCCEEDED',
    quality_results: [],
    reward: {
      state: 'FULFILLED',
      face_value: '10',
      face_value_type: 'PERCENT_OFF',
      type: 'CUSTOM_REWARD',
      reward_type: 'ID',
      tags: ['friend'],
      journey_name: 'friend',
      program_label: 'refer-a-friend',
      reward_name: 'ten-percent',
      code: expect.stringMatching(/^[A-Z0-9]{10}$/),
      expiry_date: expect.stringMatching(/T23:59:59\.999Z$/),
    },
  })
  // Ann's own token caused nothing itself; verified, she sees what she earned.
  expect((await extole.get(ann.token, '/api/v4/me/rewards')).body).toEqual([])
  const jwt = await signJwt({ email: ann.email })
  const verified = await newToken(extole, { jwt })
  const rewards = (await extole.get(verified, '/api/v4/me/rewards')).body
  expect(rewards).toMatchObject([
    {
      amount: '10',
      face_value: '10',
      face_value_type: 'EUR',
      type: 'COUPON',
      reward_type: 'COUPON',
      tags: ['hello', 'advocate'],
      reward_name: 'ten-euro',
      code: expect.stringMatching(/^TEN-[A-Z0-9]{8}$/),
      sandbox: 'production-production',
      expiry_date: null,
    },
  ])
  const single = await extole.get(verified, `/api/v4/me/rewards/${rewards[0].id}`)
  expect(single.body).toEqual(rewards[0])
  const hidden = await extole.get(ann.token, `/api/v4/me/rewards/${rewards[0].id}`)
  expect([hidden.status, hidden.body.code, hidden.body.parameters]).toEqual([
    400,
    'invalid_reward_id',
    { reward_id: rewards[0].id },
  ])
  // Who brought whom (E90).
  const friends = (await extole.get(verified, '/api/v4/me/associated-friends')).body
  expect(friends).toMatchObject([{ reason: 'conversion', container: 'production', id: friends[0].person.id }])
  expect((await extole.get(ann.token, '/api/v4/me/referrals-from-me')).body).toEqual([])
  const advocates = (await extole.get(bob.body.token, '/api/v4/me/referrals-to-me')).body
  expect(Object.keys(advocates[0]).sort()).toEqual([
    'container',
    'person',
    'reason',
    'shareable_id',
    'updated_at',
  ])
  expect(advocates[0].person.id).toBe((await extole.get(verified, '/api/v4/me')).body.id)
})

test('grants of other campaigns, and of none, are listed without a role (E105, E108)', async () => {
  const token = await newToken(extole, { jwt: await signJwt({ email: 'winner@example.com' }) })
  const workspace = extole.db.workspace()
  await extole.db.database.transaction(workspace.id, async (connection) => {
    const { rows } = await connection.query<{ profile_id: string }>(
      `select profile_id from identifiers where workspace_id = $1 and value = 'winner@example.com'`,
      [workspace.id],
    )
    const profileId = rows[0]?.profile_id ?? ''
    await grantReward(connection, workspace, createLedger([]), {
      rewardId: 'ten-euro',
      profileId,
      campaignId: 'spin',
    })
    await grantReward(connection, workspace, createLedger([]), { rewardId: 'ten-percent', profileId })
  })
  const [won, bought] = (await extole.get(token, '/v4/me/rewards')).body
  expect(won).toMatchObject({ tags: ['hello'], journey_name: null, reward_name: 'ten-euro' })
  expect(won.campaign_id).toMatch(/^[1-9]\d{15,18}$/)
  expect(bought).toMatchObject({ tags: [], journey_name: null, campaign_id: '0', program_label: null })
})

test('an event that causes no reward ends FAILED, another device’s event is not to be asked about (E107, E115)', async () => {
  const { token } = await extole.identified()
  const { body } = await extole.post(token, '/v6/events', { event_name: 'nothing' })
  expect(await settled(token, body.id)).toEqual({ reward: null, status: 'FAILED', quality_results: [] })
  const other = await newToken(extole)
  for (const id of [body.id, '5', 'x']) {
    const answer = await extole.get(other, `/v4/me/rewards/status?polling_id=${id}`)
    expect([answer.status, answer.body.code, answer.body.parameters]).toEqual([
      400,
      'invalid_parameter',
      { parameter: 'polling_id' },
    ])
  }
  for (const query of ['', '?polling_id=1&reward_name=x', '?reward_name=']) {
    expect((await extole.get(token, `/v4/me/rewards/status${query}`)).body.code).toBe('invalid_reward_filter')
  }
  expect((await extole.get(token, '/v4/me/rewards/status?reward_name=ten-euro')).body.status).toBe('PENDING')
})

test('an event needs a name and identifiers that can be; a refused one is not recorded (E92, E93)', async () => {
  const token = await newToken(extole)
  const codes = async (body?: object) => {
    const answer = await extole.call('POST', '/api/v6/events', { token, ...(body && { body }) })
    return [answer.status, answer.body.code]
  }
  const before = await eventCount()
  expect(await codes()).toEqual([400, 'missing_event_name'])
  expect(await codes({ event_name: '  ' })).toEqual([400, 'missing_event_name'])
  expect(await codes({ event_name: 'a\tb' })).toEqual([400, 'invalid_event_name'])
  expect(await codes({ event_name: 'x'.repeat(256) })).toEqual([400, 'invalid_event_name'])
  expect(await codes({ event_name: 'x', data: { email: 'no address' } })).toEqual([403, 'invalid_email'])
  expect(await codes({ event_name: 'x', data: { partner_user_id: 'x'.repeat(256) } })).toEqual([
    400,
    'partner_user_id_invalid_length',
  ])
  expect(await codes({ event_name: 'x', data: [] })).toEqual([400, 'invalid_json_malformed'])
  expect(await codes({ event_name: 'x', jwt: 'rubbish' })).toEqual([403, 'jwt_authentication_error'])
  expect(await eventCount()).toBe(before)
  const good = await extole.post(token, '/api/v6/events', {
    event_name: 'never seen',
    data: { a: [1, null, { b: '\0' }] },
  })
  expect(good.body.id).toBe(good.body.event_id)
  expect(good.headers['x-extole-token']).toBe(token)
  expect(await eventCount()).toBe(before + 1)
})

async function eventCount(): Promise<number> {
  const { rows } = await extole.db.database.asOwner((connection) =>
    connection.query<{ count: number }>('select count(*)::integer as count from events'),
  )
  return rows[0]?.count ?? 0
}

test('web events answer 200 always; what is wrong stands in headers, and nothing is recorded (E95, E96, E103)', async () => {
  const before = await eventCount()
  const refused = await extole.call('POST', '/events', { body: { event_name: '', data: {} } })
  expect([refused.status, refused.headers['x-extole-error-message']]).toEqual([200, 'missing_event_name'])
  expect(refused.body).toEqual({ id: null, token: expect.any(String), cookie_consent: null })
  const error = JSON.parse(String(refused.headers['x-extole-error']))
  expect(error).toMatchObject({ code: 'missing_event_name', http_status_code: 400 })
  expect(await eventCount()).toBe(before)
  const ways = [
    await extole.call('GET', '/events?event_name=seen&color=red&debug=1&jwt='),
    await extole.call('GET', '/api/events/seen?color=red'),
    await extole.call('POST', '/events/seen', { body: { color: 'red' } }),
    await extole.call('POST', '/events/seen/', { body: { data: { color: 'red' } } }),
    await extole.call('POST', '/events', {
      payload: JSON.stringify({ event_name: 'seen', data: { color: 'red' } }),
      headers: { 'content-type': 'text/plain' },
    }),
  ]
  expect(ways.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  const { rows } = await extole.db.database.asOwner((connection) =>
    connection.query<{ data: unknown }>('select data from events where number = any ($1)', [
      ways.map(({ body }) => body.id),
    ]),
  )
  expect(rows.map(({ data }) => data)).toEqual(ways.map(() => ({ color: 'red' })))
})

test('a link hands on parameters but no secrets; a prefetch and a HEAD leave no trace; an unknown code is 404 (E73–E75)', async () => {
  const { token } = await extole.identified()
  const code = await extole.codeOf(token)
  const before = await eventCount()
  for (const headers of [{ purpose: 'prefetch' }, { 'sec-purpose': 'prefetch;prerender' }]) {
    const { answer } = await extole.follow(code, headers)
    expect([answer.status, answer.headers['set-cookie'], answer.headers['x-extole-token']]).toEqual([
      302,
      undefined,
      undefined,
    ])
  }
  const head = await extole.call('HEAD', `/${code}`)
  expect([head.status, head.headers['set-cookie']]).toEqual([302, undefined])
  expect(await eventCount()).toBe(before)
  const full = await extole.call(
    'GET',
    `/${code.toUpperCase()}?utm=x%20y&jwt=a&access_token=&id_token=c&utm=2`,
  )
  expect(full.headers.location).toBe(`https://shop.acme.example/welcome?code=${code}&utm=x+y&utm=2`)
  expect(full.headers['cache-control']).toBe('no-store')
  const nested = await extole.call('HEAD', `/${code}?next=/a?b=c&utm=3`)
  expect(nested.headers.location).toBe(
    `https://shop.acme.example/welcome?code=${code}&next=%2Fa%3Fb%3Dc&utm=3`,
  )
  expect(await eventCount()).toBe(before + 1)
  for (const path of ['/nobody-has-it', '/a%20b', '/v7', '/Events']) {
    const unknown = await extole.call('GET', path)
    expect([path, unknown.status, unknown.body.code]).toEqual([path, 404, 'shareable_not_found'])
  }
  for (const path of ['/wallet', '/users', '/metrics', '/v3', '/a/b']) {
    expect((await extole.call('GET', path)).body?.code, path).not.toBe('shareable_not_found')
  }
})

test('an attribution survives the sign-in of somebody who is known already, and rotation (E26, E29, E77)', async () => {
  const ann = await extole.identified()
  const dora = await extole.identified()
  const { token } = await extole.follow(await extole.codeOf(ann.token))
  const signedIn = await extole.post(token, '/v6/events', {
    event_name: 'login',
    data: { email: dora.email },
  })
  const rotated = String(signedIn.headers['x-extole-token'])
  expect(rotated).not.toBe(token)
  const bought = await extole.post(rotated, '/v6/events', { event_name: 'purchase', data: { amount: 12 } })
  expect(await settled(rotated, bought.body.id)).toMatchObject({ status: 'SUCCEEDED' })
  // Dora's other device did not send the event, and she is not verified on it.
  expect((await extole.get(dora.token, '/v4/me/rewards')).body).toEqual([])
  const verified = await newToken(extole, { jwt: await signJwt({ email: dora.email }) })
  expect((await extole.get(verified, '/v4/me/rewards')).body).toMatchObject([{ tags: ['friend'] }])
})

test('a code in event data attributes like a link, and nobody refers themselves (E76, E80)', async () => {
  const ann = await extole.identified()
  const code = await extole.codeOf(ann.token)
  const own = await extole.post(ann.token, '/v6/events', {
    event_name: 'purchase',
    data: { amount: 50, advocate_code: code },
  })
  expect(await settled(ann.token, own.body.id)).toMatchObject({ status: 'FAILED' })
  const cleo = await extole.identified()
  const bought = await extole.post(cleo.token, '/v6/events', {
    event_name: 'purchase',
    data: { amount: 50, advocate_code: code, partner_event_id: 'order-7' },
  })
  expect(await settled(cleo.token, bought.body.id)).toMatchObject({ status: 'SUCCEEDED' })
  const byReference = await extole.get(cleo.token, '/v4/me/rewards/status?partner_event_id=order-7')
  expect(byReference.body).toMatchObject({ status: 'SUCCEEDED', reward: { reward_name: 'ten-percent' } })
})

test('a zone is filled in for the caller at its trust, and is an event too (E97–E102)', async () => {
  const { token, email } = await extole.identified()
  const answer = await extole.post(token, '/api/v6/zones', {
    event_name: 'mobile_sharing',
    data: { x: { y: '{{me.id}}' } },
  })
  const me = (await extole.get(token, '/v4/me')).body
  const code = (await extole.get(token, '/v6/me/shareables')).body[0].code
  expect(answer.body).toEqual({
    event_id: expect.stringMatching(/^\d+$/),
    campaign_id: expect.stringMatching(/^\d{16,19}$/),
    data: {
      label: 'refer-a-friend',
      'me.share_code': code,
      list: [`https://go.acme.example/${code}`, 3, '{{me.id}}'],
      who: `||${email}|${me.id}`,
      campaign: answer.body.campaign_id,
    },
  })
  // Another device of the same person gave no name: what it does not see is empty.
  const web = await extole.call('GET', '/zones/mobile_sharing?x.y=7', { token })
  expect(web.body.list[2]).toBe('7')
  expect(web.headers['x-extole-campaign']).toBe(answer.body.campaign_id)
  expect(web.headers['x-extole-input-event-id']).toMatch(/^\d+$/)
  expect((await extole.call('GET', '/zone/mobile_sharing', { token })).status).toBe(200)
  expect(
    (await extole.call('POST', '/v6/zones/mobile_sharing', { token, body: { x: { y: 'flat' } } })).body.data
      .list[2],
  ).toBe('flat')
  for (const [name, data, error] of [
    ['', {}, 'missing_zone_name'],
    ['a\nb', {}, 'invalid_zone_name'],
    ['unknown', {}, 'no_creative'],
    ['asleep', {}, 'no_creative'],
    ['mobile_sharing', { required_labels: 'second, third' }, 'no_creative'],
  ] as const) {
    const refused = await extole.post(token, '/v6/zones', { event_name: name, data })
    expect([refused.status, refused.body.code]).toEqual([400, error])
  }
  const webError = await extole.call('GET', '/zones/unknown', { token })
  expect([webError.status, webError.text, webError.headers['x-extole-error-message']]).toEqual([
    200,
    '',
    'no_creative',
  ])
})

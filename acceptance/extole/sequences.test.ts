import { describe, expect, it } from 'vitest'
import { type Fields, fieldsOf } from '../client.ts'
import { itWithMails, mailTo } from '../mailbox.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { anId, aToken, listOf, okOf } from './conventions.ts'
import { ask, extole, get, newToken, post, readMe, sendEvent, tokenAfter, untilFinal } from './extole.ts'
import { causedBy, codeOf, friendOf, rewardStatus, rewardsOf } from './referral.ts'
import { signJwt } from './sign-jwt.ts'

it('section 23: one run through it', async () => {
  const [ann, bob] = [uniqueEmail('ann'), uniqueEmail('bob')]
  const tokenObject = okOf(await post('/api/v5/token'))
  expect(tokenObject).toEqual({
    access_token: expect.stringMatching(aToken),
    expires_in: 31_536_000,
    scopes: ['UPDATE_PROFILE'],
  })
  const a = String(tokenObject.access_token)

  expect(okOf(await post('/api/v4/me', a, { email: ann }))).toEqual({ status: 'success' })
  const shareable = okOf(await post('/api/v6/me/shareables', a, { label: 'refer-a-friend' }))
  expect(new URL(String(shareable.link)).pathname).toBe(`/${shareable.code}`)

  const shared = okOf(await post('/api/v6/email/share', a, { recipient_email: bob }))
  const ended = await untilFinal(`/api/v6/email/share/status/${shared.polling_id}`, a)
  expect(ended).toMatchObject({ status: 'SUCCEEDED', error: null })

  const opened = await get(`/${shareable.code}`)
  expect(opened.status).toBe(302)
  expect(opened.headers.location).toBe(`https://shop.acme.example/welcome?code=${shareable.code}`)
  const b = tokenAfter(opened)

  const bought = await ask('POST', '/events', {
    headers: { Cookie: `extole_token=${b}` },
    body: { event_name: 'purchase', data: { email: bob, amount: 25 } },
  })
  const { id, token } = okOf(bought)
  expect(fieldsOf(bought)).toEqual({ id: expect.stringMatching(anId), token, cookie_consent: null })
  expect(token).not.toBe(b)
  expect(String(bought.headers['set-cookie'])).toContain(`extole_token=${token}`)

  const caused = await rewardStatus(String(token), id)
  expect(caused).toMatchObject({
    status: 'SUCCEEDED',
    reward: { reward_name: 'ten-percent', tags: ['friend'] },
  })

  const verifiedToken = okOf(await post('/api/v5/token', undefined, { jwt: await signJwt({ email: ann }) }))
  expect([...(verifiedToken.scopes as string[])].sort()).toEqual(['UPDATE_PROFILE', 'VERIFIED_CONSUMER'])
  const rewards = await rewardsOf(String(verifiedToken.access_token))
  expect(rewards).toMatchObject([{ reward_name: 'ten-euro', tags: ['welcome', 'advocate'] }])
  expect(await rewardsOf(a)).toEqual([])
})

itWithMails(
  'the mobile sequence: token, events, bootstrap, sharing, shareables, a share by mail, its status',
  async () => {
    const headers = {
      'X-Extole-App': 'mobile-sdk',
      'X-Extole-App-Version': '3.0.1',
      'X-Extole-App-Type': 'ios',
      'X-Extole-Sandbox': 'production-production',
    }
    const token = String(okOf(await ask('POST', '/api/v5/token', { headers, body: {} })).access_token)
    const sdk = (method: string, path: string, body?: Fields) => ask(method, path, { token, headers, body })

    for (const event_name of ['app_initialized', 'app_open']) {
      const answer = okOf(
        await sdk('POST', '/api/v6/events', { event_name, data: { labels: 'refer-a-friend' } }),
      )
      expect(answer.id).toBe(answer.event_id)
    }
    expect(
      okOf(await sdk('POST', '/api/v4/debug/logs', { level: 'INFO', message: 'started' })).polling_id,
    ).toMatch(anId)

    const bootstrap = okOf(await sdk('POST', '/api/v6/zones', { event_name: 'mobile_bootstrap', data: {} }))
    const [operation] = (bootstrap.data as { operations: Fields[] }).operations
    expect(operation).toEqual({
      conditions: [{ type: 'EVENT', event_names: ['app_initialized'] }],
      actions: [{ type: 'FETCH', zones: ['mobile_sharing'] }],
    })

    const sharing = okOf(await sdk('POST', '/api/v6/zones', { event_name: 'mobile_sharing' }))
    const creative = sharing.data as Fields
    const shareables = listOf(await sdk('GET', '/api/v6/me/shareables'))
    expect(creative).toEqual({
      bundle_name: 'acme',
      label: 'refer-a-friend',
      'me.share_code': shareables[0]?.code,
      'me.link': shareables[0]?.link,
    })
    expect(shareables).toHaveLength(1)
    expect(sharing.campaign_id).toBe(bootstrap.campaign_id)

    const recipient_email = uniqueEmail('friend')
    const shared = okOf(
      await sdk('POST', '/api/v6/email/share', {
        recipient_email,
        advocate_code: creative['me.share_code'],
        message: 'From my phone',
        subject: 'For you',
        campaign_id: sharing.campaign_id,
      }),
    )
    const ended = await untilFinal(`/api/v6/email/share/status/${shared.polling_id}`, token)
    expect(ended.status).toBe('SUCCEEDED')
    expect((await mailTo(recipient_email)).text).toContain(String(creative['me.link']))
    const share = okOf(await sdk('GET', `/api/v4/me/shares/${ended.share_id}`))
    expect(share).toMatchObject({ recipient_email, subject: 'For you', message: 'From my phone' })
    const rewards = await sdk('GET', '/api/v4/me/rewards/status?reward_name=ten-euro')
    expect(okOf(rewards)).toEqual({ reward: null, status: 'PENDING', quality_results: [] })
  },
)

describe('from anonymous to known', () => {
  type Way = (token: string, email: string) => Promise<string>
  const ways: readonly (readonly [string, Way])[] = [
    ['an app event', async (token, email) => tokenAfter(await sendEvent(token, 'login', { email }))],
    [
      'a web event',
      async (token, email) =>
        tokenAfter(await get(`/events/login?email=${encodeURIComponent(email)}`, token)),
    ],
    [
      'a zone',
      async (token, email) => tokenAfter(await post('/api/v6/zones/mobile_bootstrap', token, { email })),
    ],
    [
      'me',
      async (token, email) => {
        okOf(await post('/api/v4/me', token, { email }))
        return token
      },
    ],
    [
      'a new token',
      async (token, email) => String(okOf(await post('/api/v5/token', token, { email })).access_token),
    ],
    [
      'a JWT',
      async (token, email) =>
        tokenAfter(
          await extole({
            method: 'GET',
            path: '/api/v4/me',
            headers: { Authorization: token, 'X-Extole-Jwt': await signJwt({ email }) },
          }),
        ),
    ],
  ]

  it.each(ways)('E26, E13: what devices did before and after %s is one person’s', async (_name, identify) => {
    const email = uniqueEmail()
    const sent: string[] = []
    const share = async (token: string) => {
      const partner_share_id = unique()
      sent.push(partner_share_id)
      okOf(await post('/events/share', token, { partner_share_id }))
    }
    const devices = await Promise.all(Array.from({ length: 3 }, () => newToken()))
    const tokens = await Promise.all(
      devices.map(async (device) => {
        await share(device)
        const known = await identify(device, email)
        await share(known)
        await share(device)
        return known
      }),
    )
    const ids = new Set(await Promise.all(tokens.map(async (token) => (await readMe(token)).id)))
    expect(ids.size).toBe(1)
    const proved = await newToken({ jwt: await signJwt({ email }) })
    expect(ids).toEqual(new Set([(await readMe(proved)).id]))
    const shares = listOf(await get('/api/v4/me/shares', proved))
    expect(shares.map(({ partner_id }) => partner_id).sort()).toEqual(sent.sort())
  })

  it('E26: codes, attributions and rewards of every device are the person’s in the end', async () => {
    const [email, advocate] = [uniqueEmail(), await newToken({ email: uniqueEmail() })]
    const [phone, laptop] = [await newToken(), await newToken()]
    const codes = [await codeOf(phone), await codeOf(laptop, 'bring-two'), await codeOf(laptop)]
    await sendEvent(laptop, unique(), { advocate_code: await codeOf(advocate) })
    const known = tokenAfter(await sendEvent(phone, 'login', { email }))
    const bought = tokenAfter(await sendEvent(laptop, 'login', { email }))
    await causedBy(bought, 'purchase', { amount: 10 })
    const friend = await friendOf(codes[2] ?? '')
    await causedBy(friend.token, 'purchase', { amount: 10 })
    const proved = await newToken({ jwt: await signJwt({ email }) })
    const own = listOf(await get('/api/v6/me/shareables', proved))
    expect(own.map(({ code }) => code).sort()).toEqual([...codes].sort())
    const rewards = await rewardsOf(proved)
    expect(rewards.map(({ journey_name }) => journey_name).sort()).toEqual(['advocate', 'friend'])
    expect((await readMe(known)).id).toBe((await readMe(bought)).id)
  })
})

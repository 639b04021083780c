import { describe, expect, it } from 'vitest'
import { type Fields, fieldsOf } from '../client.ts'
import { v1 } from '../crossengage/xng.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { until } from '../until.ts'
import { listOf, okOf } from './conventions.ts'
import { ask, get, identified, newToken, post, readMe, sendEvent, tokenAfter, verified } from './extole.ts'
import {
  advocatesOf,
  arrive,
  causedBy,
  codeOf,
  friendOf,
  rewardNames,
  rewardStatus,
  rewardsOf,
  verify,
} from './referral.ts'
import { signJwt } from './sign-jwt.ts'

const enough = { amount: 10 }
const nothing = { reward: null, status: 'FAILED', quality_results: [] }

describe('how a friend arrives', () => {
  it.each([
    ['an app event', (token: string, code: string) => sendEvent(token, unique(), { advocate_code: code })],
    [
      'a zone of an app',
      (token: string, code: string) => post('/api/v6/zones/mobile_bootstrap', token, { advocate_code: code }),
    ],
    ['a web event', (token: string, code: string) => get(`/events/${unique()}?advocate_code=${code}`, token)],
    [
      'a web zone',
      (token: string, code: string) => get(`/zones/mobile_bootstrap?advocate_code=${code}`, token),
    ],
  ])('E76: by the advocate_code of %s, in any letter case', async (_name, send) => {
    const ann = await identified()
    const code = await codeOf(ann.token)
    const friend = await newToken()
    okOf(await send(friend, code.toUpperCase()))
    expect(await advocatesOf(friend)).toEqual([ann.id])
  })

  it('E76: an unknown code is ignored, the event counts as any other', async () => {
    const friend = await friendOf(await codeOf((await identified()).token))
    const status = await causedBy(friend.token, 'purchase', { ...enough, advocate_code: 'nobody-has-it' })
    expect(status).toMatchObject({ status: 'SUCCEEDED', reward: { reward_name: 'ten-percent' } })
    const odd = await newToken()
    for (const code of [7, null, '', {}, ['x'], 'x'.repeat(500)]) {
      await sendEvent(odd, 'purchase', { ...enough, advocate_code: code })
    }
    expect(await advocatesOf(odd)).toEqual([])
  })
})

describe('attribution', () => {
  it('E77: is kept for each campaign on its own', async () => {
    const [ann, ben] = [await identified(), await identified()]
    const friend = await newToken()
    await sendEvent(friend, unique(), { advocate_code: await codeOf(ann.token) })
    await sendEvent(friend, unique(), { advocate_code: await codeOf(ben.token, 'bring-two') })
    expect(new Set(await advocatesOf(friend))).toEqual(new Set([ann.id, ben.id]))
  })

  it('E77: a later one replaces an earlier one until the friend has converted', async () => {
    const [ann, ben, cleo] = [await identified(), await identified(), await identified()]
    const friend = await friendOf(await codeOf(ann.token))
    await sendEvent(friend.token, unique(), { advocate_code: await codeOf(ben.token) })
    expect(await advocatesOf(friend.token)).toEqual([ben.id])
    expect(await causedBy(friend.token, 'purchase', enough)).toMatchObject({ status: 'SUCCEEDED' })
    await sendEvent(friend.token, unique(), { advocate_code: await codeOf(cleo.token) })
    expect(await advocatesOf(friend.token)).toEqual([ben.id])
    expect(await rewardNames(await verify(ben))).toEqual(['ten-euro'])
    expect(await rewardNames(await verify(ann))).toEqual([])
    expect(await rewardNames(await verify(cleo))).toEqual([])
  })

  it('E77: survives identification as somebody new, as somebody known, and every rotation', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token)
    const asNew = tokenAfter(await sendEvent(await arrive(code), 'login', { email: uniqueEmail() }))
    expect(await advocatesOf(asNew)).toEqual([ann.id])
    const dora = await identified()
    const asDora = tokenAfter(await sendEvent(await arrive(code), 'login', { email: dora.email }))
    const jwt = await signJwt({ email: dora.email })
    const proved = tokenAfter(
      await ask('GET', '/api/v4/me', { token: asDora, headers: { 'X-Extole-Jwt': jwt } }),
    )
    expect(await advocatesOf(proved)).toEqual([ann.id])
    expect(await causedBy(proved, 'purchase', enough)).toMatchObject({ status: 'SUCCEEDED' })
  })
})

describe('conversion', () => {
  it('E78: takes the first event after attribution that matches in name and data; numeric strings are numbers', async () => {
    const friend = await identified()
    expect(await causedBy(friend.token, 'purchase', enough)).toEqual(nothing)
    const code = await codeOf((await identified()).token)
    await sendEvent(friend.token, unique(), { advocate_code: code })
    for (const [name, data] of [
      ['purchase', { amount: 9.99 }],
      ['purchase', { amount: '9' }],
      ['purchase', { amount: 'a lot' }],
      ['purchase', {}],
      ['purchased', enough],
      ['Purchase', enough],
    ] as const) {
      expect(await causedBy(friend.token, name, data), JSON.stringify([name, data])).toEqual(nothing)
    }
    expect(await causedBy(friend.token, 'purchase', { amount: '10.00' })).toMatchObject({
      status: 'SUCCEEDED',
      reward: { reward_name: 'ten-percent', tags: ['friend'] },
    })
  })

  it('E78: an anonymous device does not convert; the identification that the event brings counts for it', async () => {
    const code = await codeOf((await identified()).token)
    const visitor = await arrive(code)
    expect(await causedBy(visitor, 'purchase', enough)).toEqual(nothing)
    expect(await causedBy(visitor, 'purchase', { ...enough, email: uniqueEmail() })).toMatchObject({
      status: 'SUCCEEDED',
    })
  })

  it('E78: one event may bring the code, the person and the purchase', async () => {
    const code = await codeOf((await identified()).token)
    const data = { ...enough, email: uniqueEmail(), advocate_code: code }
    expect(await causedBy(await newToken(), 'purchase', data)).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('E78, S30: an event that arrives for the profile through another API converts as well', async () => {
    const [ann, customer] = [await identified(), unique('customer')]
    const email = uniqueEmail()
    await v1.put(customer, { id: customer, email })
    const friend = await newToken({ jwt: await signJwt({ partner_user_id: customer }) })
    await sendEvent(friend, unique(), { advocate_code: await codeOf(ann.token) })
    expect(await advocatesOf(friend)).toEqual([ann.id])
    await v1.events({ id: customer, events: [{ event: 'purchase', properties: { amount: 12 } }] })
    const rewards = await until(
      () => get('/api/v4/me/rewards', friend),
      (reply) => listOf(reply).length > 0,
    )
    expect(listOf(rewards)).toMatchObject([{ reward_name: 'ten-percent', tags: ['friend'] }])
  })

  it('E78, S27: what only a back end may report converts only when a back end reports it', async () => {
    const [ann, customer] = [await identified(), unique('customer')]
    await v1.put(customer, { id: customer, email: uniqueEmail() })
    const friend = await newToken({ jwt: await signJwt({ partner_user_id: customer }) })
    const data = { advocate_code: await codeOf(ann.token, 'bring-at-till') }
    expect(await causedBy(friend, 'review_written', data)).toEqual(nothing)
    expect(await causedBy(friend, 'review_written', data)).toEqual(nothing)
    await sendEvent(friend, unique(), data)
    await v1.events({ id: customer, events: [{ event: 'review_written' }] })
    const rewards = await until(
      () => get('/api/v4/me/rewards', friend),
      (reply) => listOf(reply).length > 0,
    )
    expect(listOf(rewards)).toHaveLength(1)
  })

  it('E78, E79: rewards are granted once, whatever is repeated or runs at once', async () => {
    const ann = await identified()
    const friend = await friendOf(await codeOf(ann.token))
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => sendEvent(friend.token, 'purchase', enough)),
    )
    const statuses = await Promise.all(
      replies.map((reply) => rewardStatus(friend.token, fieldsOf(reply).event_id)),
    )
    expect(statuses.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(1)
    expect(await rewardNames(await verify(friend))).toEqual(['ten-percent'])
    expect(await rewardNames(await verify(ann))).toEqual(['ten-euro'])
  })

  it('E79: as soon as the friend has a reward, the advocate has one too', async () => {
    const ann = await verified()
    const friend = await friendOf(await codeOf(ann.token, 'bring-two'))
    const seen: Fields[] = []
    const reply = await sendEvent(friend.token, 'bought_two')
    await until(
      () => get(`/api/v4/me/rewards/status?polling_id=${fieldsOf(reply).event_id}`, friend.token),
      (answer) => okOf(answer).status === 'SUCCEEDED',
    )
    seen.push(...(await rewardsOf(ann.token)))
    expect(seen).toMatchObject([{ tags: ['advocate'] }])
  })
})

describe('self-referral', () => {
  it('E80: nobody refers themselves, by code or by link, before or after they say who they are', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token)
    expect(await causedBy(ann.token, 'purchase', { ...enough, advocate_code: code })).toEqual(nothing)
    const browser = await arrive(code)
    const asAnn = tokenAfter(await sendEvent(browser, 'login', { email: ann.email }))
    expect(await causedBy(asAnn, 'purchase', enough)).toEqual(nothing)
    expect(await rewardNames(await verify(ann))).toEqual([])
    expect(await advocatesOf(asAnn)).toEqual([])
  })

  it('E80: a device that was ever bound to the advocate brings no friend', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token)
    const asSomebody = tokenAfter(await sendEvent(ann.token, 'login', { email: uniqueEmail() }))
    expect((await readMe(asSomebody)).id).not.toBe(ann.id)
    const status = await causedBy(asSomebody, 'purchase', { ...enough, advocate_code: code })
    expect(status).toEqual(nothing)
    expect(await rewardNames(await verify(ann))).toEqual([])
  })

  it('E80: it is tested again at conversion, when the device has been the advocate’s meanwhile', async () => {
    const ann = await identified()
    const friendEmail = uniqueEmail()
    const friend = tokenAfter(
      await sendEvent(await arrive(await codeOf(ann.token)), 'login', { email: friendEmail }),
    )
    expect(await advocatesOf(friend)).toEqual([ann.id])
    const asAnn = tokenAfter(await sendEvent(friend, 'login', { email: ann.email }))
    const again = tokenAfter(await sendEvent(asAnn, 'login', { email: friendEmail }))
    expect(await causedBy(again, 'purchase', enough)).toEqual(nothing)
    expect(await rewardNames(await verify(ann))).toEqual([])
  })

  it('E80: a circle is refused: whom I referred cannot refer me', async () => {
    const ann = await identified()
    const ben = await friendOf(await codeOf(ann.token))
    const back = { ...enough, advocate_code: await codeOf(ben.token) }
    expect(await causedBy(ann.token, 'purchase', back)).toEqual(nothing)
    expect(await advocatesOf(ann.token)).toEqual([])
    expect(await causedBy(ben.token, 'purchase', enough)).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('E80: the caller sees no error: the event is accepted', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token)
    okOf(await sendEvent(ann.token, 'purchase', { advocate_code: code }))
    const web = await ask('POST', '/events', {
      token: ann.token,
      body: { event_name: 'purchase', data: { advocate_code: code } },
    })
    expect(okOf(web).id).not.toBeNull()
  })
})

describe('limits', () => {
  it('E81: maxRewardsPerAdvocate is exact though friends convert at once; further friends still get theirs', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token, 'bring-two')
    const friends = await Promise.all(Array.from({ length: 8 }, () => friendOf(code)))
    const statuses = await Promise.all(friends.map(({ token }) => causedBy(token, 'bought_two')))
    for (const status of statuses) {
      expect(status).toMatchObject({ status: 'SUCCEEDED', reward: { reward_name: 'fifty-points' } })
    }
    expect(await rewardNames(await verify(ann))).toEqual(['ten-percent', 'ten-percent'])
    const converted = listOf(await get('/api/v4/me/referrals-from-me', await verify(ann)))
    expect(converted.map(({ reason }) => reason)).toEqual(Array(8).fill('conversion'))
  })

  it('E82: a reward past its validity is left out, the other one is granted', async () => {
    const ann = await identified()
    const friend = await friendOf(await codeOf(ann.token, 'bring-gone'))
    expect(await causedBy(friend.token, 'bought_gone')).toMatchObject({
      reward: { reward_name: 'small-change' },
    })
    expect(await rewardNames(await verify(ann))).toEqual([])
  })

  it('E82: perCustomer bounds the advocate, and nobody’s friend', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token, 'bring-once')
    for (let friends = 0; friends < 2; friends++) {
      const friend = await friendOf(code)
      expect(await causedBy(friend.token, 'bought_once')).toMatchObject({ status: 'SUCCEEDED' })
    }
    expect(await rewardNames(await verify(ann))).toEqual(['loud-hello'])
  })

  it('E82, S28: stock is never exceeded, and a friend who gets nothing still earns the advocate theirs', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token, 'bring-scarce')
    const friends = await Promise.all(Array.from({ length: 6 }, () => friendOf(code)))
    const statuses = await Promise.all(friends.map(({ token }) => causedBy(token, 'bought_scarce')))
    const granted = statuses.filter(({ status }) => status === 'SUCCEEDED')
    expect(granted.length).toBeLessThanOrEqual(3)
    expect(await rewardNames(await verify(ann))).toEqual(Array(6).fill('ten-percent'))
  })

  it('E83: paused and ended campaigns make no codes and convert nothing', async () => {
    const { token } = await identified()
    for (const label of ['resting', 'bygone']) {
      const shareable = okOf(await post('/api/v6/me/shareables', token, { label }))
      expect(shareable.label).toBe(label)
      const friend = await friendOf(String(shareable.code))
      const status = await causedBy(friend.token, 'purchase', enough)
      // The label selects the default campaign, and its reward is the only one.
      expect(status).toMatchObject({
        reward: { reward_name: 'ten-percent', program_label: 'refer-a-friend' },
      })
      expect(await rewardNames(await verify(friend))).toEqual(['ten-percent'])
    }
  })
})

import { describe, expect, it } from 'vitest'
import { type Fields, fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import { until } from '../until.ts'
import { anId, aTime, expectError, listOf, okOf } from './conventions.ts'
import { ask, get, identified, newToken, type Somebody, sendEvent, verified } from './extole.ts'
import { causedBy, codeOf, friendOf, rewardStatus, rewardsOf, verify } from './referral.ts'

const enough = { amount: 10 }
const path = '/api/v4/me/rewards'

/** What a friend and their advocate get in the campaign of a label. */
async function rewardsIn(label: string, event: string, data?: Fields) {
  const ann = await identified()
  const friend = await friendOf(await codeOf(ann.token, label))
  await causedBy(friend.token, event, data)
  const [ofAnn] = await rewardsOf(await verify(ann))
  const [ofFriend] = await rewardsOf(friend.token)
  return { ann, friend, ofAnn, ofFriend }
}

/** Every key of a reward (E104), with what no campaign of ours changes. */
function reward(fields: Fields): Fields {
  return {
    id: expect.stringMatching(anId),
    reward_id: expect.stringMatching(anId),
    state: 'FULFILLED',
    amount: fields.face_value,
    date_earned: expect.stringMatching(aTime),
    date_issued: expect.stringMatching(aTime),
    date_delivered: null,
    partner_reward_id: null,
    slots: [],
    campaign_id: expect.stringMatching(anId),
    sandbox: 'production-production',
    reward_supplier_id: expect.stringMatching(anId),
    partner_reward_supplier_id: null,
    expiry_date: null,
    redeemed_date: null,
    journey_key: null,
    ...fields,
  }
}

const custom = { type: 'CUSTOM_REWARD', reward_type: 'ID' }
const asFriend = { tags: ['friend'], journey_name: 'friend' }
const aCode = expect.stringMatching(/^[A-Z0-9]{10}$/)

describe('what a reward looks like', () => {
  it('E104, E105: a coupon and a discount', async () => {
    const { ofAnn, ofFriend } = await rewardsIn('refer-a-friend', 'purchase', enough)
    expect(ofAnn).toEqual(
      reward({
        face_value: '10',
        face_value_type: 'EUR',
        type: 'COUPON',
        reward_type: 'COUPON',
        code: expect.stringMatching(/^TEN-[A-Z0-9]{8}$/),
        tags: ['welcome', 'advocate'],
        journey_name: 'advocate',
        program_label: 'refer-a-friend',
        reward_name: 'ten-euro',
        expiry_date: expect.stringMatching(aTime),
      }),
    )
    expect(ofFriend).toEqual(
      reward({
        ...custom,
        ...asFriend,
        face_value: '10',
        face_value_type: 'PERCENT_OFF',
        code: aCode,
        program_label: 'refer-a-friend',
        reward_name: 'ten-percent',
      }),
    )
    expect(ofAnn?.id).toBe(ofAnn?.reward_id)
    expect(ofAnn?.campaign_id).toBe(ofFriend?.campaign_id)
    expect(ofAnn?.reward_supplier_id).not.toBe(ofFriend?.reward_supplier_id)
  })

  it('E105, S29: points have no code', async () => {
    const { ofFriend } = await rewardsIn('bring-two', 'bought_two')
    expect(ofFriend).toEqual(
      reward({
        ...custom,
        ...asFriend,
        face_value: '50',
        face_value_type: 'POINTS',
        code: null,
        program_label: 'bring-two',
        reward_name: 'fifty-points',
      }),
    )
  })

  it('E105: cashback has its own currency, a reward without a value is worth 0 of the workspace’s', async () => {
    const { ofFriend } = await rewardsIn('bring-gone', 'bought_gone')
    expect(ofFriend).toEqual(
      reward({
        ...custom,
        ...asFriend,
        tags: ['coins', 'friend'],
        face_value: '3.5',
        face_value_type: 'CZK',
        code: aCode,
        program_label: 'bring-gone',
        reward_name: 'small-change',
      }),
    )
    const { ofAnn } = await rewardsIn('bring-once', 'bought_once')
    expect(ofAnn).toMatchObject({ ...custom, face_value: '0', face_value_type: 'EUR', code: aCode })
  })

  it('E106: a grant is good until the end of a local day, and stays FULFILLED', async () => {
    const { ofAnn } = await rewardsIn('refer-a-friend', 'purchase', enough)
    const expiry = new Date(String(ofAnn?.expiry_date))
    const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Prague', timeStyle: 'medium' })
    expect(local.format(expiry)).toBe('23:59:59')
    const daysOff = (expiry.getTime() - new Date(String(ofAnn?.date_earned)).getTime()) / 86_400_000
    expect(daysOff).toBeGreaterThan(29)
    expect(daysOff).toBeLessThan(32)
  })

  it('S29: no two grants have one code', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token)
    const friends = await Promise.all(Array.from({ length: 4 }, () => friendOf(code)))
    await Promise.all(friends.map(({ token }) => causedBy(token, 'purchase', enough)))
    const lists = await Promise.all([await verify(ann), ...friends.map(({ token }) => token)].map(rewardsOf))
    const codes = lists.flat().map((one) => one.code)
    expect(codes).toHaveLength(8)
    expect(new Set(codes).size).toBe(8)
  })
})

describe('the list', () => {
  it('E104: is oldest first, and each reward is there alone', async () => {
    const ann = await verified()
    for (const [label, event] of [
      ['bring-two', 'bought_two'],
      ['bring-once', 'bought_once'],
      ['bring-two', 'bought_two'],
    ] as const) {
      await causedBy((await friendOf(await codeOf(ann.token, label))).token, event)
    }
    const list = await rewardsOf(ann.token)
    expect(list.map(({ reward_name }) => reward_name)).toEqual(['ten-percent', 'loud-hello', 'ten-percent'])
    for (const one of list) expect(okOf(await get(`${path}/${one.id}`, ann.token))).toEqual(one)
  })

  it('E104, E35: an identified token sees what its own device’s events caused, an anonymous one nothing', async () => {
    const { friend, ofAnn, ann } = await rewardsIn('refer-a-friend', 'purchase', enough)
    const [own] = await rewardsOf(friend.token)
    const elsewhere = await identified(friend.email)
    for (const token of [ann.token, elsewhere.token, await newToken()]) {
      expect(await rewardsOf(token)).toEqual([])
      for (const id of [ofAnn?.id, own?.id]) {
        expectError(await get(`${path}/${id}`, token), 400, 'invalid_reward_id', { reward_id: String(id) })
      }
    }
    expect(await rewardsOf(await verify(friend))).toEqual([own])
  })

  it.each(['0', '12345', 'abc', '-1', '9'.repeat(40)])('E104: %s is no reward', async (id) => {
    expectError(await get(`${path}/${id}`, (await identified()).token), 400, 'invalid_reward_id', {
      reward_id: id,
    })
  })
})

describe('the status', () => {
  const status = async (token: string, query: string) => okOf(await get(`${path}/status?${query}`, token))
  const buy = async (friend: Somebody, data: Fields = enough) =>
    String(fieldsOf(await sendEvent(friend.token, 'purchase', data)).event_id)

  it('E107: of an event it is PENDING until that has been worked on, then final', async () => {
    const { token } = await identified()
    const friend = await friendOf(await codeOf(token))
    const event = await buy(friend)
    const seen = new Set<unknown>()
    const last = await until(
      () => get(`${path}/status?polling_id=${event}`, friend.token),
      (reply) => {
        const answer = okOf(reply)
        expect(answer).toEqual({
          reward: answer.status === 'SUCCEEDED' ? expect.any(Object) : null,
          status: expect.stringMatching(/^(PENDING|SUCCEEDED)$/),
          quality_results: [],
        })
        seen.add(answer.status)
        return answer.status === 'SUCCEEDED'
      },
    )
    expect(fieldsOf(last).reward).toEqual((await rewardsOf(friend.token))[0])
    expect(await status(friend.token, `polling_id=${event}`)).toEqual(fieldsOf(last))
    expect(await rewardStatus(friend.token, await buy(friend))).toEqual({
      reward: null,
      status: 'FAILED',
      quality_results: [],
    })
  })

  it('E107: by reward_name and by partner_event_id it tells the newest such reward, else PENDING', async () => {
    const ann = await verified()
    const pending = { reward: null, status: 'PENDING', quality_results: [] }
    expect(await status(ann.token, 'reward_name=ten-percent')).toEqual(pending)
    expect(await status(ann.token, 'partner_event_id=none')).toEqual(pending)
    const reference = unique('order')
    for (let friends = 0; friends < 2; friends++) {
      const friend = await friendOf(await codeOf(ann.token, 'bring-two'))
      await causedBy(friend.token, 'bought_two', { partner_event_id: reference })
      const own = await status(friend.token, `partner_event_id=${reference}`)
      expect(own).toMatchObject({ status: 'SUCCEEDED', reward: { reward_name: 'fifty-points' } })
    }
    const list = await rewardsOf(ann.token)
    const newest = { reward: list[1], status: 'SUCCEEDED', quality_results: [] }
    expect(await status(ann.token, 'reward_name=ten-percent')).toEqual(newest)
    expect(await status(ann.token, 'reward_name=ten-euro')).toEqual(pending)
  })

  it.each([
    '',
    'polling_id=',
    'polling_id=1&reward_name=x',
    'reward_name=x&partner_event_id=y',
    'polling_id=1&reward_name=x&partner_event_id=y',
  ])('E107: exactly one filter is given, and not "%s"', async (query) => {
    expectError(
      await get(`${path}/status?${query}`, (await identified()).token),
      400,
      'invalid_reward_filter',
    )
  })

  it('E107, E115: another’s event is as unknown as one that never was', async () => {
    const friend = await friendOf(await codeOf((await identified()).token))
    const event = await buy(friend)
    const strangers = [await newToken(), (await identified()).token, (await identified(friend.email)).token]
    for (const token of strangers) {
      for (const id of [event, '12345', 'x', '0']) {
        expectError(await get(`${path}/status?polling_id=${id}`, token), 400, 'invalid_parameter', {
          parameter: 'polling_id',
        })
      }
    }
    expect(await rewardStatus(await verify(friend), event)).toMatchObject({ status: 'SUCCEEDED' })
  })
})

describe('capabilities and steps', () => {
  it('E109: capabilities are the scopes of the token', async () => {
    const capabilities = async (token: string) =>
      [...(okOf(await get('/api/v4/me/capabilities', token)).capabilities as string[])].sort()
    expect(await capabilities(await newToken())).toEqual(['UPDATE_PROFILE'])
    expect(await capabilities((await identified()).token)).toEqual(['UPDATE_PROFILE'])
    expect(await capabilities((await verified()).token)).toEqual(['UPDATE_PROFILE', 'VERIFIED_CONSUMER'])
    expectError(await get('/api/v4/me/capabilities'), 403, 'missing_access_token')
  })

  it('E112: steps are lists', async () => {
    const ann = await verified()
    for (const steps of ['/me/steps', '/me/public-steps', `/persons/${ann.id}/steps`]) {
      for (const step of listOf(await get(`/api/v4${steps}`, ann.token))) {
        expect(Object.keys(step).sort()).toEqual(
          'campaign_id container data event_date event_id journey_name partner_event_id program_label quality step_name value'.split(
            ' ',
          ),
        )
      }
      expectError(await ask('GET', `/api/v4${steps}`), 403, 'missing_access_token')
    }
  })
})

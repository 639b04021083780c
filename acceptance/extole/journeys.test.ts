import { describe, expect, it } from 'vitest'
import { type Fields, fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import { anId, aTime, expectError, listOf, okOf } from './conventions.ts'
import { get, identified, newToken, post, sendEvent, tokenAfter, verified } from './extole.ts'
import { arrive, causedBy, codeOf, friendOf, rewardStatus, shareableOf, verify } from './referral.ts'

const ends = [
  'advocate_code',
  'advocate_partner_id',
  'consumer_event_id',
  'coupon_code',
  'profile_id',
  'promotable_code',
  'referral_reason',
  'share_id',
  'shareable_id',
]

const members = [
  'id',
  'campaign_id',
  'container',
  'journey_type',
  'created_date',
  'updated_date',
  'data',
  'entry_label',
  'entry_reason',
  'entry_zone',
  'last_zone',
  ...ends.flatMap((name) => [`entry_${name}`, `last_${name}`]),
]

const path = '/api/v4/me/journeys'

async function journeysOf(token: string, query = ''): Promise<readonly Fields[]> {
  const journeys = listOf(await get(`${path}${query}`, token))
  for (const journey of journeys) {
    expect(Object.keys(journey).toSorted()).toEqual(members.toSorted())
    expect(journey.id).toMatch(anId)
    expect(journey.campaign_id).toMatch(anId)
    expect(journey.created_date).toMatch(aTime)
    expect(journey.updated_date).toMatch(aTime)
    expect(journey.data).toBeTypeOf('object')
  }
  return journeys
}

describe('journeys', () => {
  it('E111: an attribution is a journey of the friend, from the event that arrived to the one that converted', async () => {
    const ann = await verified({ partner_user_id: unique() })
    const shareable = await shareableOf(ann.token)
    const friend = await identified()
    const visit = await sendEvent(friend.token, unique('visit'), { advocate_code: shareable.code })
    await rewardStatus(friend.token, fieldsOf(visit).event_id)

    const [journey, ...others] = await journeysOf(friend.token)
    expect(others).toEqual([])
    expect(journey).toMatchObject({
      container: 'production',
      journey_type: 'friend',
      entry_label: 'refer-a-friend',
      entry_advocate_code: shareable.code,
      entry_advocate_partner_id: null,
      entry_consumer_event_id: fieldsOf(visit).event_id,
      entry_profile_id: ann.id,
      entry_shareable_id: expect.stringMatching(anId),
      last_consumer_event_id: fieldsOf(visit).event_id,
      last_profile_id: ann.id,
    })

    const bought = await sendEvent(friend.token, 'purchase', { amount: 10 })
    await rewardStatus(tokenAfter(bought), fieldsOf(bought).event_id)
    const [converted] = await journeysOf(friend.token)
    expect(converted).toEqual({
      ...journey,
      updated_date: expect.stringMatching(aTime),
      last_consumer_event_id: fieldsOf(bought).event_id,
      last_referral_reason: expect.not.stringMatching(String(journey?.last_referral_reason)),
    })
  })

  it('E111: a shareable is a journey of the advocate, with its data', async () => {
    const { token } = await identified()
    const made = okOf(
      await post('/api/v6/me/shareables', token, { label: 'bring-two', data: { from: 'the app' } }),
    )
    const [journey, ...others] = await journeysOf(token)
    expect(others).toEqual([])
    expect(journey).toMatchObject({
      container: 'production',
      journey_type: 'advocate',
      data: { from: 'the app' },
      entry_label: 'bring-two',
      entry_advocate_code: made.code,
      entry_shareable_id: expect.stringMatching(anId),
      entry_profile_id: null,
      entry_consumer_event_id: null,
      last_advocate_code: made.code,
    })
  })

  it('E111: container and type choose among them', async () => {
    const friend = await friendOf(await codeOf((await identified()).token))
    await codeOf(friend.token)
    const types = async (query: string) =>
      (await journeysOf(friend.token, query)).map(({ journey_type }) => journey_type)
    expect(await types('')).toEqual(['friend', 'advocate'])
    expect(await types('?type=friend')).toEqual(['friend'])
    expect(await types('?type=advocate&container=production')).toEqual(['advocate'])
    expect(await types('?type=other')).toEqual([])
    expect(await types('?container=test')).toEqual([])
    expect(await types('?container=&type=')).toEqual(['friend', 'advocate'])
  })

  it('E111: an identified device sees the journeys that it brought itself, a verified token all', async () => {
    const friend = await friendOf(await codeOf((await identified()).token))
    const second = await identified(friend.email)
    await codeOf(second.token, 'bring-two')
    const types = async (token: string) => (await journeysOf(token)).map(({ journey_type }) => journey_type)
    expect(await types(friend.token)).toEqual(['friend'])
    expect(await types(second.token)).toEqual(['advocate'])
    expect(await types(await verify(friend))).toEqual(['friend', 'advocate'])
  })

  it('E111: a visitor has journeys too, and a new device none', async () => {
    const ann = await identified()
    const visitor = await arrive(await codeOf(ann.token))
    await causedBy(visitor, unique('seen'))
    expect(await journeysOf(visitor)).toMatchObject([{ journey_type: 'friend', entry_profile_id: ann.id }])
    expect(await journeysOf(await newToken())).toEqual([])
    expectError(await get(path), 403, 'missing_access_token')
  })
})

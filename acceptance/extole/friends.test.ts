import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { anId, aTime, listOf } from './conventions.ts'
import { get, newToken, put, sendEvent, tokenAfter, verified, writeMe } from './extole.ts'
import { arrive, causedBy, codeOf, friendOf, rewardStatus } from './referral.ts'

const toMe = ['referrals-to-me', 'associated-advocates', 'advocates']
const fromMe = ['referrals-from-me', 'associated-friends']
const associated = ['associated-advocates', 'associated-friends']

const read = async (token: string, list: string) => listOf(await get(`/api/v4/me/${list}`, token))

/** An advocate whose public part is not empty, and a friend of theirs. */
async function pair() {
  const ann = await verified()
  await writeMe(ann.token, {
    first_name: 'Ann',
    last_name: 'Secret',
    profile_picture_url: 'https://x.example/a.png',
  })
  await put('/api/v4/me/parameters/colour', ann.token, { type: 'PUBLIC', value: 'red' })
  await put('/api/v4/me/parameters/size', ann.token, { type: 'PRIVATE', value: 'L' })
  return { ann, friend: await friendOf(await codeOf(ann.token)) }
}

function entry(list: string, person: Fields, reason: string) {
  const { id, first_name, image_url } = person
  return {
    shareable_id: expect.stringMatching(anId),
    reason,
    container: 'production',
    updated_at: expect.stringMatching(aTime),
    person,
    ...(associated.includes(list) ? { id, first_name, image_url } : {}),
  }
}

describe('who referred whom', () => {
  it.each(toMe)('E90: %s tells who referred me, by the public part alone', async (list) => {
    const { ann, friend } = await pair()
    const person = {
      id: ann.id,
      first_name: 'Ann',
      image_url: 'https://x.example/a.png',
      parameters: { colour: 'red' },
    }
    expect(await read(friend.token, list)).toEqual([entry(list, person, 'referral')])
    await causedBy(friend.token, 'purchase', { amount: 10 })
    expect(await read(friend.token, list)).toEqual([entry(list, person, 'conversion')])
  })

  it.each(fromMe)('E90: %s tells a proved person whom it referred', async (list) => {
    const { ann, friend } = await pair()
    const person = { id: friend.id, first_name: null, image_url: null, parameters: {} }
    expect(await read(ann.token, list)).toEqual([entry(list, person, 'referral')])
    await causedBy(friend.token, 'purchase', { amount: 10 })
    expect(await read(ann.token, list)).toEqual([entry(list, person, 'conversion')])
  })

  it('E90: a friend is listed from the moment it is identified', async () => {
    const ann = await verified()
    const visitor = await arrive(await codeOf(ann.token))
    await causedBy(visitor, unique())
    expect(await read(ann.token, 'referrals-from-me')).toEqual([])
    const known = tokenAfter(await sendEvent(visitor, 'login', { email: uniqueEmail() }))
    await causedBy(known, unique())
    expect(await read(ann.token, 'referrals-from-me')).toHaveLength(1)
  })

  it('E90, E35: an identified token sees how its own device arrived, and no friends', async () => {
    const { ann, friend } = await pair()
    const elsewhere = await newToken({ email: friend.email })
    expect(await read(elsewhere, 'referrals-to-me')).toEqual([])
    const claimed = await newToken({ email: ann.email })
    for (const list of [...fromMe, 'friends']) expect(await read(claimed, list)).toEqual([])
    for (const list of [...toMe, ...fromMe, 'friends']) expect(await read(await newToken(), list)).toEqual([])
  })
})

it('E91: friends are listed with what they did', async () => {
  const { ann, friend } = await pair()
  await rewardStatus(
    friend.token,
    JSON.parse((await sendEvent(friend.token, 'purchase', { amount: 10 })).body.toString()).id,
  )
  const [listed] = await read(ann.token, 'friends')
  expect(listed).toEqual({ id: friend.id, first_name: null, image_url: null, events: expect.any(Array) })
  const events = listed?.events as Fields[]
  expect(events.length).toBeGreaterThan(0)
  for (const event of events) {
    expect(event).toEqual({
      campaign_id: expect.stringMatching(anId),
      event_date: expect.stringMatching(aTime),
      step_name: expect.stringMatching(/\S/),
      email: null,
    })
  }
})

import { expect, it } from 'vitest'
import { jsonOf } from '../client.ts'
import { unique } from '../unique.ts'
import { emailTaken, mismatch } from './faults.ts'
import {
  expectEmpty,
  otherV2,
  person,
  succeeded,
  type Tracking,
  trackingIdIn,
  trackingIdOf,
  trackingOf,
  v2,
} from './xng.ts'

it('C30: total counts every user of the request, those refused in the answer as errors', async () => {
  const updated = [person(), { id: unique(), email: 'nonsense' }, 5, person()]
  const reply = await v2.batch({ updated, deleted: [{ id: unique() }, {}] })
  const outcome = await v2.untilProcessed(trackingIdIn(reply))
  expect(outcome).toEqual({ stage: 'PROCESSED', total: 6, success: 3, error: 3, errors: [] })
})

it('C30: PUT and DELETE have total 1', async () => {
  const user = person()
  expect(await v2.outcome(v2.put(user))).toEqual(succeeded(1))
  expect(await v2.outcome(v2.remove(user.id))).toEqual(succeeded(1))
})

it('section 3: a tracking object has its four names and no others', async () => {
  const trackingId = trackingIdOf(await v2.put(person()))
  await v2.untilProcessed(trackingId)
  const reply = await v2.track(trackingId)
  expect(jsonOf(reply)).toEqual({ stage: 'PROCESSED', total: 1, success: 1, error: 0 })
})

it('C31: counts never shrink and never exceed the total, and PROCESSED is the end', async () => {
  const updated: unknown[] = Array.from({ length: 995 }, () => person())
  updated.push(...Array.from({ length: 5 }, () => ({ id: unique(), email: 'nonsense' })))
  const trackingIds = await Promise.all([1, 2, 3].map(async () => trackingIdIn(await v2.batch({ updated }))))
  for (const trackingId of trackingIds) {
    let before: Tracking = { stage: 'PENDING', total: 1000, success: 0, error: 0 }
    while (before.stage === 'PENDING') {
      const now = trackingOf(await v2.track(trackingId))
      expect(now.total).toBe(1000)
      expect(now.success).toBeGreaterThanOrEqual(before.success)
      expect(now.error).toBeGreaterThanOrEqual(before.error)
      expect(now.success + now.error).toBeLessThanOrEqual(now.total)
      before = now
    }
    expect(before).toEqual({ stage: 'PROCESSED', total: 1000, success: 995, error: 5 })
  }
  await v2.store(person())
  for (const trackingId of trackingIds) {
    const later = trackingOf(await v2.track(trackingId))
    expect(later).toEqual({ stage: 'PROCESSED', total: 1000, success: 995, error: 5 })
  }
})

it('C32: a tracking id stays readable after its request is processed, and after its users changed', async () => {
  const user = person()
  const trackingId = trackingIdOf(await v2.put(user))
  const outcome = await v2.untilProcessed(trackingId)
  await v2.store({ ...user, firstName: 'x' })
  await v2.erase(user.id)
  for (let round = 0; round < 5; round += 1) expect(await v2.untilProcessed(trackingId)).toEqual(outcome)
})

it('C33: an unknown, malformed or altered tracking id is 404', async () => {
  const trackingId = trackingIdOf(await v2.put(person()))
  await v2.untilProcessed(trackingId)
  const altered = Array.from(trackingId, (_, position) => position)
    .filter((position) => trackingId[position] !== '-')
    .map((position) => {
      const digit = trackingId[position] === '0' ? '1' : '0'
      return trackingId.slice(0, position) + digit + trackingId.slice(position + 1)
    })
  const malformed = [
    'x',
    '0',
    trackingId.slice(1),
    `${trackingId}0`,
    trackingId.replaceAll('-', ''),
    `${trackingId}%00`,
  ]
  for (const bad of [...altered, ...malformed, '00000000-0000-0000-0000-000000000000']) {
    expectEmpty(await v2.call('GET', `/users/track/${bad}`), 404)
  }
})

it('C33: a tracking id of another workspace is 404', async () => {
  const mine = trackingIdOf(await v2.put(person()))
  const theirs = trackingIdOf(await otherV2.put(person()))
  expectEmpty(await otherV2.track(mine), 404)
  expectEmpty(await v2.track(theirs), 404)
  expect(await v2.untilProcessed(mine)).toEqual(succeeded(1))
  expect(await otherV2.untilProcessed(theirs)).toEqual(succeeded(1))
})

it('C34: every request gets its own tracking id', async () => {
  const user = person()
  const replies = await Promise.all([
    ...Array.from({ length: 30 }, () => v2.put(user)),
    ...Array.from({ length: 10 }, () => v2.remove(user.id)),
    ...Array.from({ length: 10 }, () => v2.batch({})),
  ])
  expect(new Set(replies.map(trackingIdOf)).size).toBe(replies.length)
})

it('C35: details=true, exactly so, adds the entries that failed while being applied, in the order of the request', async () => {
  const holder = person()
  await v2.store(holder)
  const [second, third] = [unique(), unique()]
  const reply = await v2.batch({
    updated: [
      { ...person(), xngId: 'ignored on creation' },
      { id: second, email: holder.email },
      { id: unique(), email: 'refused in the answer' },
      { id: third, email: holder.email.toUpperCase() },
      { ...holder, xngId: 'different' },
    ],
  })
  const trackingId = trackingIdIn(reply)
  const outcome = await v2.untilProcessed(trackingId)
  expect(outcome).toMatchObject({ total: 5, success: 1, error: 4 })
  expect(outcome.errors).toMatchObject([
    mismatch(1, '/updated/1/email', emailTaken(holder.email, holder.id)),
    { index: 3, pointer: '/updated/3/email', code: '7', title: 'Identifier Mismatch' },
    mismatch(4, '/updated/4/xngId', `xngId "different" is not the xngId of user "${holder.id}"`),
  ])
  for (const error of outcome.errors) {
    expect(Object.keys(error).toSorted()).toEqual(['code', 'details', 'index', 'pointer', 'title'])
  }
  for (const query of [
    '',
    '?details=',
    '?details=True',
    '?details=1',
    '?details=false',
    '?Details=true',
    '?details',
  ]) {
    expect(trackingOf(await v2.track(trackingId, query)), query).not.toHaveProperty('errors')
  }
})

it('C35: errors is [] while PENDING and when there are none', async () => {
  const trackingId = trackingIdOf(await v2.batch({ updated: Array.from({ length: 500 }, () => person()) }))
  for (;;) {
    const tracking = trackingOf(await v2.track(trackingId, '?details=true'))
    expect(tracking).toHaveProperty('errors', [])
    if (tracking.stage === 'PROCESSED') return
  }
})

it('C36: under load every answer is 202, or 429 or 503 with Retry-After, and what was 202 is applied', async () => {
  const users = Array.from({ length: 20 }, () =>
    Array.from({ length: 500 }, () => person({ firstName: 'x' })),
  )
  const bulk = users.map((updated) => v2.batch({ updated }))
  const single = Array.from({ length: 200 }, () => v2.put(person()))
  for (const reply of await Promise.all([...bulk, ...single])) {
    expect([202, 429, 503]).toContain(reply.status)
    if (reply.status === 202) {
      const outcome = await v2.untilProcessed(trackingIdOf(reply))
      expect(outcome.success).toBe(outcome.total)
    } else {
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
    }
  }
})

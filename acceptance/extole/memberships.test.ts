import { describe, expect, it } from 'vitest'
import type { Fields, Reply } from '../client.ts'
import { person, v2 } from '../crossengage/xng.ts'
import { until } from '../until.ts'
import { aTime, expectError, listOf } from './conventions.ts'
import { ask, get, newToken, sendEvent } from './extole.ts'
import { signJwt } from './sign-jwt.ts'

const path = '/api/v4/me/audience-memberships'

const read = (token: string, zone?: string): Promise<Reply> =>
  ask('GET', path, { token, headers: { 'Time-Zone': zone } })

/** Waits until the memberships are exactly these segments. */
async function untilIn(token: string, segments: readonly string[]): Promise<readonly Fields[]> {
  const names = (reply: Reply) => listOf(reply).map(({ audience_id }) => audience_id)
  return listOf(
    await until(
      () => read(token),
      (reply) => JSON.stringify(names(reply).toSorted()) === JSON.stringify(segments.toSorted()),
    ),
  )
}

/** A user whom a back end wrote, and the token of a device that proved to be theirs. */
async function user(fields: Fields) {
  const written = person(fields)
  await v2.store(written)
  const token = await newToken({ jwt: await signJwt({ partner_user_id: written.id }) })
  return { ...written, token }
}

describe('audience memberships', () => {
  it('E110: tells the segments that a person is in, as attributes and events move it in and out', async () => {
    const { id, email, token } = await user({ lifetimeValue: 500, usedBySegment: 1 })
    const [membership] = await untilIn(token, ['acceptance'])
    expect(membership).toEqual({
      audience_id: 'acceptance',
      created_date: expect.stringMatching(aTime),
      updated_date: expect.stringMatching(aTime),
    })
    await sendEvent(token, 'purchase', { amount: 1 })
    await sendEvent(token, 'purchase', { amount: 1 })
    const both = await untilIn(token, ['acceptance', 'big-spenders'])
    expect(both[0]).toEqual(membership)
    await v2.store({ id, email, usedBySegment: 0 })
    await untilIn(token, ['big-spenders'])
    await v2.store({ id, email, lifetimeValue: 499.99 })
    await untilIn(token, [])
  })

  it('E110: nobody but a verified token is told', async () => {
    const { email, token } = await user({ usedBySegment: 1 })
    await untilIn(token, ['acceptance'])
    expect(listOf(await get(path, await newToken({ email })))).toEqual([])
    expect(listOf(await get(path, await newToken()))).toEqual([])
    expectError(await get(path), 403, 'missing_access_token')
  })

  it.each([
    ['Asia/Kolkata', /\+05:30$/],
    ['Asia/Kathmandu', /\+05:45$/],
    ['America/Phoenix', /-07:00$/],
    ['Africa/Abidjan', /Z$/],
    ['UTC', /Z$/],
  ])('E110: dates have the offset of the zone %s, and mean the same moment', async (zone, offset) => {
    const { token } = await user({ usedBySegment: 1 })
    const [utc] = await untilIn(token, ['acceptance'])
    const [shifted] = listOf(await read(token, zone))
    for (const name of ['created_date', 'updated_date']) {
      const date = String(shifted?.[name])
      expect(date).toMatch(offset)
      expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}/)
      expect(new Date(date).toISOString()).toBe(utc?.[name])
    }
  })

  it.each(['Mars/Olympus', '+01:00', 'CEST!', '1'])(
    'E110: the zone %s is unknown, whoever asks',
    async (zone) => {
      const { token } = await user({})
      expectError(await read(token, zone), 400, 'timezone_invalid')
      expectError(await read(await newToken(), zone), 400, 'timezone_invalid')
    },
  )

  it('E110: answers without the prefix as well, and to GET alone', async () => {
    const token = await newToken()
    expect(listOf(await get('/v4/me/audience-memberships/', token))).toEqual([])
    expectError(await ask('POST', path, { token, body: {} }), 405, 'method_not_allowed')
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken } from './extole.fixture.ts'
import { openReferralExtole, type ReferralExtole } from './referral.fixture.ts'
import { signJwt } from './sign-jwt.fixture.ts'

let extole: ReferralExtole
beforeAll(async () => {
  extole = await openReferralExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

/** Whether two calls meet is chance; among so many rounds some do. */
const rounds = Array.from({ length: 12 }, (_, index) => index)

async function ownCodes(token: string): Promise<readonly string[]> {
  const { body } = await extole.get(token, '/api/v6/me/shareables')
  return body.map(({ code }: { code: string }) => code)
}

async function verified(claims: Readonly<Record<string, unknown>>): Promise<string> {
  return await newToken(extole, { jwt: await signJwt(claims) })
}

test('zones that a device asks for at once while it becomes known show the one code of its profile (E26, E100)', async () => {
  for (const _round of rounds) {
    const { token: known, email } = await extole.identified()
    const device = await newToken(extole)
    const ask = () => extole.post(device, '/zones', { event_name: 'mobile_sharing', data: { email } })
    const shown = (await Promise.all([ask(), ask(), ask()])).map(({ body }) => body['me.share_code'])
    expect(new Set(shown)).toEqual(new Set(await ownCodes(known)))
  }
})

test('what a device makes and writes while another call of it makes it known is the known profile’s, or refused (E13, E26, E37)', async () => {
  for (const _round of rounds) {
    const { token: known, email } = await extole.identified()
    const device = await newToken(extole)
    const [, made, written] = await Promise.all([
      extole.post(device, '/api/v4/me', { email }),
      extole.post(device, '/api/v6/me/shareables'),
      extole.call('PUT', '/api/v4/me/parameters/size', { token: device, body: { value: 'XL' } }),
    ])
    expect(await ownCodes(known)).toContain(made.body.code)
    const own = await extole.get(device, '/api/v4/me/parameters')
    expect(own.body).toEqual(written.status === 200 ? { size: 'XL' } : {})
    expect((await extole.get(known, '/api/v4/me/parameters')).body).toEqual({})
  }
})

test('a token that was verified for one person writes no name of another, however many calls bind its device at once (E27, E32, S15)', async () => {
  for (const _round of rounds) {
    const [own, other] = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`]
    const bob = await verified({ email: other, first_name: 'Bob' })
    const token = await verified({ email: own })
    const claim = (more: object) =>
      extole.post(token, '/api/v6/events', { event_name: 'seen', data: { email: other, ...more } })
    await Promise.all([claim({}), claim({ first_name: 'Mallory' }), claim({ first_name: 'Mallory' })])
    expect((await extole.get(bob, '/api/v4/me')).body.first_name).toBe('Bob')
  }
})

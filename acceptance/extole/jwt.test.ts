import { expect, it } from 'vitest'
import { type Fields, fieldsOf } from '../client.ts'
import { person as user, v2 } from '../crossengage/xng.ts'
import { unique, uniqueEmail } from '../unique.ts'
import {
  ask,
  get,
  newToken,
  post,
  readMe,
  tokenAfter,
  tokenOf,
  trustOf,
  verified,
  writeMe,
} from './extole.ts'
import { jwtKeys } from './jwt-keys.ts'
import { inSeconds, signJwt } from './sign-jwt.ts'

const event = { event_name: 'visit' }

/** The trust, and the person, that a JWT gives a new device. */
async function tokenWith(claims: Fields): Promise<string> {
  return newToken({ jwt: await signJwt(claims) })
}

it.each(Object.keys(jwtKeys) as (keyof typeof jwtKeys)[])('E44: the key %s verifies', async (kid) => {
  const email = uniqueEmail()
  const token = await newToken({ jwt: await signJwt({ email }, { kid }) })
  expect(await trustOf(token)).toBe('verified')
  expect(await readMe(token)).toMatchObject({ email })
})

it('E43: a JWT is taken from all the places that are listed', async () => {
  const ways: ((jwt: string) => Promise<string>)[] = [
    async (jwt) => tokenOf(await post('/api/v5/token', undefined, { jwt })),
    async (jwt) => tokenOf(await ask('POST', '/api/v5/token', { form: { jwt } })),
    async (jwt) => tokenOf(await post('/api/v4/token', undefined, { jwt })),
    async (jwt) => tokenAfter(await post('/api/v6/events', await newToken(), { ...event, jwt })),
    async (jwt) => tokenAfter(await post('/api/v6/events', await newToken(), { ...event, id_token: jwt })),
    async (jwt) => tokenAfter(await post('/events', undefined, { ...event, jwt })),
    async (jwt) => tokenAfter(await post('/events/visit', undefined, { id_token: jwt })),
    async (jwt) => tokenAfter(await get(`/events/visit?jwt=${jwt}`)),
    async (jwt) => tokenAfter(await get(`/events?event_name=visit&id_token=${jwt}`)),
    async (jwt) =>
      tokenAfter(await post('/api/v6/zones', await newToken(), { event_name: 'mobile_sharing', jwt })),
    async (jwt) =>
      tokenAfter(await post('/api/v6/zones/mobile_sharing', await newToken(), { id_token: jwt })),
    async (jwt) => tokenAfter(await post('/zones/mobile_sharing', undefined, { jwt })),
    async (jwt) => tokenAfter(await get(`/zone/mobile_sharing?id_token=${jwt}`)),
  ]
  for (const way of ways) {
    const email = uniqueEmail()
    const token = await way(await signJwt({ email }))
    expect(await readMe(token), String(way)).toMatchObject({ email })
    expect(await trustOf(token), String(way)).toBe('verified')
  }
})

it.each([
  ['GET', '/api/v4/me'],
  ['GET', '/api/v4/me/parameters'],
  ['POST', '/api/v6/me/shareables'],
  ['GET', '/api/v5/me/shareables'],
  ['POST', '/api/v6/events'],
  ['POST', '/events'],
  ['GET', '/api/v4/me/rewards'],
  ['POST', '/api/v5/token'],
])('E43: %s %s takes X-Extole-Jwt', async (method, path) => {
  const email = uniqueEmail()
  const headers = { 'X-Extole-Jwt': await signJwt({ email }) }
  const body = method === 'POST' ? event : undefined
  const reply = await ask(method, path, { token: await newToken(), headers, body })
  const token = tokenAfter(reply)
  expect(await readMe(token)).toMatchObject({ email })
  expect(await trustOf(token)).toBe('verified')
})

it('E43: the JWT of a call is no data of its event or zone', async () => {
  const email = uniqueEmail()
  const jwt = await signJwt({ email })
  const token = tokenAfter(await post('/zones/mobile_sharing', undefined, { jwt }))
  const zone = await post('/api/v6/zones/mobile_sharing', token, { id_token: jwt })
  expect(zone.body.toString()).not.toContain(jwt)
})

it.each([
  ['numbers', (seconds: number) => seconds],
  ['numeric strings', (seconds: number) => String(seconds)],
])('E45: exp, nbf and iat are %s, with 60 s of leeway', async (_kind, write) => {
  const good = [
    { exp: 3600, nbf: -10, iat: -10 },
    { exp: -30, iat: -3600 },
    { exp: 3600, nbf: 30 },
    { exp: 3600, iat: 30 },
  ]
  for (const times of good) {
    const claims = Object.fromEntries(
      Object.entries(times).map(([name, value]) => [name, write(inSeconds(value))]),
    )
    expect(await trustOf(await tokenWith({ email: uniqueEmail(), ...claims })), JSON.stringify(times)).toBe(
      'verified',
    )
  }
})

it('E45: an e-mail, a partner_user_id, or both', async () => {
  const [email, partner] = [uniqueEmail(), unique('partner')]
  expect(await readMe(await tokenWith({ email }))).toMatchObject({ email, partner_user_id: null })
  const byPartner = await tokenWith({ partner_user_id: partner })
  expect(await readMe(byPartner)).toMatchObject({ email: null, partner_user_id: partner })
  const second = { email: uniqueEmail(), partner_user_id: unique('partner') }
  expect(await readMe(await tokenWith(second))).toMatchObject(second)
})

it.each([
  ['VERIFIED_CONSUMER', 'verified'],
  ['UPDATE_PROFILE VERIFIED_CONSUMER', 'verified'],
  [['UPDATE_PROFILE', 'VERIFIED_CONSUMER'], 'verified'],
  ['UPDATE_PROFILE', 'identified'],
  ['NOT_VERIFIED_CONSUMER', 'identified'],
  ['', 'identified'],
  [[], 'identified'],
  [undefined, 'verified'],
])('E45: with the scope claim %j the token is %s', async (scope, trust) => {
  expect(await trustOf(await tokenWith({ email: uniqueEmail(), scope }))).toBe(trust)
})

it('E46: it binds the device to the profile it names, and beats the data and e-mail of the same call', async () => {
  const { id, email } = await verified()
  const device = await newToken()
  const jwt = await signJwt({ email, first_name: 'Proved' })
  const data = { email: uniqueEmail(), first_name: 'Typed', last_name: 'Typed' }
  const token = tokenAfter(await post('/api/v6/events', device, { ...event, data, jwt }))
  expect(await readMe(token)).toMatchObject({ id, email, first_name: 'Proved' })
})

it('E46: its names are written to the profile', async () => {
  const { token, email } = await verified({ first_name: 'Ann', last_name: 'Lee' })
  expect(await readMe(token)).toMatchObject({ first_name: 'Ann', last_name: 'Lee' })
  await tokenWith({ email, last_name: 'Ray' })
  expect(await readMe(token)).toMatchObject({ first_name: 'Ann', last_name: 'Ray' })
})

it('E46: its second identifier is written if the profile has none of the kind and nobody else has it', async () => {
  const { token, id, email } = await verified()
  const partner = unique('partner')
  await tokenWith({ email, partner_user_id: partner })
  expect(await readMe(token)).toMatchObject({ id, partner_user_id: partner })

  await tokenWith({ email, partner_user_id: unique('partner') })
  expect(await readMe(token), 'it has one').toMatchObject({ id, partner_user_id: partner })

  const noMail = await verified({ email: undefined, partner_user_id: unique('partner') })
  const { partner_user_id } = await readMe(noMail.token)
  await tokenWith({ email, partner_user_id })
  expect((await readMe(noMail.token)).email, 'somebody else has it').toBeNull()
  expect((await readMe(token)).email).toBe(email)
})

it('E46, S12: its partner_user_id is the company’s own customer id', async () => {
  const id = unique('customer')
  const email = uniqueEmail()
  const token = await tokenWith({ email, partner_user_id: id })
  expect(await v2.read(id)).toMatchObject({ id, email })
  await v2.store({ id, email, lastName: 'Told' })
  expect((await readMe(token)).last_name).toBe('Told')
})

it('E46, S12: a customer id that somebody has is not given away', async () => {
  const shopper = user()
  await v2.store(shopper)
  const email = uniqueEmail()
  const token = await tokenWith({ email, partner_user_id: shopper.id })
  expect((await readMe(token)).email, 'the customer is meant').toBe(shopper.email)
  expect(await v2.read(shopper.id)).toMatchObject(shopper)
})

it.each([
  ['has passed', { exp: inSeconds(-120) }],
  ['is absent', { exp: undefined }],
])('E47: whose exp %s still identifies and does not verify', async (_name, claims) => {
  const email = uniqueEmail()
  const token = await tokenWith({ email, ...claims })
  expect(await trustOf(token)).toBe('identified')
  expect((await readMe(token)).email).toBe(email)
})

it('E47: it never lowers a token that is verified for that profile', async () => {
  const { token, id, email } = await verified()
  const jwt = await signJwt({ email, exp: inSeconds(-120) })
  const reply = await ask('GET', '/api/v4/me', { token, headers: { 'X-Extole-Jwt': jwt } })
  expect(reply.headers['x-extole-token']).toBeUndefined()
  expect(tokenAfter(await post('/api/v6/events', token, { ...event, jwt }))).toBe(token)
  expect(await trustOf(token)).toBe('verified')
  expect((await readMe(token)).id).toBe(id)
})

it('E47: one that is replayed after its time proves nothing, and changes nothing that was proved', async () => {
  const owner = await verified({ first_name: 'Kim' })
  const jwt = await signJwt({ email: owner.email, first_name: 'Old', exp: inSeconds(-3600) })
  const guest = await newToken({ jwt })
  expect(await trustOf(guest)).toBe('identified')
  expect(await readMe(guest)).toMatchObject({ id: owner.id, last_name: null })
  expect((await readMe(owner.token)).first_name).toBe('Kim')
})

it('E48: X-Extole-Jwt does not replace the access token on API routes', async () => {
  const headers = { 'X-Extole-Jwt': await signJwt({ email: uniqueEmail() }) }
  const reply = await ask('GET', '/api/v4/me', { headers })
  expect([reply.status, fieldsOf(reply).code]).toEqual([403, 'missing_access_token'])
})

it('E49: the new token is verified, the old one follows as identified', async () => {
  const old = await newToken()
  const email = uniqueEmail()
  const next = tokenAfter(
    await post('/api/v6/events', old, { ...event, jwt: await signJwt({ email, last_name: 'Lee' }) }),
  )
  expect([await trustOf(next), await trustOf(old)]).toEqual(['verified', 'identified'])
  expect((await readMe(next)).last_name).toBe('Lee')
  const { status } = await post('/api/v4/me', old, { first_name: 'X' })
  expect(status).toBe(403)
})

it('E38: when a token becomes verified, the device’s own data fills gaps of the profile, else it is dropped', async () => {
  const owner = await verified({ first_name: 'Kim' })
  const parameters = { type: 'PUBLIC', parameters: { size: 1 } }
  expect((await post('/api/v4/me/parameters', owner.token, parameters)).status).toBe(200)
  const device = await newToken()
  await writeMe(device, { first_name: 'Guest', last_name: 'Gap' })
  const own = { type: 'PRIVATE', parameters: { size: 2, hat: 'red' } }
  expect((await post('/api/v4/me/parameters', device, own)).status).toBe(200)
  const jwt = await signJwt({ email: owner.email })
  const next = tokenAfter(await ask('GET', '/api/v4/me', { token: device, headers: { 'X-Extole-Jwt': jwt } }))
  const merged = { id: owner.id, first_name: 'Kim', last_name: 'Gap', parameters: { size: 1, hat: 'red' } }
  expect(await readMe(next)).toMatchObject(merged)
  expect(await readMe(owner.token)).toMatchObject(merged)
  expect(await readMe(device), 'nothing is the device’s own any more').toMatchObject({
    first_name: 'Kim',
    last_name: null,
    parameters: { size: 1 },
  })
})

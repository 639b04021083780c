import { expect, it } from 'vitest'
import { describeReply, fieldsOf } from '../client.ts'
import { person as user, v2 } from '../crossengage/xng.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { listOf, okOf } from './conventions.ts'
import {
  ask,
  get,
  identified,
  masterKey,
  newToken,
  post,
  readMe,
  sendEvent,
  tokenAfter,
  trustOf,
  verified,
  writeMe,
} from './extole.ts'
import { signJwt } from './sign-jwt.ts'

const event = { event_name: 'visit' }

it('E29: an event that binds the device mints a new token, and answers with the new standing', async () => {
  const token = await newToken()
  const { id } = await readMe(token)
  const email = uniqueEmail()
  const next = tokenAfter(await sendEvent(token, 'visit', { email }))
  expect(next).not.toBe(token)
  expect(await readMe(next)).toMatchObject({ id, email })
  const debug = await ask('POST', '/events', {
    body: { event_name: 'visit', data: { email: uniqueEmail() } },
    headers: { 'X-Extole-Debug': '3' },
  })
  expect(debug.headers['x-extole-log']).toContain('trust=identified')
})

it('E29: an event that binds the device to another profile rotates, one that tells nothing new does not', async () => {
  const one = await identified()
  expect(tokenAfter(await sendEvent(one.token, 'visit', { email: one.email }))).toBe(one.token)
  expect(tokenAfter(await sendEvent(one.token, 'visit', { first_name: 'X' }))).toBe(one.token)
  const email = uniqueEmail()
  const next = tokenAfter(await sendEvent(one.token, 'visit', { email }))
  expect(next).not.toBe(one.token)
  expect(await readMe(next)).toMatchObject({ email })
  expect((await readMe(next)).id).not.toBe(one.id)
})

it('E29, E49: a JWT on any call that raises trust rotates, and the verified token is in the header', async () => {
  const { token, id, email } = await identified()
  const jwt = await signJwt({ email })
  const reply = await ask('GET', '/api/v4/me', { token, headers: { 'X-Extole-Jwt': jwt } })
  const next = tokenAfter(reply)
  expect(next).not.toBe(token)
  expect(await trustOf(next)).toBe('verified')
  expect(await trustOf(token), 'E49: the old one gains identified trust only').toBe('identified')
  expect((await readMe(next)).id).toBe(id)
  const again = await ask('GET', '/api/v4/me', { token: next, headers: { 'X-Extole-Jwt': jwt } })
  expect(again.headers['x-extole-token'], 'nothing rotated').toBeUndefined()
})

it('E29: the call that rotates is itself answered with the new standing', async () => {
  const email = uniqueEmail()
  await verified({ email, last_name: 'Secret' })
  const { token } = await identified(email)
  expect((await readMe(token)).last_name).toBeNull()
  const headers = { 'X-Extole-Jwt': await signJwt({ email }) }
  expect(okOf(await ask('GET', '/api/v4/me', { token, headers })).last_name).toBe('Secret')
})

it.each([
  ['POST', '/api/v6/events', event],
  ['POST', '/events', event],
  ['GET', '/events/visit', undefined],
  ['POST', '/api/v6/zones', { event_name: 'mobile_sharing' }],
  ['POST', '/zones', { event_name: 'mobile_sharing' }],
  ['GET', '/zones/mobile_sharing', undefined],
])('E30: %s %s answers with the token to use from now on', async (method, path, body) => {
  const { token } = await identified()
  const reply = await ask(method, path, { token, body })
  expect(tokenAfter(reply)).toBe(token)
  if (path.startsWith('/events')) expect(fieldsOf(reply).token, describeReply(reply)).toBe(token)
  const query = path.includes('?') ? '&' : '?'
  const moved =
    method === 'GET'
      ? await ask(method, `${path}${query}email=${uniqueEmail()}`, { token: await newToken() })
      : await ask(method, path, { token, body: { ...body, data: { email: uniqueEmail() } } })
  const next = tokenAfter(moved)
  expect(next).not.toBe(token)
  if (path.startsWith('/events')) expect(fieldsOf(moved).token).toBe(next)
})

it('E30: other routes send the header only when they rotated', async () => {
  const { token, email } = await identified()
  for (const path of ['/api/v4/me', '/api/v4/me/parameters', '/api/v6/me/shareables', '/api/v5/token']) {
    expect((await get(path, token)).headers['x-extole-token']).toBeUndefined()
  }
  const headers = { 'X-Extole-Jwt': await signJwt({ email }) }
  tokenAfter(await ask('POST', '/api/v6/me/shareables', { token, headers, body: {} }))
})

it('E31: the old token stays valid, follows the device’s binding as identified, and is never verified', async () => {
  const first = await newToken()
  const second = tokenAfter(await sendEvent(first, 'visit', { email: uniqueEmail() }))
  const email = uniqueEmail()
  const third = tokenAfter(await post('/api/v6/events', second, { ...event, jwt: await signJwt({ email }) }))
  const { id } = await readMe(third)
  for (const old of [first, second]) {
    expect((await readMe(old)).id).toBe(id)
    expect(await trustOf(old)).toBe('identified')
  }
  expect(await trustOf(third)).toBe('verified')
})

it('E32: binding the device to another profile ends the verification of its older tokens', async () => {
  const { token, id } = await verified()
  const email = uniqueEmail()
  const next = tokenAfter(await sendEvent(token, 'visit', { email }))
  expect(await trustOf(next)).toBe('identified')
  expect(await trustOf(token)).toBe('identified')
  expect((await readMe(token)).id).not.toBe(id)
})

it('E32: coming back to the former profile does not bring its verification back', async () => {
  const { token, id, email } = await verified()
  await sendEvent(token, 'visit', { email: uniqueEmail() })
  const back = tokenAfter(await sendEvent(token, 'visit', { email }))
  expect((await readMe(back)).id).toBe(id)
  expect(await trustOf(back)).toBe('identified')
  expect(await trustOf(token)).toBe('identified')
})

it('E32: the device’s own data stays with the former binding, unreadable under the new one', async () => {
  const known = await verified()
  const device = await newToken()
  await writeMe(device, { first_name: 'Own', last_name: 'Data' })
  okOf(await post('/api/v4/me/parameters', device, { parameters: { size: 1 } }))
  const { code } = okOf(await post('/api/v6/me/shareables', device, {}))
  okOf(await post('/api/v6/events', device, { event_name: 'share', data: { 'share.channel': 'SMS' } }))
  await writeMe(device, { email: known.email })
  expect(await readMe(device)).toMatchObject({ last_name: 'Data', parameters: { size: 1 } })
  expect(listOf(await get('/api/v4/me/shares', device))).toHaveLength(1)

  const next = tokenAfter(await sendEvent(device, 'visit', { email: uniqueEmail() }))
  expect(await readMe(next)).toMatchObject({ first_name: null, last_name: null, parameters: {} })
  expect(listOf(await get('/api/v4/me/shares', next))).toEqual([])
  expect(listOf(await get('/api/v6/me/shareables', next))).toEqual([])

  const back = tokenAfter(await sendEvent(next, 'visit', { email: known.email }))
  expect((await readMe(back)).last_name, 'a binding begins anew').toBeNull()
  expect(listOf(await get('/api/v6/me/shareables', back))).toMatchObject([{ code }])
})

it('E32: if nobody is known under the new identifier, an empty profile is made and the former keeps its id', async () => {
  const { token, id, email } = await verified({ first_name: 'Ann', last_name: 'Lee' })
  const next = tokenAfter(await sendEvent(token, 'visit', { email: uniqueEmail() }))
  expect(await readMe(next)).toMatchObject({ first_name: null, last_name: null, parameters: {} })
  expect(await readMe((await verified({ email })).token)).toMatchObject({ id, first_name: 'Ann' })
})

it('E32, S16: a back end’s take-over ends verification, unless the token proved the identifier by which it happened', async () => {
  const email = uniqueEmail()
  const proved = await verified({ email })
  const { id: personId } = await readMe(proved.token)
  const minted = okOf(await ask('POST', `/api/v2/consumers/${personId}/token`, { token: masterKey }))
  const given = String(minted.access_token)
  expect([await trustOf(proved.token), await trustOf(given)]).toEqual(['verified', 'verified'])

  await v2.store(user({ email }))
  expect((await readMe(proved.token)).id).toBe(personId)
  expect(await trustOf(proved.token), 'it had proved the e-mail').toBe('verified')
  expect(await trustOf(given), 'it had proved nothing').toBe('identified')
})

it('E33: GET web routes identify an anonymous device, and never bind a bound one to someone else', async () => {
  const token = tokenAfter(await get(`/events/visit?email=${uniqueEmail()}`, await newToken()))
  expect(await trustOf(token)).toBe('identified')
  const before = await readMe(token)
  for (const path of ['/events/visit', '/zones/mobile_sharing', '/zone/mobile_sharing']) {
    const reply = await get(`${path}?email=${uniqueEmail()}&partner_user_id=${unique('p')}`, token)
    expect(tokenAfter(reply)).toBe(token)
    expect(await readMe(token)).toEqual(before)
  }
})

it('E33: a GET with somebody else’s JWT neither moves a bound device nor verifies it for whom it is bound to', async () => {
  const victim = await verified({ last_name: 'Secret' })
  const mallory = await signJwt({ email: uniqueEmail('mallory') })
  const claimed = await identified(victim.email)
  for (const path of ['/events/visit', '/zones/mobile_sharing']) {
    const after = tokenAfter(await get(`${path}?jwt=${mallory}`, claimed.token))
    expect((await readMe(after)).id).toBe(victim.id)
    expect(await trustOf(after)).toBe('identified')
    expect((await readMe(after)).last_name).toBeNull()
  }
  const headers = { 'X-Extole-Jwt': mallory }
  const after = tokenAfter(await ask('GET', '/events/visit', { token: claimed.token, headers }))
  expect(await trustOf(after)).toBe('identified')
  expect((await readMe(after)).id).toBe(victim.id)
})

it('E34: names in event data are taken where the token may write them, and left alone where it may not', async () => {
  const anonymous = await newToken()
  await sendEvent(anonymous, 'visit', { first_name: 'Ann', last_name: 'Lee', locale: 'de_AT' })
  expect(await readMe(anonymous)).toMatchObject({ first_name: 'Ann', last_name: 'Lee', locale: 'de_AT' })

  const owner = await verified({ first_name: 'Kim' })
  await sendEvent(owner.token, 'visit', { first_name: 'Kimberly' })
  expect((await readMe(owner.token)).first_name).toBe('Kimberly')

  const guest = await identified(owner.email)
  await sendEvent(guest.token, 'visit', { first_name: 'Mallory', last_name: 'Moe' })
  expect(await readMe(owner.token)).toMatchObject({ first_name: 'Kimberly', last_name: null })
  okOf(await post('/api/v6/zones/mobile_sharing', anonymous, { first_name: 'Zoe' }))
  expect((await readMe(anonymous)).first_name).toBe('Zoe')
})

it('E34: an event is never refused for names', async () => {
  const token = await newToken()
  await sendEvent(token, 'visit', { first_name: 'x'.repeat(51), last_name: 5 })
  await sendEvent((await identified()).token, 'visit', { first_name: { a: 1 }, last_name: '' })
  expect(await readMe(token)).toMatchObject({ first_name: null, last_name: null })
})

import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { fieldsOf } from '../client.ts'
import { uniqueEmail } from '../unique.ts'
import { expectError, expectWebError } from './conventions.ts'
import { ask, newToken, otherHost, post, readMe, trustOf, verified } from './extole.ts'
import { jwtKeys, otherSecret, rsaPublicKey } from './jwt-keys.ts'
import { inSeconds, signJwt } from './sign-jwt.ts'

const withReason = (reason: string) => ({ reason, description: expect.stringMatching(/\S/) })

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

/** A JWT that no library would make: this header and payload, signed with this secret, or not at all. */
function forge(header: unknown, payload: unknown, secret?: string): string {
  const text = `${encode(header)}.${encode(payload)}`
  if (secret === undefined) return `${text}.`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

const claims = () => ({ email: uniqueEmail(), exp: inSeconds(3600) })
const secret = jwtKeys['shop-1'].key

async function expectRefused(jwt: string, reason: string, told = ''): Promise<void> {
  const reply = await post('/api/v5/token', undefined, { jwt })
  expect(fieldsOf(reply), told).toMatchObject({ code: 'jwt_error', parameters: withReason(reason) })
  expect(reply.status).toBe(403)
}

it.each(['x', 'x.y', 'x.y.z', '..', '.e30.', 'a.b.c.d.e', ' '])('E48: %j is MALFORMED', async (jwt) => {
  await expectRefused(jwt, 'MALFORMED')
})

it('E48: unreadable parts and times that are none are MALFORMED', async () => {
  const good = { alg: 'HS256', kid: 'shop-1' }
  await expectRefused(forge('nonsense', claims(), secret), 'MALFORMED')
  await expectRefused(forge(good, 'nonsense', secret), 'MALFORMED')
  await expectRefused(forge(good, [], secret), 'MALFORMED')
  await expectRefused(forge(good, { ...claims(), exp: 'soon' }, secret), 'MALFORMED')
  await expectRefused(forge(good, { ...claims(), nbf: {} }, secret), 'MALFORMED')
})

it('E44: an encrypted token (JWE) is refused', async () => {
  const header = encode({ alg: 'dir', enc: 'A256GCM', kid: 'shop-1' })
  await expectRefused(`${header}..${encode('iv')}.${encode('text')}.${encode('tag')}`, 'MALFORMED')
})

it.each([undefined, '', 'shop-2', 'SHOP-1', '__proto__', 'constructor', '../shop-1', 1, null, ['shop-1']])(
  'E44: kid %j is UNKNOWN_KEY',
  async (kid) => {
    await expectRefused(forge({ alg: 'HS256', kid }, claims(), secret), 'UNKNOWN_KEY')
  },
)

it.each(['none', 'None', 'NONE', 'nOnE', 'hs256', 'HS384', 'HS512', 'RS256', '', undefined, 1])(
  'E44: alg %j with a key of HS256 is UNSUPPORTED_ALGORITHM',
  async (alg) => {
    await expectRefused(forge({ alg, kid: 'shop-1' }, claims()), 'UNSUPPORTED_ALGORITHM')
    await expectRefused(forge({ alg, kid: 'shop-1' }, claims(), secret), 'UNSUPPORTED_ALGORITHM')
  },
)

it('E44: a public key is no shared secret: HS256 signed with the PEM of an RS, PS or ES key is refused', async () => {
  for (const kid of ['shop-rs', 'shop-ps', 'shop-es']) {
    for (const pem of [rsaPublicKey, rsaPublicKey.trim(), `${rsaPublicKey.trim()}\n`]) {
      await expectRefused(forge({ alg: 'HS256', kid }, claims(), pem), 'UNSUPPORTED_ALGORITHM')
      await expectRefused(forge({ alg: 'RS256', kid: 'shop-rs' }, claims(), pem), 'INVALID_SIGNATURE')
    }
  }
})

it('E44: one RSA key is not good for another algorithm', async () => {
  const rs = await signJwt(claims(), { kid: 'shop-rs', header: { kid: 'shop-ps' } })
  await expectRefused(rs, 'UNSUPPORTED_ALGORITHM')
  const ps = await signJwt(claims(), { kid: 'shop-ps', header: { kid: 'shop-rs' } })
  await expectRefused(ps, 'UNSUPPORTED_ALGORITHM')
})

it('E44: keys that the token itself brings are not looked at', async () => {
  const jwk = { kty: 'oct', k: encode('mine') }
  const header = {
    alg: 'HS256',
    kid: 'shop-1',
    jwk,
    jku: 'https://evil.example/keys',
    x5u: 'https://evil.example',
  }
  await expectRefused(forge(header, claims(), 'mine'), 'INVALID_SIGNATURE')
  await expectRefused(forge({ ...header, kid: undefined }, claims(), 'mine'), 'UNKNOWN_KEY')
})

it('E44: an extension that must be understood is refused', async () => {
  const header = { alg: 'HS256', kid: 'shop-1', crit: ['mine'], mine: 1 }
  await expectRefused(forge(header, claims(), secret), 'UNSUPPORTED_ALGORITHM')
})

it.each([
  '',
  'secret',
  'password',
  'shop-1',
  'acme',
  'changeme',
  'test-master-key',
  '0123456789abcdef',
  '0123456789ABCDEF0123456789ABCDEF',
  jwtKeys['shop-384'].key,
])('E48: a guessed secret %j is INVALID_SIGNATURE', async (guess) => {
  await expectRefused(forge({ alg: 'HS256', kid: 'shop-1' }, claims(), guess), 'INVALID_SIGNATURE')
})

it('E48: whatever is changed in a signed token, it is refused', async () => {
  const jwt = await signJwt({ email: uniqueEmail(), first_name: 'Ann' })
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const changed = (text: string, at: number) =>
    `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
  for (let at = 0; at < payload.length; at += 7) {
    const reply = await post('/api/v5/token', undefined, {
      jwt: `${header}.${changed(payload, at)}.${signature}`,
    })
    expectError(reply, 403, 'jwt_error')
  }
  for (let at = 0; at < signature.length - 1; at += 5) {
    await expectRefused(`${header}.${payload}.${changed(signature, at)}`, 'INVALID_SIGNATURE', `at ${at}`)
  }
  for (const other of ['', signature.slice(0, -4), `${signature}AAAA`, encode('x')]) {
    await expectRefused(`${header}.${payload}.${other}`, 'INVALID_SIGNATURE', other)
  }
})

it('E48: claims of one token do not go under the signature of another', async () => {
  const [mine = '', victims = ''] = [
    await signJwt({ email: uniqueEmail() }),
    await signJwt({ email: uniqueEmail('victim') }),
  ]
  const [header, , signature] = mine.split('.')
  await expectRefused(`${header}.${victims.split('.')[1]}.${signature}`, 'INVALID_SIGNATURE')
})

it('E48, S3: a key is of one workspace: the same kid elsewhere opens nothing', async () => {
  const others = await signJwt(claims(), { secret: otherSecret })
  await expectRefused(others, 'INVALID_SIGNATURE')
  const acmes = await signJwt(claims())
  const reply = await ask('POST', '/api/v5/token', { body: { jwt: acmes }, headers: { Host: otherHost } })
  expectError(reply, 403, 'jwt_error', withReason('INVALID_SIGNATURE'))
})

it.each([
  ['nbf', 120],
  ['iat', 120],
  ['nbf', 1e12],
])('E48: with %s %i s ahead it is NOT_YET_VALID', async (name, seconds) => {
  await expectRefused(await signJwt({ ...claims(), [name]: inSeconds(seconds) }), 'NOT_YET_VALID')
})

it.each([
  {},
  { email: 'nonsense' },
  { email: '' },
  { email: 5 },
  { partner_user_id: '' },
  { partner_user_id: 'x'.repeat(256) },
  { first_name: 'Ann' },
  { sub: 'ann@example.com' },
])('E48: the claims %j are MISSING_IDENTITY', async (identity) => {
  await expectRefused(await signJwt(identity), 'MISSING_IDENTITY')
})

it('E48: the reasons are tested in their order', async () => {
  const late = inSeconds(3600)
  const bad = { exp: 'soon' }
  await expectRefused(forge({ alg: 'none', kid: 'nope' }, bad), 'MALFORMED')
  await expectRefused(forge({ alg: 'none', kid: 'nope' }, { nbf: late }), 'UNKNOWN_KEY')
  await expectRefused(forge({ alg: 'none', kid: 'shop-1' }, { nbf: late }), 'UNSUPPORTED_ALGORITHM')
  await expectRefused(forge({ alg: 'HS256', kid: 'shop-1' }, { nbf: late }, 'guess'), 'INVALID_SIGNATURE')
  await expectRefused(forge({ alg: 'HS256', kid: 'shop-1' }, { nbf: late }, secret), 'NOT_YET_VALID')
  await expectRefused(forge({ alg: 'HS256', kid: 'shop-1' }, {}, secret), 'MISSING_IDENTITY')
})

it('E48: on API routes that make no token it is jwt_authentication_error, and nothing of the call is applied', async () => {
  const { token, email } = await verified()
  const jwt = forge({ alg: 'HS256', kid: 'shop-1' }, claims(), 'guess')
  const headers = { 'X-Extole-Jwt': jwt }
  for (const [method, path, body] of [
    ['POST', '/api/v4/me', { first_name: 'X' }],
    ['POST', '/api/v4/me/parameters', { parameters: { size: 1 } }],
    ['POST', '/api/v6/me/shareables', {}],
    ['GET', '/api/v4/me', undefined],
  ] as const) {
    const reply = await ask(method, path, { token, headers, body })
    expectError(reply, 403, 'jwt_authentication_error', withReason('INVALID_SIGNATURE'))
    expect(reply.body.toString()).not.toContain(jwt)
  }
  const creation = await ask('POST', '/api/v5/token', { token, headers, body: {} })
  expectError(creation, 403, 'jwt_error', withReason('INVALID_SIGNATURE'))
  const event = await post('/api/v6/events', token, { event_name: 'visit', data: { first_name: 'X' }, jwt })
  expectError(event, 403, 'jwt_authentication_error', withReason('INVALID_SIGNATURE'))
  expect(await readMe(token)).toMatchObject({ email, first_name: null, parameters: {} })
})

it('E48: on web routes the error is in the headers, the token stays, and nothing is applied', async () => {
  const token = await newToken()
  const jwt = await signJwt(claims(), { secret: 'guess' })
  const data = { email: uniqueEmail(), first_name: 'X' }
  const event = await post('/events', token, { event_name: 'visit', data, jwt })
  expectWebError(event, 'jwt_authentication_error', withReason('INVALID_SIGNATURE'))
  expect(fieldsOf(event)).toEqual({ id: null, token, cookie_consent: null })
  const zone = await post('/zones/mobile_sharing', token, { ...data, jwt })
  expectWebError(zone, 'jwt_authentication_error', withReason('INVALID_SIGNATURE'))
  expect(zone.body.length).toBe(0)
  const byHeader = await ask('GET', '/events/visit', { token, headers: { 'X-Extole-Jwt': jwt } })
  expectWebError(byHeader, 'jwt_authentication_error')
  expect(await trustOf(token)).toBe('anonymous')
  expect((await readMe(token)).first_name).toBeNull()
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { logOutEverywhere, noteCreation } from '../../../core/customer-tokens/log-in.ts'
import { setPassword } from '../../../core/passwords/passwords.ts'
import type { ProfileRef } from '../../../core/profiles/known-profiles.ts'
import { createKnownProfile } from '../../../core/registration/create-known-profile.ts'
import { masterKey, newToken, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const workspace = `
workspace: acme
displayName: Acme Stores
domains: [acme.example]
publicUrl: https://go.acme.example
languages: [en, cs]
keys:
  - { name: backend, kind: master, secret: test-master-key }
loyalty:
  externalApplications: [ { id: mobile-app, name: Mobile app }, { id: kiosk, name: Kiosk } ]
`
const other = `
workspace: other
domains: [other.example]
`

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([workspace, other])
})
afterAll(() => api[Symbol.asyncDispose]())

const wrongLogin = { title: 'Wrong login or password', exception: 'unauthorized_exception' }
const password = 'Correct-horse-1'

/** A customer as a registration makes one. */
async function register(
  contacts: { email?: string; phone?: string; level?: 'own-word' | 'claim' },
  secret?: string,
): Promise<ProfileRef> {
  const found = api.db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  const { email = null, phone = null, level = 'own-word' } = contacts
  return await api.db.database.transaction(found.id, async (connection) => {
    const profile = await createKnownProfile(connection, found, { email, phone, level })
    if (secret) await setPassword(connection, found.id, profile.profileId, secret)
    return profile
  })
}

const login = (token: string, body: object) =>
  api.c('POST', `/tokens/${token}/actions/login`, { token, body })
const isGood = async (token: string) => (await api.c('GET', '/stores', { token })).status === 200

test('a token is made of nothing, whatever credential comes along, and is kept as a hash (L9)', async () => {
  const stale = { authorization: `Basic ${btoa('customer_interface: ')}` }
  const { status, body } = await api.c('POST', '/tokens', { headers: stale })
  expect(status).toBe(201)
  expect(body).toEqual({ data: { token_id: expect.stringMatching(/^[0-9a-f]{72}$/) } })
  expect(await isGood(body.data.token_id)).toBe(true)
  const { rows } = await api.db.database.asOwner((connection) =>
    connection.query('select * from customer_tokens'),
  )
  expect(JSON.stringify(rows)).not.toContain(body.data.token_id)
  const blank = await api.c('POST', '/tokens', { body: { external_application_id: ' ', device: null } })
  expect(blank.status).toBe(201)
  const unknown = await api.c('POST', '/tokens', { body: { external_application_id: 'nope' } })
  expect([unknown.status, unknown.body.error.error_data.invalid_params[0]]).toMatchObject([
    400,
    { name: 'external_application_id', reason: 'not_found', value: 'nope' },
  ])
})

test('a token comes as Bearer or as the password of Basic, scheme in any case, blanks around (L10)', async () => {
  const token = await newToken(api)
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  for (const authorization of [
    `bearer ${token}`,
    basic(`any one: ${token} `),
    basic(`:${token}`).replace('B', 'b'),
  ]) {
    expect((await api.c('GET', '/stores', { headers: { authorization } })).status).toBe(200)
  }
  for (const authorization of [basic('x: '), basic(token), `Basic ${token}`, token]) {
    expect((await api.c('GET', '/stores', { headers: { authorization } })).status).toBe(401)
  }
})

test('a new token of the same device and application ends the one before; blank devices are no device (L11)', async () => {
  const device = (id: string, external_application_id?: string) => ({
    device: { device_id: id },
    external_application_id,
  })
  const [first, elsewhere] = [await newToken(api, device('d1')), await newToken(api, device('d1', 'kiosk'))]
  const second = await newToken(api, device('d1'))
  expect([await isGood(first), await isGood(second), await isGood(elsewhere)]).toEqual([false, true, true])
  const blank = await newToken(api, device(' '))
  await newToken(api, device(' '))
  expect(await isGood(blank)).toBe(true)
  const tokens = await Promise.all(Array.from({ length: 6 }, () => newToken(api, device('d2'))))
  const good = await Promise.all(tokens.map(isGood))
  expect(good.filter(Boolean)).toHaveLength(1)
})

test('customers log in by e-mail or phone; a login replaces the one before, a logout keeps the token (L12, L14)', async () => {
  const ann = await register({ email: 'Ann@x.example', phone: '+420221634695' }, password)
  const bob = await register({ email: 'bob@x.example' }, password)
  const token = await newToken(api)
  for (const [login_type, login_value] of [
    ['email', ' ANN@x.example'],
    ['phone', '420 221 634 695'],
    ['phone', 420221634695],
  ]) {
    const answer = await login(token, { login_type, login_value, password })
    expect([answer.status, answer.body], String(login_value)).toEqual([
      200,
      { data: { customer_id: ann.number } },
    ])
  }
  expect(
    (await login(token, { login_type: 'email', login_value: 'bob@x.example', password })).body.data,
  ).toEqual({
    customer_id: bob.number,
  })
  for (let time = 0; time < 2; time++) {
    const out = await api.c('POST', `/tokens/${token}/actions/logout`, { token, payload: '' })
    expect([out.status, out.text]).toEqual([204, ''])
  }
  expect(await isGood(token)).toBe(true)
})

test('whatever is wrong with a login, the answer is one and the same (L13, S14)', async () => {
  await register({ email: 'known@x.example' }, password)
  await register({ email: 'nopass@x.example' })
  const token = await newToken(api)
  const answers = await Promise.all(
    [
      { login_type: 'email', login_value: 'known@x.example', password: 'Wrong-1-password' },
      { login_type: 'email', login_value: 'nopass@x.example', password },
      { login_type: 'email', login_value: 'nobody@x.example', password },
      { login_type: 'email', login_value: 'no address', password },
      { login_type: 'phone', login_value: 'x', password },
      { login_type: 'card', login_value: '1', password },
    ].map((body) => login(token, body)),
  )
  for (const { status, body } of answers) expect([status, body.error]).toMatchObject([401, wrongLogin])
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  const missing = await login(token, { login_type: 'sms', password: '' })
  expect(
    missing.body.error.error_data.invalid_params.map(({ name, reason, value }: Record<string, unknown>) => [
      name,
      reason,
      value,
    ]),
  ).toEqual([
    ['login_type', 'not_allowed_value', 'sms'],
    ['login_value', 'required', null],
    ['password', 'required', null],
  ])
})

test('the token of the path must be the one of the credential, before the body is looked at (L15, L26)', async () => {
  const [mine, theirs] = [await newToken(api), await newToken(api)]
  for (const [method, path] of [
    ['POST', `/tokens/${theirs}/actions/login`],
    ['POST', '/tokens/x/actions/logout'],
    ['PUT', `/tokens/${theirs}`],
  ] as const) {
    const answer = await api.c(method, path, { token: mine, payload: '{' })
    expect([answer.status, answer.body.error.exception]).toEqual([403, 'forbidden_exception'])
  }
  expect((await api.c('PUT', `/tokens/${mine}`, { token: mine, body: { push_token: 'p' } })).status).toBe(204)
})

test('a merged customer’s token stands for the survivor, an erased one’s for nobody (L59, S20)', async () => {
  const token = await newToken(api)
  const ann = await register({ email: 'gone@x.example' }, password)
  await login(token, { login_type: 'email', login_value: 'gone@x.example', password })
  await api.db.database.transaction(api.workspaceId, (connection) =>
    logOutEverywhere(connection, api.workspaceId, ann.profileId),
  )
  const answer = await api.c(
    'GET',
    `/tokens/${token}/actions/auth-token?token_type=1&external_application_id=kiosk`,
    {
      token,
    },
  )
  expect(answer.status).toBe(403)
})

test('a login is handed over once, to the application it names (L18)', async () => {
  const ann = await register({ email: 'hand@x.example' }, password)
  const from = await newToken(api, { external_application_id: 'mobile-app' })
  await login(from, { login_type: 'email', login_value: 'hand@x.example', password })
  const issue = async (type: number) => {
    const path = `/tokens/${from}/actions/auth-token?token_type=${type}&external_application_id=kiosk`
    return (await api.c('GET', path, { token: from })).body.data
  }
  const long = await issue(1)
  expect(long.authentication_token).toMatch(/^[0-9A-Za-z]{32}$/)
  const short = await issue(2)
  expect(short).toEqual({
    authentication_token: expect.stringMatching(/^\d{8}$/),
    token_request_id: expect.stringMatching(/^\d{16,19}$/),
    valid_to: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  })
  const to = await newToken(api, { external_application_id: 'kiosk' })
  const redeem = (given: typeof long, application_id = 'kiosk') =>
    api.c('POST', `/tokens/${to}/actions/authentication-token-login`, {
      token: to,
      body: { application_id, token: given.authentication_token, token_request_id: given.token_request_id },
    })
  expect((await redeem(long, 'mobile-app')).body.error).toMatchObject(wrongLogin)
  expect((await redeem(long)).body).toEqual({ data: { customer_id: ann.number } })
  expect((await redeem(long)).status).toBe(401)
  for (let wrong = 0; wrong < 5; wrong++) {
    expect((await redeem({ ...short, authentication_token: '0000000x' })).status).toBe(401)
  }
  expect((await redeem(short)).status).toBe(401)
  const late = await issue(1)
  api.moveClock(301)
  expect((await redeem(late)).status).toBe(401)
})

test('on E a hand-over is issued and verified too; a wrong one is told as a parameter (L18)', async () => {
  const ann = await register({ email: 'e-hand@x.example' })
  const { body } = await api.e('POST', '/customers/actions/auth-token', {
    body: { customer_id: ann.number, external_application_id: 'kiosk', token_type: '1' },
  })
  const given = {
    application_id: 'kiosk',
    token: body.data.authentication_token,
    token_request_id: body.data.token_request_id,
  }
  const verify = () => api.e('POST', '/customers/actions/verify-auth-token', { body: given })
  expect((await verify()).body).toEqual({ data: { customer_id: ann.number } })
  const again = await verify()
  expect([again.status, again.body.error.error_data.invalid_params[0]]).toMatchObject([
    400,
    { name: 'token', reason: 'not_found' },
  ])
  const nobody = await api.e('POST', '/customers/actions/auth-token', {
    body: { customer_id: '1', external_application_id: 'kiosk', token_type: 3 },
  })
  expect(
    nobody.body.error.error_data.invalid_params.map(({ name, reason }: Record<string, unknown>) => [
      name,
      reason,
    ]),
  ).toEqual([
    ['token_type', 'not_allowed_value'],
    ['customer_id', 'not_found'],
  ])
})

test('a token is of the workspace that made it, whatever host it calls (S3, S4)', async () => {
  const token = await newToken(api)
  expect(
    (await api.c('GET', '/customer-external-applications', { token, host: 'other.example' })).body.data
      .total_items,
  ).toBe(2)
  expect(
    (await api.c('GET', '/customer-external-applications', { host: 'other.example' })).body.data.total_items,
  ).toBe(0)
  const nowhere = await api.c('POST', '/tokens', { host: 'nowhere.example' })
  expect([nowhere.status, nowhere.body.error]).toMatchObject([
    404,
    {
      exception: 'not_found_exception',
      detail: 'No workspace answers at the host nowhere.example; a workspace lists its hosts under "domains"',
      error_data: { resource_name: 'tokens', resource_id: null },
    },
  ])
})

test('a token reaches those it made until the next login or logout, for a day (L27)', async () => {
  const token = await newToken(api)
  const mine = await register({ email: 'made@x.example' })
  const theirs = await register({ email: 'theirs@x.example' }, password)
  const { findTokens } = await import('../../../core/customer-tokens/find-tokens.ts')
  const standing = async () =>
    (await api.db.database.asOwner((connection) => findTokens(connection, [token]))).get(token)
  const tokenId = (await standing())?.tokenId ?? ''
  await api.db.database.inWorkspace(api.workspaceId, (connection) =>
    noteCreation(connection, api.workspaceId, tokenId, mine.profileId),
  )
  expect((await standing())?.created).toEqual([mine])
  await login(token, { login_type: 'email', login_value: 'theirs@x.example', password })
  expect(await standing()).toMatchObject({ created: [], loggedIn: theirs })
  await api.c('POST', `/tokens/${token}/actions/logout`, { token })
  expect(await standing()).toMatchObject({ created: [], loggedIn: undefined })
  void masterKey
})

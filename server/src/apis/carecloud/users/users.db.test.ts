import { hash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { masterKey, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const workspace = (password = 'T1ll-password', more = '') => `
workspace: acme
timeZone: Europe/Prague
domains: [acme.example]
keys:
  - { name: backend, kind: master, secret: test-master-key }
  - { name: app, kind: write, secret: test-write-key }
operators:
  - { login: Till, password: ${password}, role: till, firstName: Ada }
  - { login: reader, password: Read-only-1, role: analyst }
  - { login: Žofie, password: Zofie-pass-1, role: till }
${more}
`

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([workspace()])
})
afterAll(() => api[Symbol.asyncDispose]())

const login = (body: object) => api.e('POST', '/users/actions/login', { token: '', body })
async function bearerOf(name: string, password: string): Promise<string> {
  return (await login({ login: name, password })).body.data.bearer_token
}
const isGood = async (token: string) => (await api.e('GET', '/stores', { token })).status === 200

const stamp = (at: Date) => at.toISOString().slice(0, 13).replace(/\D/g, '')
function basic(name: string, password: string, at: Date): string {
  const proof = hash('sha256', hash('md5', password, 'hex') + stamp(at), 'hex')
  return `Basic ${Buffer.from(`${name}:${proof}`).toString('base64')}`
}

test('an operator logs in and gets a bearer for the hours of the workspace, local (L19, L20)', async () => {
  const { status, body } = await login({
    user_external_application_id: null,
    login: 'till',
    password: 'T1ll-password',
  })
  expect(status).toBe(200)
  expect(body.data).toEqual({
    bearer_token: expect.stringMatching(/^[0-9a-f]{40}$/),
    valid_to: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    user: {
      user_id: expect.stringMatching(/^\d{16,19}$/),
      login: 'Till',
      first_name: 'Ada',
      last_name: null,
      email: null,
      phone: null,
      user_role_ids: ['till'],
      store_id: null,
      last_login: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    },
  })
  const bearer = body.data.bearer_token
  expect(await isGood(bearer)).toBe(true)
  api.moveClock(7 * 3600 - 1)
  expect(await isGood(bearer)).toBe(true)
  api.moveClock(2)
  expect(await isGood(bearer)).toBe(false)
})

test('a wrong login and a wrong password are one answer, a missing field is named (L13, L19)', async () => {
  const [one, two] = [
    await login({ login: 'till', password: 'x' }),
    await login({ login: 'nobody', password: 'T1ll-password' }),
  ]
  expect([one.status, one.body.error.title]).toEqual([401, 'Wrong login or password'])
  expect(two.text).toBe(one.text)
  const { body } = await login({ login: 'till' })
  expect(body.error.error_data.invalid_params).toEqual([
    { name: 'password', reason: 'required', value: null, message: 'Password is required' },
  ])
})

test('a logout ends the session of the header, or another one of the same operator (L20)', async () => {
  const [one, two, reader] = [
    await bearerOf('till', 'T1ll-password'),
    await bearerOf('till', 'T1ll-password'),
    await bearerOf('reader', 'Read-only-1'),
  ]
  const logout = (token: string, body?: object) =>
    api.e('POST', '/users/actions/logout', body ? { token, body } : { token })
  expect((await logout(one, { bearer_token: reader })).status).toBe(204)
  expect((await logout(one, { bearer_token: two })).status).toBe(204)
  expect([await isGood(one), await isGood(two), await isGood(reader)]).toEqual([true, false, true])
  expect((await logout(reader)).status).toBe(204)
  expect((await logout(one)).status).toBe(204)
  expect([await isGood(one), await isGood(reader)]).toEqual([false, false])
  const zofie = await bearerOf('ŽOFIE', 'Zofie-pass-1')
  expect((await logout(zofie)).status).toBe(204)
  expect(await isGood(zofie)).toBe(false)
})

test('legacy Basic is good for this hour and its neighbours, and is kept encrypted (L21)', async () => {
  const call = (authorization: string) => api.e('GET', '/stores', { token: '', headers: { authorization } })
  const hours = (step: number) => new Date(api.now().getTime() + step * 3_600_000)
  for (const step of [-1, 0, 1]) {
    expect((await call(basic('till', 'T1ll-password', hours(step)))).status).toBe(200)
  }
  for (const step of [-2, 2])
    expect((await call(basic('till', 'T1ll-password', hours(step)))).status).toBe(401)
  expect((await call(basic('till', 'wrong', hours(0)))).status).toBe(401)
  const { rows } = await api.db.database.asOwner((connection) =>
    connection.query(`select password_hash, encode(legacy_material, 'escape') as material, settings::text
                      from operator_credentials join workspaces on id = workspace_id`),
  )
  const kept = JSON.stringify(rows)
  for (const secret of ['T1ll-password', hash('md5', 'T1ll-password', 'hex')])
    expect(kept).not.toContain(secret)
})

test('a master key is an operator, another key is none; analysts change nothing (L22, L23)', async () => {
  expect([await isGood(masterKey), await isGood('test-write-key')]).toEqual([true, false])
  const reader = await bearerOf('reader', 'Read-only-1')
  const write = await api.e('POST', '/customers/actions/auth-token', { token: reader, payload: '{' })
  expect([write.status, write.body.error.exception]).toEqual([403, 'forbidden_exception'])
  expect((await api.e('GET', '/stores', { token: reader })).status).toBe(200)
})

test('a file that is applied again keeps sessions; a new password, and leaving the file, ends them', async () => {
  const till = await bearerOf('till', 'T1ll-password')
  await api.db.apply(workspace())
  expect(await isGood(till)).toBe(true)
  await api.db.apply(workspace('Other-1-password', 'carecloud: { legacyBasic: false }'))
  expect(await isGood(till)).toBe(false)
  const next = await bearerOf('till', 'Other-1-password')
  expect(await isGood(next)).toBe(true)
  const old = basic('till', 'Other-1-password', api.now())
  expect((await api.e('GET', '/stores', { token: '', headers: { authorization: old } })).status).toBe(401)
  await api.db.apply(workspace().replace(/ {2}- \{ login: Till.*\n/, ''))
  expect(await isGood(next)).toBe(false)
  await api.db.apply(workspace())
})

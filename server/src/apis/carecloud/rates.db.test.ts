import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../../testing/call-app.ts'
import { newToken, openTestCareCloud, type TestCareCloud } from './carecloud.fixture.ts'

const workspace = `
workspace: acme
domains: [acme.example]
operators:
  - { login: till, password: T1ll-password, role: till }
  - { login: second, password: S3cond-password, role: till }
`

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([workspace], { rateLimit: true })
})
afterAll(() => api[Symbol.asyncDispose]())

test('after ten failures for one value its logins are refused for a while, whatever the password; others are not (L13)', async () => {
  const token = await newToken(api)
  const login = (login_value: string) =>
    api.c('POST', `/tokens/${token}/actions/login`, {
      token,
      body: { login_type: 'email', login_value, password: 'Wrong-1-password' },
    })
  for (let time = 0; time < 10; time++)
    expect((await login(time % 2 ? 'a@x.example' : 'A@x.example ')).status).toBe(401)
  const refused = await login('a@x.example')
  expect([refused.status, refused.body.error.exception]).toEqual([429, 'too_many_requests_exception'])
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect((await login('b@x.example')).status).toBe(401)
  for (let time = 0; time < 10; time++) {
    const authorization = `Basic ${Buffer.from(`till:${'0'.repeat(64)}`).toString('base64')}`
    expect((await api.e('GET', '/stores', { token: '', headers: { authorization } })).status).toBe(401)
  }
  const operator = await api.e('POST', '/users/actions/login', {
    token: '',
    body: { login: 'TILL', password: 'T1ll-password' },
  })
  expect(operator.status).toBe(429)
})

test('guesses that are made at the same moment are told of ten at most, also where one of them is right (L13)', async () => {
  const guess = (password: string) =>
    api.e('POST', '/users/actions/login', { token: '', body: { login: 'second', password } })
  const guesses = Array.from({ length: 40 }, (_, index) =>
    index === 39 ? 'S3cond-password' : `Wrong-${index}`,
  )
  const statuses = (await Promise.all(guesses.map(guess))).map(({ status }) => status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(10)
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(29)
})

test('one password mail a minute for each address, known or not (README 12)', async () => {
  const token = await newToken(api)
  const ask = (email: string) =>
    api.c('POST', `/tokens/${token}/actions/send-password-setup-email`, { token, body: { email } })
  expect([(await ask('m@x.example')).status, (await ask('M@x.example')).status]).toEqual([204, 429])
  expect((await ask('other@x.example')).status).toBe(204)
})

test('an address makes 300 tokens a minute, and is told when to come again (README 12)', async () => {
  const answers: Answer[] = []
  for (let time = 0; time < 310; time++) {
    answers.push(await api.c('POST', '/tokens', { remoteAddress: '10.0.0.1' }))
  }
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThanOrEqual(10)
  expect(refused.length).toBeLessThan(20)
  for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
})

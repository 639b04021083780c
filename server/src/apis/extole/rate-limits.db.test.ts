import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken, openTestExtole, type TestExtole } from './extole.fixture.ts'

let extole: TestExtole
beforeAll(async () => {
  extole = await openTestExtole({ rateLimit: true })
})
afterAll(() => extole[Symbol.asyncDispose]())

test('a token has a hundred requests a minute, and then 429 with whole seconds to wait (E117)', async () => {
  const token = await newToken(extole)
  const answers = []
  for (let sent = 0; sent < 101; sent++) answers.push(await extole.call('GET', '/v5/token', { token }))
  expect(answers.slice(0, 100).every(({ status }) => status === 200)).toBe(true)
  const last = answers.at(-1)
  expect([last?.status, last?.body.code]).toEqual([429, 'too_many_requests'])
  expect(String(last?.headers['retry-after'])).toMatch(/^[1-9]\d*$/)
})

test('one verification mail a minute and profile (E117)', async () => {
  const token = await newToken(extole, { email: 'mail@x.example' })
  const ask = () => extole.call('POST', '/v4/me/send-verification-email', { token })
  expect((await ask()).status).toBe(200)
  expect((await ask()).body.code).toBe('too_many_requests')
})

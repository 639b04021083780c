import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken, openTestExtole, type TestExtole } from '../extole.fixture.ts'
import { signJwt } from '../sign-jwt.fixture.ts'

let extole: TestExtole
beforeAll(async () => {
  extole = await openTestExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

const ask = (token: string) => extole.call('POST', '/v4/me/send-verification-email', { token })
const statusOf = (token: string, polling: string) =>
  extole.call('GET', `/v4/me/send-verification-email/status/${polling}`, { token })

async function lastMail(): Promise<{ recipient: string; subject: string; links: readonly string[] }> {
  const { rows } = await extole.db.database.asOwner((connection) =>
    connection.query('select recipient, content from mails order by created_at desc limit 1'),
  )
  const { recipient, content } = rows[0]
  return { recipient, subject: content.subject, links: content.text.match(/https?:\/\/\S+/g) ?? [] }
}

const pathOf = (link: string | undefined) => new URL(link ?? '').pathname

test('a mailed link verifies the token that asked, in place, once; opening it changes nothing (E50–E53)', async () => {
  const token = await newToken(extole, { email: 'Ann@x.example' })
  const asked = await ask(token)
  expect(asked.body).toEqual({ polling_id: expect.stringMatching(/^\d{16,19}$/), status: 'PENDING' })
  const mail = await lastMail()
  expect(mail.recipient).toBe('ann@x.example')
  expect(mail.links).toHaveLength(1)
  expect(mail.links[0]).toMatch(/^https:\/\/go\.acme\.example\/web\/verify-email\/[\w-]{43}$/)
  const path = pathOf(mail.links[0])
  for (let opened = 0; opened < 2; opened++) {
    const page = await extole.call('GET', path)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Acme Stores')
    expect(page.text.match(/<button/g)).toHaveLength(1)
    expect(page.headers['referrer-policy']).toBe('no-referrer')
  }
  expect((await extole.call('GET', '/v5/token', { token })).body.scopes).toHaveLength(1)
  const followed = await extole.call('POST', path, { headers: { accept: 'application/json' } })
  expect(followed.body).toEqual({ status: 'success' })
  expect((await extole.call('GET', '/v5/token', { token })).body.scopes).toHaveLength(2)
  const again = await extole.call('POST', path, { headers: { accept: 'application/json' } })
  expect([again.status, again.body.code]).toEqual([403, 'access_denied'])
  const page = await extole.call('GET', path)
  expect([page.status, page.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8'])
  expect((await ask(token)).body.status).toBe('SUCCEEDED')
})

test('a link is not stored as it is, and nobody else can ask for its state (E115)', async () => {
  const token = await newToken(extole, { email: 'state@x.example' })
  const { body } = await ask(token)
  const mail = await lastMail()
  const { rows } = await extole.db.database.asOwner((connection) =>
    connection.query('select * from email_verifications'),
  )
  expect(JSON.stringify(rows)).not.toContain(pathOf(mail.links[0]).split('/').at(-1))
  expect((await statusOf(token, body.polling_id)).body).toEqual({
    polling_id: body.polling_id,
    status: 'PENDING',
    error: null,
  })
  const other = await newToken(extole, { email: 'state@x.example' })
  for (const [of, id] of [
    [other, body.polling_id],
    [token, '123'],
    [token, 'x'],
  ] as const) {
    const refused = await statusOf(of, id)
    expect([refused.status, refused.body.code, refused.body.parameters]).toEqual([
      400,
      'invalid_parameter',
      { parameter: 'polling_id' },
    ])
  }
})

test('no mail for an anonymous device, nor to an address that is merely claimed (E50, E51, S14)', async () => {
  const anonymous = await newToken(extole)
  const refused = await ask(anonymous)
  expect([refused.status, refused.body.code]).toEqual([403, 'profile_not_set'])
  expect(refused.body.parameters.person_id).toMatch(/^\d+$/)
  const claimer = await newToken(extole)
  await extole.call('POST', '/v4/me', {
    token: claimer,
    body: { email: 'victim@x.example', partner_user_id: 'mine' },
  })
  await extole.call('POST', '/v5/token', { body: { jwt: await signJwt({ partner_user_id: 'mine' }) } })
  const { body } = await ask(claimer)
  expect((await statusOf(claimer, body.polling_id)).body).toMatchObject({
    status: 'FAILED',
    error: { code: 'access_denied', http_status_code: 403 },
  })
  const { rowCount } = await extole.db.database.asOwner((connection) =>
    connection.query(`select from mails where recipient = 'victim@x.example'`),
  )
  expect(rowCount).toBe(0)
})

test('a link whose device is somebody else by now verifies nothing (E53)', async () => {
  const token = await newToken(extole, { email: 'moved@x.example' })
  await ask(token)
  const path = pathOf((await lastMail()).links[0])
  await extole.call('POST', '/v5/token', { token, body: { email: 'else@x.example' } })
  const followed = await extole.call('POST', path, { headers: { accept: 'application/json' } })
  expect(followed.body.code).toBe('access_denied')
  expect((await extole.call('GET', '/v5/token', { token })).body.scopes).toHaveLength(1)
})

test('the mail and the page speak the language that is asked for (S23)', async () => {
  const token = await newToken(extole, { email: 'cs@x.example' })
  await extole.call('POST', '/v4/me/send-verification-email', {
    token,
    headers: { 'accept-language': 'cs-CZ, en;q=0.5' },
  })
  const mail = await lastMail()
  expect(mail.subject).toBe('Potvrďte svou e-mailovou adresu')
  const page = await extole.call('GET', pathOf(mail.links[0]), { headers: { 'accept-language': 'de' } })
  expect(page.text).toContain('Bestätigen')
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { setPassword } from '../../../core/passwords/passwords.ts'
import { createKnownProfile } from '../../../core/registration/create-known-profile.ts'
import { newToken, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const workspace = `
workspace: acme
displayName: Acme & Sons
domains: [acme.example]
publicUrl: https://go.acme.example
languages: [en, cs]
`

let api: TestCareCloud
let token: string
beforeAll(async () => {
  api = await openTestCareCloud([workspace])
  token = await newToken(api)
})
afterAll(() => api[Symbol.asyncDispose]())

async function register(email: string, level: 'own-word' | 'claim' = 'own-word'): Promise<void> {
  const acme = api.db.directory.bySlug('acme')
  if (!acme) throw new Error('no workspace')
  await api.db.database.transaction(acme.id, async (connection) => {
    const profile = await createKnownProfile(connection, acme, { email, phone: null, level })
    await setPassword(connection, acme.id, profile.profileId, 'Correct-horse-1')
  })
}

const ask = (body: object, language = 'en') =>
  api.c('POST', `/tokens/${token}/actions/send-password-setup-email`, {
    token,
    body,
    headers: { 'accept-language': language },
  })
async function mails(recipient: string): Promise<{ subject: string; text: string }[]> {
  const { rows } = await api.db.database.asOwner((connection) =>
    connection.query('select content from mails where recipient = $1 order by created_at', [recipient]),
  )
  return rows.map(({ content }) => content)
}
async function linkOf(recipient: string): Promise<string> {
  const link = (await mails(recipient)).at(-1)?.text.match(/https:\/\/\S+/)?.[0] ?? ''
  expect(link).toMatch(/^https:\/\/go\.acme\.example\/web\/password\/[\w-]{43}$/)
  return new URL(link).pathname
}
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const post = (path: string, password: string) =>
  api.call('POST', path, { headers: form, payload: String(new URLSearchParams({ password })) })
const login = async (password: string, email: string, on = token) =>
  (
    await api.c('POST', `/tokens/${on}/actions/login`, {
      token: on,
      body: { login_type: 'email', login_value: email, password },
    })
  ).status

test('a mailed link sets a password once, proves the address and logs out everywhere; opening it changes nothing (L64)', async () => {
  await register('ann@x.example')
  const device = await newToken(api)
  expect(await login('Correct-horse-1', 'ann@x.example', device)).toBe(200)
  const asked = await ask({ email: 'Ann@X.example' })
  expect([asked.status, asked.text]).toEqual([204, ''])
  const path = await linkOf('ann@x.example')
  for (let time = 0; time < 2; time++) {
    const page = await api.call('GET', path)
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.text).toContain('Acme &amp; Sons')
    expect(page.headers['referrer-policy']).toBe('no-referrer')
    expect(page.headers['cache-control']).toBe('no-store')
  }
  const bad = await post(path, 'Password1')
  expect([bad.status, bad.text.includes('role="alert"'), bad.text.includes('<form')]).toEqual([
    400,
    true,
    true,
  ])
  const set = await post(path, 'Another-horse-2')
  expect([set.status, set.text.includes('<form')]).toEqual([200, false])
  expect(set.text).not.toContain('Another-horse-2')
  expect((await post(path, 'Third-horse-3')).status).toBe(404)
  expect((await api.call('GET', path)).status).toBe(404)
  expect(await login('Correct-horse-1', 'ann@x.example')).toBe(401)
  expect(await login('Another-horse-2', 'ann@x.example')).toBe(200)
  const issued = await api.c(
    'GET',
    `/tokens/${device}/actions/auth-token?token_type=1&external_application_id=x`,
    {
      token: device,
    },
  )
  expect(issued.status).not.toBe(200)
  const { rows } = await api.db.database.asOwner((connection) =>
    connection.query(`select level from identifiers where value = 'ann@x.example'`),
  )
  expect(rows).toEqual([{ level: 'proof' }])
})

test('the answer is the same for an address that nobody has, and no mail goes out (L64)', async () => {
  const asked = await ask({ communication_channel_id: 'email', recipient: 'nobody@x.example' })
  expect([asked.status, asked.text]).toEqual([204, ''])
  expect(await mails('nobody@x.example')).toEqual([])
  const missing = await ask({})
  expect(missing.body.error.error_data.invalid_params[0]).toMatchObject({ name: 'email', reason: 'required' })
  const nobody = await ask({ communication_channel_id: 'email' })
  expect(nobody.body.error.error_data.invalid_params[0]).toMatchObject({
    name: 'recipient',
    reason: 'required',
  })
})

test('a newer link does not end an older one, but a password that is set ends them all', async () => {
  await register('twice@x.example')
  await ask({ email: 'twice@x.example' })
  const first = await linkOf('twice@x.example')
  await ask({ email: 'twice@x.example' })
  const second = await linkOf('twice@x.example')
  expect([(await api.call('GET', first)).status, (await api.call('GET', second)).status]).toEqual([200, 200])
  expect((await post(second, 'Another-horse-2')).status).toBe(200)
  expect((await api.call('GET', first)).status).toBe(404)
})

test('whoever knew the old password is out once the link is used, whatever they had begun (L64)', async () => {
  const mailbox = 'storm@x.example'
  await register(mailbox)
  const tokens = await Promise.all(Array.from({ length: 8 }, () => newToken(api)))
  await login('Correct-horse-1', mailbox, tokens[0])
  const [customer] = (await api.c('GET', '/customers', { token: tokens[0] ?? '' })).body.data.customers
  await ask({ email: mailbox })
  const path = await linkOf(mailbox)
  let isSet = false
  async function storm(own: string): Promise<void> {
    while (!isSet) {
      await login('Correct-horse-1', mailbox, own)
      const person = { email: mailbox, first_name: own.slice(0, 8) }
      const body = { personal_information: person, password: 'Correct-horse-1' }
      await api.c('PUT', `/customers/${customer.customer_id}`, { token: own, body })
    }
  }
  const storms = tokens.map(storm)
  expect((await post(path, 'Another-horse-2')).status).toBe(200)
  isSet = true
  await Promise.all(storms)
  expect(await login('Correct-horse-1', mailbox)).toBe(401)
  for (const own of tokens) {
    expect((await api.c('GET', '/customers', { token: own })).body.data.total_items).toBe(0)
  }
  expect(await login('Another-horse-2', mailbox)).toBe(200)
})

test('of two that post at once one sets its password', async () => {
  await register('race@x.example')
  await ask({ email: 'race@x.example' })
  const path = await linkOf('race@x.example')
  const answers = await Promise.all([post(path, 'First-horse-1'), post(path, 'Second-horse-2')])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404])
})

test('the mail and the page speak the language that is asked for (S23)', async () => {
  await register('cs@x.example')
  await ask({ email: 'cs@x.example' }, 'cs-CZ, en;q=0.5')
  expect((await mails('cs@x.example'))[0]?.subject).toBe('Nastavte si heslo')
  const page = await api.call('GET', await linkOf('cs@x.example'), { headers: { 'accept-language': 'de' } })
  expect([page.headers['content-language'], page.text.includes('Neues Passwort')]).toEqual(['de', true])
})

test('links lie in the database as hashes', async () => {
  await register('hash@x.example')
  await ask({ email: 'hash@x.example' })
  const path = await linkOf('hash@x.example')
  const { rows } = await api.db.database.asOwner((connection) =>
    connection.query('select * from password_links'),
  )
  expect(JSON.stringify(rows)).not.toContain(path.split('/').at(-1))
})

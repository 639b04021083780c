import { expect, inject, it } from 'vitest'
import { describeReply, type Fields, fieldsOf, type Reply, send } from '../client.ts'
import { itWithMails, mailsTo, mailTo } from '../mailbox.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { anId, expectError, okOf } from './conventions.ts'
import {
  ask,
  extole,
  get,
  identified,
  newToken,
  post,
  readMe,
  sendEvent,
  tokenAfter,
  trustOf,
  untilFinal,
  verified,
  writeMe,
} from './extole.ts'
import { signJwt } from './sign-jwt.ts'

const route = '/api/v4/me/send-verification-email'

/** Asks for the mail and gives how that ended. */
async function askForMail(token: string, body?: Fields): Promise<Fields> {
  const started = okOf(await post(route, token, body))
  expect(Object.keys(started).sort()).toEqual(['polling_id', 'status'])
  expect(started.polling_id).toMatch(anId)
  return untilFinal(`${route}/status/${started.polling_id}`, token)
}

/** The path of the link in the mail to this address. */
async function linkTo(email: string): Promise<string> {
  const { text } = await mailTo(email)
  const links = text.match(/https?:\/\/\S+/g) ?? []
  expect(links, 'E51: one link').toHaveLength(1)
  const url = new URL(String(links[0]))
  expect(url.pathname).toMatch(/^\/web\/verify-email\/[\w-]{22,}$/)
  return url.pathname
}

async function mailedLink(token: string, email: string): Promise<string> {
  expect((await askForMail(token)).status).toBe('SUCCEEDED')
  return linkTo(email)
}

function follow(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return extole({ method: 'POST', path, headers })
}

function expectPage(reply: Reply, status: number): string {
  expect(reply.status, describeReply(reply)).toBe(status)
  expect(reply.headers['content-type']).toMatch(/^text\/html; charset=utf-8$/i)
  return reply.body.toString('utf8')
}

const json = { Accept: 'application/json' }

itWithMails(
  'E50, E51: the mail goes to the profile’s address, names the workspace and holds one link',
  async () => {
    const { token, email } = await identified()
    const ended = await askForMail(token)
    expect(ended).toEqual({ polling_id: expect.stringMatching(anId), status: 'SUCCEEDED', error: null })
    const mail = await mailTo(email)
    expect(mail.subject).not.toBe('')
    expect(mail.text).toContain('Acme Stores')
    expect(mail.html).toContain('Acme Stores')
    const path = await linkTo(email)
    const inHtml = new Set([...mail.html.matchAll(/href="([^"]+)"/g)].map((match) => match[1]))
    expect([...inHtml].map((link) => new URL(String(link)).pathname)).toEqual([path])
  },
)

itWithMails('E51, S6: the link begins with the public URL', async () => {
  const { token, email } = await identified()
  await mailedLink(token, email)
  const { link } = okOf(await post('/api/v6/me/shareables', token, {}))
  expect((await mailTo(email)).text).toContain(`${new URL(String(link)).origin}/web/verify-email/`)
})

itWithMails('E50: a campaign_id or no body, it is the same', async () => {
  const { token } = await identified()
  expect((await askForMail(token, { campaign_id: 'refer-a-friend' })).status).toBe('SUCCEEDED')
  expect((await askForMail((await identified()).token, {})).status).toBe('SUCCEEDED')
})

it('E50: an anonymous token is 403 profile_not_set with the device profile’s id', async () => {
  const token = await newToken()
  const { id } = await readMe(token)
  expectError(await post(route, token), 403, 'profile_not_set', { person_id: id })
})

it('E50: a verified token is SUCCEEDED at once', async () => {
  const { token } = await verified()
  const started = okOf(await post(route, token))
  expect(started.status).toBe('SUCCEEDED')
  expect(okOf(await get(`${route}/status/${started.polling_id}`, token)).error).toBeNull()
})

itWithMails('E50: a verified token gets no mail', async () => {
  const { token, email } = await verified()
  okOf(await post(route, token))
  const other = await identified()
  await mailedLink(other.token, other.email)
  expect(await mailsTo(email)).toEqual([])
})

it('E51: a profile without an address ends FAILED, access_denied', async () => {
  const token = await newToken()
  await writeMe(token, { partner_user_id: unique('partner') })
  expect(await askForMail(token)).toMatchObject({
    status: 'FAILED',
    error: { code: 'access_denied', http_status_code: 403, parameters: {} },
  })
})

itWithMails(
  'E51, S14: an address that is merely claimed beside better identifiers gets no mail',
  async () => {
    const [email, partner] = [uniqueEmail(), unique('partner')]
    const device = await newToken()
    await writeMe(device, { email, partner_user_id: partner })
    await newToken({ jwt: await signJwt({ partner_user_id: partner }) })
    expect((await readMe(device)).email).toBe(email)
    const ended = await askForMail(device)
    expect(ended).toMatchObject({ status: 'FAILED', error: { code: 'access_denied' } })
    expect(await mailsTo(email)).toEqual([])
  },
)

it('E115: the polling is the caller’s own', async () => {
  const { token, email } = await identified()
  const started = okOf(await post(route, token))
  const path = `${route}/status/${started.polling_id}`
  okOf(await get(path, token))
  for (const [asker, asked] of [
    [(await identified()).token, path],
    [(await identified(email)).token, path],
    [token, `${route}/status/1`],
    [token, `${route}/status/x`],
  ] as const) {
    expectError(await get(asked, asker), 400, 'invalid_parameter', { parameter: 'polling_id' })
  }
})

itWithMails(
  'E52: GET of the link changes nothing and shows a page with one button that posts there',
  async () => {
    const { token, email } = await identified()
    const path = await mailedLink(token, email)
    for (let opened = 1; opened <= 3; opened++) {
      const page = expectPage(await get(path), 200)
      expect(page).toContain('Acme Stores')
      expect(page).toContain(email)
      expect(page).toMatch(/\d/)
      expect(page.match(/<button/g)).toHaveLength(1)
      expect(page).toMatch(/<form[^>]+method="post"/i)
      expect(page).not.toMatch(/<script|<input|<form[^>]+action="https?:/i)
    }
    expect((await extole({ method: 'HEAD', path })).status).toBeLessThan(500)
    expect(await trustOf(token)).toBe('identified')
    expectPage(await follow(path), 200)
  },
)

itWithMails(
  'E52, E53: POST verifies in place the token that asked; with Accept JSON it is told in JSON',
  async () => {
    const { token, id, email } = await identified()
    const path = await mailedLink(token, email)
    const reply = await follow(path, json)
    expect(okOf(reply)).toEqual({ status: 'success' })
    expect(await trustOf(token)).toBe('verified')
    expect(await readMe(token)).toMatchObject({ id, email })
    await writeMe(token, { first_name: 'Ann' })
  },
)

itWithMails('E52: a form as browsers post it is taken, whatever its type', async () => {
  const { token, email } = await identified()
  const path = await mailedLink(token, email)
  const page = await follow(path, { 'Content-Type': 'application/x-www-form-urlencoded' })
  expect(expectPage(page, 200)).not.toContain('<button')
  expect(await trustOf(token)).toBe('verified')
})

itWithMails('E53: only the token that asked is raised', async () => {
  const { token, email } = await identified()
  const other = await identified(email)
  const path = await mailedLink(token, email)
  const sibling = String(okOf(await post('/api/v5/token', token)).access_token)
  okOf(await follow(path, json))
  expect(await trustOf(token)).toBe('verified')
  expect(await trustOf(sibling)).toBe('identified')
  expect(await trustOf(other.token)).toBe('identified')
})

itWithMails('E51, E53: a link is good once; then it is 403 access_denied, as page and as JSON', async () => {
  const { token, email } = await identified()
  const path = await mailedLink(token, email)
  okOf(await follow(path, json))
  expectError(await follow(path, json), 403, 'access_denied')
  expectPage(await follow(path), 403)
  expectPage(await get(path), 403)
  expectError(await ask('GET', path, { headers: json }), 403, 'access_denied')
})

itWithMails('E51: a link is good once, also for clicks at the same moment', async () => {
  const { token, email } = await identified()
  const path = await mailedLink(token, email)
  const replies = await Promise.all(Array.from({ length: 8 }, () => follow(path, json)))
  expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 403)])
})

it.each(['x', 'A'.repeat(43), '..%2f..%2fapi', '%00'])(
  'E53: the unknown secret %s is 403',
  async (secret) => {
    const path = `/web/verify-email/${secret}`
    expectPage(await get(path), 403)
    expectPage(await follow(path), 403)
    expectError(await follow(path, json), 403, 'access_denied')
  },
)

itWithMails('E53: a device that stands for another profile by now is not raised', async () => {
  const { token, email } = await identified()
  const path = await mailedLink(token, email)
  const next = tokenAfter(await sendEvent(token, 'visit', { email: uniqueEmail() }))
  expectError(await follow(path, json), 403, 'access_denied')
  expect([await trustOf(token), await trustOf(next)]).toEqual(['identified', 'identified'])
})

itWithMails('E53: a token that was deleted meanwhile is not raised', async () => {
  const { token, email } = await identified()
  const path = await mailedLink(token, email)
  okOf(await ask('DELETE', '/api/v5/token', { token }))
  expectError(await follow(path, json), 403, 'access_denied')
})

itWithMails('E52: the page is framed by nobody and tells nobody its address', async () => {
  const { token, email } = await identified()
  const reply = await get(await mailedLink(token, email))
  expect(reply.headers['referrer-policy']).toBe('no-referrer')
  const policy = String(reply.headers['content-security-policy'] ?? '')
  expect(policy.includes("frame-ancestors 'none'") || reply.headers['x-frame-options'] === 'DENY').toBe(true)
})

itWithMails(
  'S23: the mail follows Accept-Language, else the profile’s language, else the workspace’s',
  async () => {
    const subjectFor = async (language: string | undefined, locale: string | undefined): Promise<string> => {
      const { token, email } = await identified()
      if (locale !== undefined) {
        const jwt = await signJwt({ email })
        const owner = await newToken({ jwt })
        await sendEvent(owner, 'visit', { locale })
      }
      okOf(await ask('POST', route, { token, headers: { 'Accept-Language': language } }))
      return (await mailTo(email)).subject
    }
    const english = await subjectFor('en', undefined)
    const german = await subjectFor('de-AT,de;q=0.9,en;q=0.5', undefined)
    const czech = await subjectFor('cs', undefined)
    expect(new Set([english, german, czech]).size).toBe(3)
    expect(await subjectFor(undefined, undefined), 'the workspace’s').toBe(english)
    expect(await subjectFor(undefined, 'cs_CZ'), 'the profile’s').toBe(czech)
    expect(await subjectFor('de', 'cs'), 'the header goes first').toBe(german)
    expect(await subjectFor('ja', 'cs'), 'a language that nobody wrote in').toBe(czech)
  },
)

itWithMails('S23: the page follows Accept-Language', async () => {
  const { token, email } = await identified()
  const path = await mailedLink(token, email)
  const page = async (language: string) =>
    expectPage(await ask('GET', path, { headers: { 'Accept-Language': language } }), 200)
  expect(await page('de')).toContain('lang="de"')
  expect(await page('cs')).toContain('lang="cs"')
  expect(await page('ja')).toContain('lang="en"')
})

it('E53: nothing is told to a host of another workspace but the refusal', async () => {
  const reply = await send(inject('baseUrl'), {
    method: 'GET',
    path: '/web/verify-email/x',
    headers: { Host: 'nowhere.example', ...json },
  })
  expect([reply.status, fieldsOf(reply).code]).toEqual([403, 'access_denied'])
})

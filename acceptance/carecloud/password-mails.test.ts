import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openBrowser } from '../browser.ts'
import { describeReply, type Reply, send } from '../client.ts'
import { itWithMails, mailsTo, mailTo } from '../mailbox.ts'
import { uniqueEmail } from '../unique.ts'
import { acme, type Device, expectNothing, expectRefused, newDevice, other } from './cc.ts'
import { aCustomer, aMember, logIn, password, personalOf } from './people.ts'

const newPassword = 'Another-horse-2'

/** Asks for the mail as an app does. */
async function askFor(body: object, device?: Device, language?: string): Promise<void> {
  const app = device ?? (await newDevice())
  const path = `/tokens/${app.token}/actions/send-password-setup-email`
  expectNothing(await app.ask('POST', path, { body, headers: { 'Accept-Language': language } }))
}

/** The path of the link in the first mail to this address. */
async function linkTo(email: string): Promise<string> {
  const { text } = await mailTo(email)
  const links = text.match(/https?:\/\/\S+/g) ?? []
  expect(links, 'L64: one link').toHaveLength(1)
  const url = new URL(String(links[0]))
  expect(url.pathname).toMatch(/^\/web\/password\/[\w-]{22,}$/)
  return url.pathname
}

/** A request as a browser makes it: no credential of any API. */
function page(
  method: string,
  path: string,
  form?: Readonly<Record<string, string>>,
  language?: string,
): Promise<Reply> {
  return send(inject('baseUrl'), {
    method,
    path,
    headers: {
      Host: acme.host,
      'Accept-Language': language,
      'Content-Type': form ? 'application/x-www-form-urlencoded' : undefined,
    },
    body: form ? new URLSearchParams(form).toString() : undefined,
  })
}

function htmlOf(reply: Reply, status: number): string {
  expect(reply.status, describeReply(reply)).toBe(status)
  expect(reply.headers['content-type']).toMatch(/^text\/html; charset=utf-8$/i)
  return reply.body.toString('utf8')
}

async function mailedLink(email: string, device?: Device): Promise<string> {
  await askFor({ email }, device)
  return linkTo(email)
}

describe('asking', () => {
  itWithMails('L64: a customer with a password or without gets a mail with one link', async () => {
    for (const more of [{}, { password }]) {
      const { email } = await aCustomer({}, more)
      await askFor({ email })
      const mail = await mailTo(email)
      expect(mail.subject).not.toBe('')
      expect(mail.text).toContain('Acme Stores')
      expect(mail.html).toContain('Acme Stores')
      const path = await linkTo(email)
      const inHtml = [...mail.html.matchAll(/href="([^"]+)"/g)].map(
        (match) => new URL(String(match[1])).pathname,
      )
      expect(new Set(inHtml)).toEqual(new Set([path]))
    }
  })

  itWithMails('L64: as communication_channel_id and recipient, in any letter case', async () => {
    const { email } = await aCustomer()
    await askFor({ communication_channel_id: 'email', recipient: email.toUpperCase() })
    await linkTo(email)
  })

  itWithMails('L64: 204 whoever is asked for, and nobody unknown gets a mail', async () => {
    const stranger = uniqueEmail()
    const device = await newDevice()
    await askFor({ email: stranger }, device)
    const known = await aCustomer()
    await askFor({ email: known.email }, device)
    await mailTo(known.email)
    expect(await mailsTo(stranger)).toEqual([])
  })

  it('L64: what is no address is refused', async () => {
    const device = await newDevice()
    const path = `/tokens/${device.token}/actions/send-password-setup-email`
    expectRefused(await device.post(path, {}), 'email', 'required')
    expectRefused(await device.post(path, { email: 'nonsense' }), 'email', 'invalid_value_format')
    expectRefused(
      await device.post(path, { communication_channel_id: 'pigeon', recipient: uniqueEmail() }),
      'communication_channel_id',
      'not_allowed_value',
    )
  })

  itWithMails('L64: a mail to somebody of one workspace comes from that workspace', async () => {
    const email = uniqueEmail()
    await aCustomer({ email }, {}, other)
    await askFor({ email })
    const device = await newDevice(other)
    await askFor({ email }, device)
    const mail = await mailTo(email)
    expect(mail.text).toContain('Other Stores')
    expect(await mailsTo(email)).toHaveLength(1)
  })

  itWithMails('S23: the mail follows Accept-Language, else the profile’s language', async () => {
    const subject = async (language: string | undefined, language_id: string) => {
      const { email } = await aCustomer({ language_id })
      await askFor({ email }, undefined, language)
      return (await mailTo(email)).subject
    }
    const english = await subject('en', 'en')
    const czech = await subject('cs-CZ, en;q=0.5', 'en')
    expect(czech).not.toBe(english)
    expect(await subject(undefined, 'cs')).toBe(czech)
    expect(await subject('ja', 'cs')).toBe(czech)
    expect(await subject(undefined, 'en')).toBe(english)
  })
})

describe('the link', () => {
  itWithMails('L64: GET changes nothing, however often; POST sets the password', async () => {
    const { email } = await aCustomer({}, { password })
    const path = await mailedLink(email)
    for (let opened = 0; opened < 3; opened++) {
      const html = htmlOf(await page('GET', path), 200)
      expect(html).toContain('Acme Stores')
      expect(html).toContain(email)
      expect(html).toMatch(/<form[^>]+method="post"/i)
      expect(html).toMatch(/<input[^>]+autocomplete="new-password"/)
    }
    expect((await page('HEAD', path)).status).toBe(200)
    expect(await logIn(await newDevice(), email)).toBe(200)
    htmlOf(await page('POST', path, { password: newPassword }), 200)
    expect(await logIn(await newDevice(), email)).toBe(401)
    expect(await logIn(await newDevice(), email, newPassword)).toBe(200)
  })

  itWithMails('L64: it is good once, also at the same moment', async () => {
    const { email } = await aCustomer()
    const path = await mailedLink(email)
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, at) => page('POST', path, { password: `Racing-horse-${at}` })),
    )
    const statuses = replies.map(({ status }) => status).sort()
    expect(statuses[0]).toBe(200)
    expect(statuses.slice(1).every((status) => status >= 400 && status < 500)).toBe(true)
    for (const method of ['GET', 'POST'])
      htmlOf(await page(method, path, method === 'POST' ? { password } : undefined), 404)
  })

  itWithMails('L64, L17: a bad password is refused and the link stays good', async () => {
    const { email } = await aCustomer()
    const path = await mailedLink(email)
    for (const given of ['', 'short', 'Password1', 'no-upper-1'])
      htmlOf(await page('POST', path, { password: given }), 400)
    htmlOf(await page('POST', path), 400)
    htmlOf(await page('POST', path, { password: newPassword }), 200)
    expect(await logIn(await newDevice(), email, newPassword)).toBe(200)
  })

  itWithMails('L64: setting it logs every token of that customer out, and no other', async () => {
    const [member, neighbour] = [await aMember(), await aMember()]
    const second = await newDevice()
    expect(await logIn(second, member.email)).toBe(200)
    const path = await mailedLink(member.email, member)
    expect((await member.list('/customers')).total).toBe(1)
    htmlOf(await page('POST', path, { password: newPassword }), 200)
    for (const device of [member, second]) {
      expect((await device.list('/customers')).total).toBe(0)
      expect((await device.get('/stores')).status).toBe(200)
    }
    expect((await neighbour.list('/customers')).total).toBe(1)
  })

  itWithMails('L64, S15: setting it proves the e-mail: who registered it by own word keeps it', async () => {
    const member = await aMember()
    const path = await mailedLink(member.email)
    htmlOf(await page('POST', path, { password: newPassword }), 200)
    expect(await personalOf(member.id)).toMatchObject({ email: member.email })
  })

  it.each(['x', 'A'.repeat(43), '..%2f..%2fx', '%00', '%ff'])(
    'L64: the unknown secret %s is a page that says so',
    async (secret) => {
      for (const method of ['GET', 'POST']) {
        const reply = await page(
          method,
          `/web/password/${secret}`,
          method === 'POST' ? { password } : undefined,
        )
        expect([400, 404], describeReply(reply)).toContain(reply.status)
        expect(reply.headers['content-type']).toMatch(/^(text\/html|application\/json)/)
      }
    },
  )

  itWithMails(
    'L64: the page is framed by nobody, runs nothing of others and tells nobody its address',
    async () => {
      const { email } = await aCustomer()
      const reply = await page('GET', await mailedLink(email))
      expect(reply.headers['referrer-policy']).toBe('no-referrer')
      expect(reply.headers['cache-control']).toMatch(/no-store/)
      const policy = String(reply.headers['content-security-policy'] ?? '')
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(reply.body.toString()).not.toMatch(/(src|href)="https?:/)
    },
  )

  itWithMails('S23: the page follows Accept-Language', async () => {
    const { email } = await aCustomer()
    const path = await mailedLink(email)
    expect(htmlOf(await page('GET', path, undefined, 'de'), 200)).toContain('lang="de"')
    expect(htmlOf(await page('GET', path, undefined, 'cs'), 200)).toContain('lang="cs"')
    expect(htmlOf(await page('GET', path, undefined, 'ja'), 200)).toContain('lang="en"')
  })

  itWithMails('L64: what an address is made of is text on the page, not markup', async () => {
    const email = uniqueEmail("tom&jerry'")
    await aCustomer({ email })
    const html = htmlOf(await page('GET', await mailedLink(email)), 200)
    expect(html).not.toContain("tom&jerry'")
    expect(html).toMatch(/tom&(amp|#38);jerry&(#39|#x27|apos);/)
  })
})

describe('in a browser', () => {
  let browser: Browser
  let close: () => PromiseLike<void>
  beforeAll(async () => {
    const opened = await openBrowser()
    browser = opened.browser
    close = () => opened[Symbol.asyncDispose]()
  })
  afterAll(() => close?.())

  /** Where pictures of the pages go, for a person to look at; none are taken without it. */
  const pictures = process.env.TESSERA_PICTURES
  const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 375, height: 700 } }

  itWithMails.each(['desktop', 'phone'] as const)(
    'L64: at %s size a customer sees whose account it is, mends a bad password and sets a good one',
    async (size) => {
      const { email } = await aCustomer({}, { password })
      const path = await mailedLink(email)
      const context = await browser.newContext({ viewport: sizes[size], locale: 'en-GB' })
      const tab = await context.newPage()
      const faults: string[] = []
      tab.on('console', (message) => {
        // The 400 of a bad password is told by the browser as well.
        if (message.type() === 'error' && !/status of 40/.test(message.text())) faults.push(message.text())
      })
      tab.on('pageerror', (error) => faults.push(error.message))
      const take = async (name: string) => {
        if (!pictures) return
        await mkdir(pictures, { recursive: true })
        await tab.screenshot({ path: join(pictures, `password-${name}-${size}.png`), fullPage: true })
      }
      /** Does what posts the form, and waits for the page that answers it. */
      const posting = async (act: Promise<unknown>) => {
        await Promise.all([
          tab.waitForResponse((response) => response.request().method() === 'POST'),
          tab.waitForEvent('load'),
          act,
        ])
      }
      const isWithin = () => tab.evaluate('document.documentElement.scrollWidth <= innerWidth')

      await tab.goto(inject('baseUrl') + path)
      await take('form')
      expect(await tab.textContent('body')).toContain(email)
      expect(await isWithin()).toBe(true)
      const field = tab.getByLabel('New password')
      await field.fill('Password1')
      await posting(tab.getByRole('button', { name: 'Save password' }).click())
      await take('refused')
      expect(await tab.locator('[role=alert]').textContent()).toMatch(/\S/)
      expect(await isWithin()).toBe(true)
      expect(await logIn(await newDevice(), email)).toBe(200)

      await tab.getByLabel('New password').fill(newPassword)
      await posting(tab.keyboard.press('Enter'))
      await take('done')
      expect(await tab.locator('input[type=password]').count()).toBe(0)
      expect(await logIn(await newDevice(), email, newPassword)).toBe(200)

      await tab.goto(inject('baseUrl') + path)
      await take('used')
      expect(await tab.locator('form').count()).toBe(0)
      expect(await isWithin()).toBe(true)
      expect(faults).toEqual([])
      await context.close()
    },
  )
})

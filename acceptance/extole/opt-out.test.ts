import { beforeAll, describe, expect, inject } from 'vitest'
import { describeReply } from '../client.ts'
import { itWithMails, mailsTo, mailTo } from '../mailbox.ts'
import { uniqueEmail } from '../unique.ts'
import { expectError, okOf } from './conventions.ts'
import { ask, extole, get, newToken, otherHost, post } from './extole.ts'
import { shareByMail, shareEnded } from './referral.ts'

interface Invited {
  readonly address: string
  /** The opaque value that the mail carries. */
  readonly sealed: string
  readonly page: string
  readonly oneClick: string
  readonly headers: Readonly<Record<string, string>>
}

/** Somebody new to whom a share was mailed. */
async function invite(): Promise<Invited> {
  const address = uniqueEmail('Friend')
  const token = await newToken()
  await shareEnded(token, await shareByMail(token, { recipient_email: address }))
  const { text, headers } = await mailTo(address)
  const page = /https?:\/\/\S+\/web\/optout\/[\w-]+/.exec(text)?.[0] ?? ''
  const oneClick = /<(https?:[^>]+)>/.exec(headers['list-unsubscribe'] ?? '')?.[1] ?? ''
  return { address, sealed: page.split('/').at(-1) ?? '', page, oneClick, headers }
}

async function isMailed(address: string, label: string): Promise<boolean> {
  const before = (await mailsTo(address)).length
  const token = await newToken()
  const ended = await shareEnded(token, await shareByMail(token, { recipient_email: address, labels: label }))
  const after = (await mailsTo(address)).length
  expect(ended.status).toBe(after > before ? 'SUCCEEDED' : 'FAILED')
  return after > before
}

const optOut = (sealed: string) => `/api/v4/optout/${sealed}`

let invited: Invited
beforeAll(async () => {
  if (inject('mailboxUrl') !== undefined) invited = await invite()
})

describe('opting out', () => {
  itWithMails('E124: a share mail carries a way out by hand and by machine', async () => {
    expect(invited.page).toMatch(/^https?:/)
    expect(invited.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click')
    const url = new URL(invited.oneClick)
    expect(url.pathname).toBe('/api/v4/unsubscribe')
    expect(url.searchParams.get('encrypted_email')).toMatch(/^[\w-]+$/)
    expect(invited.page + invited.oneClick).not.toContain('Friend')
    expect(Buffer.from(invited.sealed, 'base64url').toString('latin1')).not.toContain('example')
  })

  itWithMails('E124: it is read and set without a token, and holds in every campaign', async () => {
    const { address, sealed } = await invite()
    expect(okOf(await get(optOut(sealed)))).toEqual({ optout: false })
    expect(okOf(await post(optOut(sealed), undefined, {}))).toEqual({ optout: true })
    expect(okOf(await get(`${optOut(sealed)}/`))).toEqual({ optout: true })
    expect(await isMailed(address, 'refer-a-friend')).toBe(false)
    expect(await isMailed(address.toUpperCase(), 'bring-two')).toBe(false)
    expect(okOf(await post(optOut(sealed), undefined, { optout: false }))).toEqual({ optout: false })
    expect(await isMailed(address, 'bring-two')).toBe(true)
    expect(okOf(await post(optOut(sealed)))).toEqual({ optout: true })
    expect(okOf(await post(optOut(sealed)))).toEqual({ optout: true })
    expect(okOf(await ask('POST', optOut(sealed), { form: { optout: 'false' } }))).toEqual({ optout: false })
    expectError(await post(optOut(sealed), undefined, { optout: 'maybe' }), 400, 'invalid_json_malformed')
  })

  itWithMails('E124: one click of a mail program is enough (RFC 8058)', async () => {
    for (const inBody of [false, true]) {
      const { address, sealed, oneClick } = await invite()
      const { pathname, search } = new URL(oneClick)
      const click = { 'List-Unsubscribe': 'One-Click' }
      const reply = inBody
        ? await ask('POST', pathname, { form: { ...click, encrypted_email: sealed } })
        : await ask('POST', pathname + search, { form: click })
      expect(okOf(reply)).toEqual({ unsubscribed: true })
      expect(okOf(await get(optOut(sealed)))).toEqual({ optout: true })
      expect(await isMailed(address, 'refer-a-friend')).toBe(false)
    }
  })

  itWithMails('E124: opening the page changes nothing, its button opts out', async () => {
    const { address, sealed, page } = await invite()
    const path = new URL(page).pathname
    const opened = await get(path)
    expect(opened.status, describeReply(opened)).toBe(200)
    expect(opened.headers['content-type']).toMatch(/^text\/html/)
    expect(opened.body.toString()).toMatch(/<form method="post"/)
    expect(opened.body.toString()).toContain('Acme Stores')
    expect(okOf(await get(optOut(sealed)))).toEqual({ optout: false })
    const pressed = await ask('POST', path, { form: {} })
    expect(pressed.status, describeReply(pressed)).toBe(200)
    expect(pressed.body.toString()).not.toMatch(/<form/)
    expect(okOf(await get(optOut(sealed)))).toEqual({ optout: true })
    expect(await isMailed(address, 'refer-a-friend')).toBe(false)
  })

  itWithMails('E124: the page speaks the language of its reader', async () => {
    const path = new URL(invited.page).pathname
    const texts = await Promise.all(
      ['en', 'cs-CZ', 'de;q=0.9, xx', 'xx'].map(async (language) => {
        const page = await ask('GET', path, { headers: { 'Accept-Language': language } })
        return page.body.toString()
      }),
    )
    expect(new Set(texts).size).toBe(3)
    expect(texts[3]).toBe(texts[0])
  })

  itWithMails('E124: a forged value, and one of another workspace, are refused', async () => {
    const { sealed } = invited
    const forged = [
      `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`,
      sealed.slice(1),
      'x',
      `${sealed}A`,
    ]
    for (const value of forged) {
      const parameters = { secure_email: value }
      expectError(await get(optOut(value)), 403, 'invalid_secure_email', parameters)
      expectError(await post(optOut(value), undefined, {}), 403, 'invalid_secure_email', parameters)
      const form = { encrypted_email: value }
      expectError(await ask('POST', '/api/v4/unsubscribe', { form }), 403, 'invalid_secure_email', parameters)
      const page = await get(`/web/optout/${value}`)
      expect(page.status).toBe(403)
    }
    expectError(
      await ask('GET', optOut(sealed), { headers: { Host: otherHost } }),
      403,
      'invalid_secure_email',
    )
    expectError(await extole({ method: 'POST', path: '/api/v4/unsubscribe' }), 403, 'invalid_secure_email')
    expect(okOf(await get(optOut(sealed)))).toEqual({ optout: false })
  })
})

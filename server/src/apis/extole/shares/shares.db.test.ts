import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mailPart } from '../../../core/mail/mail-part.ts'
import { openMailSender } from '../../../core/mail/mail-sender.ts'
import { deleteProfiles } from '../../../core/profiles/delete-profiles.ts'
import { openSmtpTransport } from '../../../platform/mail/mail-transport.ts'
import { newToken } from '../extole.fixture.ts'
import { openReferralExtole, type ReferralExtole } from '../referral.fixture.ts'

let extole: ReferralExtole
let sender: AsyncDisposable
beforeAll(async () => {
  extole = await openReferralExtole()
  sender = await openMailSender({ ...extole.db, transport: undefined, from: 'no-reply@acme.example' })
})
afterAll(async () => {
  await sender[Symbol.asyncDispose]()
  await extole[Symbol.asyncDispose]()
})

interface Mail {
  readonly recipient: string
  readonly content: {
    readonly subject: string
    readonly text: string
    readonly html: string
    readonly headers: Readonly<Record<string, string>>
  }
}

/** What lies in the outbox for an address. */
async function mailsTo(recipient: string): Promise<readonly Mail[]> {
  const { rows } = await extole.db.database.asOwner((connection) =>
    connection.query<Mail>('select recipient, content from mails where recipient = $1', [recipient]),
  )
  return rows
}

async function ended(token: string, polling: string) {
  const path = `/api/v6/email/share/status/${polling}`
  await expect.poll(async () => (await extole.get(token, path)).body.status).not.toBe('PENDING')
  return (await extole.get(token, path)).body
}

async function named(): Promise<string> {
  const token = await newToken(extole)
  await extole.post(token, '/v4/me', { first_name: 'Ann' })
  return token
}

test('one share and one mail: the campaign’s texts are filled in, the link is there, and a way out (E84, E85, E87)', async () => {
  const token = await named()
  const answer = await extole.post(token, '/api/v6/email/share', {
    recipient_email: ' only@example.com ',
    data: { a: 'b' },
  })
  expect(answer.body).toEqual({
    polling_id: expect.stringMatching(/^\d+$/),
    recipient_email: 'only@example.com',
  })
  const { status, share_id, error } = await ended(token, answer.body.polling_id)
  expect([status, error]).toEqual(['SUCCEEDED', null])
  expect((await extole.get(token, `/v6/email/share/${answer.body.polling_id}`)).body.share_id).toBe(share_id)
  const [shareable] = (await extole.get(token, '/v6/me/shareables')).body
  const mails = await mailsTo('only@example.com')
  expect(mails).toHaveLength(1)
  const content = mails[0]?.content
  expect(content?.subject).toBe('A gift from Ann')
  const tracked = `${shareable.link}?share_id=${share_id}`
  expect(content?.text).toContain(`Use my link ${tracked}`)
  expect(content?.html).toContain(`href="${tracked}"`)
  expect(content?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
  const shares = (await extole.get(token, '/v4/me/shares?partner_id=a:b')).body
  expect(shares).toEqual([
    {
      id: share_id,
      share_id,
      campaign_id: expect.stringMatching(/^\d{16,19}$/),
      channel: 'EMAIL',
      share_date: expect.any(String),
      link: shareable.link,
      partner_id: null,
      data: { a: 'b' },
      shareable_id: expect.any(String),
      message: `Use my link ${shareable.link}`,
      recipients: ['only@example.com'],
      recipient_email: 'only@example.com',
      friend: { id: '0', first_name: null, image_url: null, parameters: {} },
      subject: 'A gift from Ann',
    },
  ])
  // Somebody arrives through this very share.
  const visit = await extole.call('GET', new URL(tracked).pathname + new URL(tracked).search)
  const friend = (await extole.get(String(visit.headers['x-extole-token']), '/v4/me')).body.id
  await expect
    .poll(async () => (await extole.get(token, `/v4/me/shares/${share_id}`)).body.friend.id)
    .toBe(friend)
})

test('a text without the link gets it, and one of one’s own goes out as it is (E84)', async () => {
  const token = await newToken(extole)
  const message = 'Line one\n{{link}} & more'
  const answer = await extole.post(token, '/v6/email/share', {
    recipient_email: 'plain@example.com',
    message,
    subject: 'Hey',
  })
  await ended(token, answer.body.polling_id)
  const content = (await mailsTo('plain@example.com'))[0]?.content
  expect(content?.subject).toBe('Hey')
  expect(content?.text).toContain(message)
  expect(content?.text).toMatch(/https:\/\/go\.acme\.example\/\S+\?share_id=\d+/)
  expect(content?.html).toContain('{{link}} &amp; more')
})

test('a batch shares with each; a code has to be one’s own (E85, E86)', async () => {
  const token = await newToken(extole)
  const recipients = ['one@example.com', 'two@example.com']
  const answer = await extole.post(token, '/v6/email/share/batch', { recipient_emails: recipients })
  expect(answer.body.map(({ recipient_email }: { recipient_email: string }) => recipient_email)).toEqual(
    recipients,
  )
  const status = await extole.get(token, `/v6/email/share/batch/status/${answer.body[1].polling_id}`)
  expect(status.body.polling_id).toBe(answer.body[1].polling_id)
  const [{ code }] = (await extole.get(token, '/v6/me/shareables')).body
  const single = { recipient_email: 'x@example.com' }
  expect(
    (await extole.post(token, '/v6/email/share/advocate-code', { ...single, advocate_code: code })).status,
  ).toBe(200)
  const other = await newToken(extole)
  const foreign = await extole.post(other, '/v6/email/share', { ...single, advocate_code: code })
  expect([foreign.status, foreign.body.code]).toEqual([400, 'ADVOCATE_CODE_NOT_FOUND'])
  expect((await extole.post(other, '/v6/email/share/advocate-code', single)).body.code).toBe(
    'ADVOCATE_CODE_MISSING',
  )
  expect((await extole.get(other, '/v4/me/shares')).body).toEqual([])
  const hidden = await extole.get(other, `/v6/email/share/status/${answer.body[0].polling_id}`)
  expect([hidden.status, hidden.body.parameters]).toEqual([400, { parameter: 'polling_id' }])
})

test('a share that cannot be is refused before anything is made (E86)', async () => {
  const token = await newToken(extole)
  const ok = { recipient_email: 'bob@example.com' }
  for (const [body, code] of [
    [{}, 'NO_RECIPIENT'],
    [{ recipient_email: '' }, 'NO_RECIPIENT'],
    [{ recipient_email: 'nobody' }, 'INVALID_RECIPIENT'],
    [{ ...ok, message: 'x'.repeat(2049) }, 'INVALID_MESSAGE_LENGTH'],
    [{ ...ok, subject: 'x'.repeat(79) }, 'INVALID_SUBJECT_LENGTH'],
    [{ ...ok, message: 'see https://evil.example/x' }, 'INVALID_SHARE_MESSAGE_LINK'],
    [{ ...ok, message: 'see www.evil.example' }, 'INVALID_SHARE_MESSAGE_LINK'],
    [{ ...ok, message: 'https://go.acme.example@evil.example/' }, 'INVALID_SHARE_MESSAGE_LINK'],
    [{ ...ok, subject: 'see http://evil.example' }, 'INVALID_SHARE_SUBJECT_LINK'],
    [{ ...ok, message: '<b>' }, 'INVALID_SHARE_MESSAGE_CHARACTERS'],
    [{ ...ok, subject: 'a\nBcc: x@example.com' }, 'INVALID_SHARE_SUBJECT_CHARACTERS'],
  ] as const) {
    const refused = await extole.post(token, '/v6/email/share', body)
    expect([refused.status, refused.body.code]).toEqual([400, code])
  }
  const many = Array.from({ length: 26 }, (_, index) => `p${index}@example.com`)
  const refused = await extole.post(token, '/v6/email/share/batch', { recipient_emails: many })
  expect([refused.status, refused.body.code]).toEqual([400, 'INVALID_RECIPIENT_SIZE'])
  expect(
    (await extole.post(token, '/v5/email/share/batch', { recipient_emails: many, advocate_code: 'x' })).body
      .code,
  ).toBe('MESSAGE_MISSING')
  expect((await extole.get(token, '/v4/me/shares')).body).toEqual([])
  expect((await extole.get(token, '/v6/me/shareables')).body).toEqual([])
  for (const message of [
    'https://shop.acme.example/x https://go.acme.example/y',
    'See https://shop.acme.example. Or (https://go.acme.example), “https://shop.acme.example”!',
  ]) {
    expect((await extole.post(token, '/v6/email/share', { ...ok, message })).status).toBe(200)
  }
})

test('a name that holds a link, or what no subject may hold, leads no recipient astray (E84, E86)', async () => {
  for (const first_name of [
    'http://evil.example/win',
    'www.evil.example',
    'Ann\nBcc: x@example.com',
    '<b>Ann',
  ]) {
    const token = await newToken(extole)
    await extole.post(token, '/v4/me', { first_name })
    const recipient_email = `${randomUUID()}@example.com`
    const answer = await extole.post(token, '/v6/email/share', { recipient_email })
    await ended(token, answer.body.polling_id)
    const content = (await mailsTo(recipient_email))[0]?.content
    expect(content?.subject).toBe('A gift from')
    expect(content?.text).not.toMatch(/evil|Bcc|<b>/)
  }
})

test('the mails that somebody had sent end with them, waiting or kept (S20)', async () => {
  const token = await newToken(extole, { email: `${randomUUID()}@example.com` })
  const recipient_email = `${randomUUID()}@example.com`
  const answer = await extole.post(token, '/v6/email/share', { recipient_email, message: 'Yours, Ann' })
  await ended(token, answer.body.polling_id)
  expect(await mailsTo(recipient_email)).toHaveLength(1)
  const { id } = (await extole.get(token, '/v4/me')).body
  await extole.db.database.transaction(extole.workspaceId, async (connection) => {
    const { rows } = await connection.query<{ id: string }>('select id from profiles where number = $1', [id])
    await deleteProfiles(connection, extole.workspaceId, [{ profile: rows[0]?.id ?? '' }], [mailPart])
  })
  expect(await mailsTo(recipient_email)).toEqual([])
})

test('who opted out by the mail’s own link gets no more, and the share ends FAILED (E86, E124)', async () => {
  const token = await newToken(extole)
  const share = async () =>
    await ended(
      token,
      (await extole.post(token, '/v6/email/share', { recipient_email: 'Out@example.com' })).body.polling_id,
    )
  await share()
  const [mail] = await mailsTo('Out@example.com')
  const [, sealed = ''] =
    /encrypted_email=([\w-]+)/.exec(mail?.content.headers['List-Unsubscribe'] ?? '') ?? []
  const state = async () => (await extole.call('GET', `/api/v4/optout/${sealed}`)).body
  expect(await state()).toEqual({ optout: false })
  const page = await extole.call('GET', `/web/optout/${sealed}`)
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(await state()).toEqual({ optout: false })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const click = await extole.call('POST', `/api/v4/unsubscribe?encrypted_email=${sealed}`, {
    payload: 'List-Unsubscribe=One-Click',
    headers: form,
  })
  expect(click.body).toEqual({ unsubscribed: true })
  expect(await state()).toEqual({ optout: true })
  expect(await share()).toMatchObject({
    status: 'FAILED',
    share_id: null,
    error: { code: 'INVALID_RECIPIENT' },
  })
  expect(await mailsTo('Out@example.com')).toHaveLength(1)
  expect((await extole.call('POST', `/v4/optout/${sealed}`, { body: { optout: false } })).body).toEqual({
    optout: false,
  })
  expect(await share()).toMatchObject({ status: 'SUCCEEDED' })
  await extole.call('POST', `/web/optout/${sealed}`, { payload: '', headers: form })
  expect(await state()).toEqual({ optout: true })
  const forged = await extole.call('GET', `/api/v4/optout/${sealed.slice(0, -2)}xx`)
  expect([forged.status, forged.body.code]).toEqual([403, 'invalid_secure_email'])
})

test('a mail server that never says a word holds nobody up: shares are accepted and wait (E113, E114)', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => void sockets.push(socket))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const own = await openReferralExtole()
  const transport = openSmtpTransport(`smtp://127.0.0.1:${port}`)
  const stuck = await openMailSender({ ...own.db, transport, from: 'no-reply@acme.example' })
  try {
    const token = await newToken(own)
    const share = async (recipient_email: string) =>
      (await own.call('POST', '/v6/email/share', { token, body: { recipient_email } })).body.polling_id
    const first = await share('first@example.com')
    await expect.poll(() => sockets.length).toBeGreaterThan(0)
    for (const polling of [first, await share('second@example.com')]) {
      const { body } = await own.call('GET', `/v6/email/share/status/${polling}`, { token })
      expect(body).toEqual({
        polling_id: polling,
        share_id: expect.stringMatching(/^\d+$/),
        status: 'PENDING',
        error: null,
      })
    }
    const event = await own.call('POST', '/v6/events', { token, body: { event_name: 'visit' } })
    expect(event.status).toBe(200)
  } finally {
    for (const socket of sockets) socket.destroy()
    silent.close()
    await stuck[Symbol.asyncDispose]()
    await transport[Symbol.asyncDispose]()
    await own[Symbol.asyncDispose]()
  }
})

test('an event named share makes a share and sends nothing (E88, E89)', async () => {
  const token = await newToken(extole)
  await extole.post(token, '/v6/events', {
    event_name: 'share',
    data: { 'share.channel': 'WHATSAPP', 'share.message': 'Hi', partner_share_id: 'p-1' },
  })
  const [share] = (await extole.get(token, '/v4/me/shares?partner_share_id=p-1')).body
  expect(share).toMatchObject({
    channel: 'WHATSAPP',
    message: 'Hi',
    recipients: [],
    recipient_email: '',
    partner_id: 'p-1',
  })
  expect(Object.keys((await extole.get(token, `/v4/shares/${share.id}`)).body)).toHaveLength(8)
  const missing = await extole.get(token, '/v4/me/shares/12345')
  expect([missing.status, missing.body.code]).toEqual([403, 'SHARE_NOT_FOUND'])
  expect((await extole.get(token, '/v4/shares/12345')).status).toBe(400)
})

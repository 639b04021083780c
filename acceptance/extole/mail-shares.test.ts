import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { v1, v2 } from '../crossengage/xng.ts'
import { itWithMails, mailsTo, mailTo } from '../mailbox.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { anId, expectError, listOf, okOf } from './conventions.ts'
import { get, identified, newToken, post, tokenAfter, untilFinal, verified, writeMe } from './extole.ts'
import { advocatesOf, codeOf, follow, shareableOf, shareByMail, shareEnded } from './referral.ts'

const single = '/api/v6/email/share'
const batch = '/api/v6/email/share/batch'

function linksIn(text: string): readonly string[] {
  return text.match(/https?:\/\/[^\s"<>]+/g) ?? []
}

describe('one share', () => {
  itWithMails('E84: one mail goes to the recipient, with the texts of the campaign filled in', async () => {
    const token = await newToken()
    await writeMe(token, { first_name: 'Ann', last_name: 'Ash' })
    const recipient = uniqueEmail('friend')
    const polling = await shareByMail(token, { recipient_email: ` ${recipient} ` })
    const ended = await shareEnded(token, polling)
    expect(ended).toEqual({
      polling_id: polling,
      share_id: expect.stringMatching(anId),
      status: 'SUCCEEDED',
      error: null,
    })
    const mail = await mailTo(recipient)
    const { link } = await shareableOf(token)
    expect(mail.subject).toBe('A gift from Ann')
    expect(mail.text).toMatch(/^Use my link https?:/)
    expect(mail.text).toContain(String(link))
    expect(mail.html).toContain(String(link))
    expect(mail.text).not.toContain('{{')
    expect(await mailsTo(recipient)).toHaveLength(1)
  })

  itWithMails('E84: the code and the last name are filled in too, and a missing link is added', async () => {
    const token = await newToken()
    await writeMe(token, { first_name: 'Ann', last_name: '{{code}}' })
    const recipient = uniqueEmail('friend')
    await shareEnded(token, await shareByMail(token, { recipient_email: recipient, labels: 'bring-two' }))
    const { code, link } = await shareableOf(token, 'bring-two')
    const mail = await mailTo(recipient)
    expect(mail.text).toContain(`Code ${code} of Ann {{code}}`)
    expect(linksIn(mail.text).some((found) => found.startsWith(String(link)))).toBe(true)
    expect(mail.subject).toMatch(/\S/)
  })

  itWithMails('E84: an own message and subject go out as they are, as text; the link is added', async () => {
    const token = await newToken()
    const { link } = await shareableOf(token)
    const recipient = uniqueEmail('friend')
    const message = 'Čau & hi,\nsee {{link}} "there"'
    await shareEnded(
      token,
      await shareByMail(token, { recipient_email: recipient, message, subject: 'Just {{link}}' }),
    )
    const mail = await mailTo(recipient)
    expect(mail.subject).toBe('Just {{link}}')
    expect(mail.text).toContain(message)
    expect(mail.html).toContain('Čau &amp; hi,')
    expect(linksIn(mail.text).some((found) => found.startsWith(String(link)))).toBe(true)
  })

  itWithMails('E84: a text that has the link gets no second one', async () => {
    const token = await newToken()
    const { link } = await shareableOf(token)
    const recipient = uniqueEmail('friend')
    await shareEnded(
      token,
      await shareByMail(token, { recipient_email: recipient, message: `Look: ${link}` }),
    )
    const found = linksIn((await mailTo(recipient)).text).filter((text) => text.startsWith(String(link)))
    expect(found).toHaveLength(1)
  })

  itWithMails('E84, E76: whoever follows the mail’s link is the advocate’s friend', async () => {
    const ann = await identified()
    const recipient = uniqueEmail('friend')
    const { share_id } = await shareEnded(
      ann.token,
      await shareByMail(ann.token, { recipient_email: recipient }),
    )
    const code = await codeOf(ann.token)
    const link = linksIn((await mailTo(recipient)).text).find((text) => new URL(text).pathname === `/${code}`)
    const { pathname, search } = new URL(link ?? '')
    const visitor = tokenAfter(await follow(pathname + search))
    expect(await advocatesOf(visitor)).toEqual([ann.id])
    const share = okOf(await get(`/api/v4/me/shares/${share_id}`, ann.token))
    expect(share.friend).toMatchObject({ id: okOf(await get('/api/v4/me', visitor)).id })
  })

  it('E84: the status is told under both paths, to the device that shared and to the proved person', async () => {
    const ann = await verified()
    const polling = await shareByMail(ann.token, { recipient_email: uniqueEmail('friend') })
    const ended = await shareEnded(ann.token, polling)
    expect(okOf(await get(`/api/v6/email/share/${polling}`, ann.token))).toEqual(ended)
    expect(okOf(await get(`/api/v6/email/share/batch/status/${polling}`, ann.token))).toEqual(ended)
    const strangers = [await newToken(), (await identified(ann.email)).token]
    for (const stranger of strangers) {
      expectError(await get(`/api/v6/email/share/status/${polling}`, stranger), 400, 'invalid_parameter', {
        parameter: 'polling_id',
      })
    }
  })
})

describe('which code is shared', () => {
  it('E85: the caller’s own of the campaign, made if missing; a campaign is named by id, slug or label', async () => {
    const token = await newToken()
    const zone = okOf(await post('/api/v6/zones/second_campaign', await newToken(), {}))
    const campaign = String(zone.campaign_id)
    const recipient_email = uniqueEmail('friend')
    for (const selected of [
      { campaign_id: campaign },
      { campaign_id: 'bring-two' },
      { labels: 'x, bring-two' },
    ]) {
      await shareEnded(token, await shareByMail(token, { recipient_email, ...selected }))
    }
    const shareables = listOf(await get('/api/v6/me/shareables', token))
    expect(shareables).toMatchObject([{ label: 'bring-two' }])
    const shares = listOf(await get('/api/v4/me/shares', token))
    expect(shares.map(({ campaign_id, link }) => [campaign_id, link])).toEqual(
      Array(3).fill([campaign, shareables[0]?.link]),
    )
  })

  it('E85: key names one of the caller’s codes, and preferred_code_prefixes what a new one looks like', async () => {
    const token = await newToken()
    const wanted = unique('pref')
    const request = { recipient_email: uniqueEmail('friend'), key: 'mine', preferred_code_prefixes: [wanted] }
    await shareEnded(token, await shareByMail(token, request))
    await shareEnded(token, await shareByMail(token, { ...request, preferred_code_prefixes: ['other-one'] }))
    expect(listOf(await get('/api/v6/me/shareables?key=mine', token))).toMatchObject([{ code: wanted }])
    expect(listOf(await get('/api/v6/me/shareables', token))).toHaveLength(1)
    expect(listOf(await get('/api/v4/me/shares', token))).toHaveLength(2)
  })

  it('E85: advocate_code has to be the caller’s own', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token, 'bring-two')
    const request = { recipient_email: uniqueEmail('friend'), advocate_code: code }
    await shareEnded(
      ann.token,
      await shareByMail(ann.token, { ...request, advocate_code: code.toUpperCase() }),
    )
    const [share] = listOf(await get('/api/v4/me/shares', ann.token))
    expect(share?.link).toBe((await shareableOf(ann.token, 'bring-two')).link)
    const stranger = await newToken()
    expectError(await post(single, stranger, request), 400, 'ADVOCATE_CODE_NOT_FOUND', {
      advocate_code: code,
    })
    expectError(
      await post(single, ann.token, { ...request, advocate_code: 'nobody-has-it' }),
      400,
      'ADVOCATE_CODE_NOT_FOUND',
      {
        advocate_code: 'nobody-has-it',
      },
    )
    expect(listOf(await get('/api/v4/me/shares', stranger))).toEqual([])
  })

  it('E85: the routes of codes require one', async () => {
    const ann = await identified()
    const advocate_code = await codeOf(ann.token)
    const [recipient_email, recipient_emails] = [uniqueEmail('friend'), [uniqueEmail('friend')]]
    const one = okOf(await post(`${single}/advocate-code`, ann.token, { recipient_email, advocate_code }))
    expect(await shareEnded(ann.token, String(one.polling_id))).toMatchObject({ status: 'SUCCEEDED' })
    const many = await post(`${single}/advocate-code/batch`, ann.token, { recipient_emails, advocate_code })
    expect(listOf(many)).toHaveLength(1)
    expectError(
      await post(`${single}/advocate-code`, ann.token, { recipient_email }),
      400,
      'ADVOCATE_CODE_MISSING',
    )
    expectError(
      await post(`${single}/advocate-code/batch`, ann.token, { recipient_emails }),
      400,
      'ADVOCATE_CODE_MISSING',
    )
  })
})

describe('several recipients', () => {
  itWithMails('E84: a batch makes one share and sends one mail for each recipient', async () => {
    const token = await newToken()
    const recipients = Array.from({ length: 25 }, () => uniqueEmail('friend'))
    const answers = listOf(await post(batch, token, { recipient_emails: recipients }))
    expect(answers).toEqual(
      recipients.map((recipient_email) => ({ polling_id: expect.stringMatching(anId), recipient_email })),
    )
    const ended = await Promise.all(
      answers.map(({ polling_id }) => untilFinal(`${batch}/status/${polling_id}`, token)),
    )
    expect(new Set(ended.map(({ share_id }) => share_id)).size).toBe(25)
    expect(ended.every(({ status }) => status === 'SUCCEEDED')).toBe(true)
    for (const recipient of recipients) expect(await mailsTo(recipient)).toHaveLength(1)
    const shares = listOf(await get('/api/v4/me/shares', token))
    expect(shares.map(({ recipient_email }) => recipient_email).sort()).toEqual([...recipients].sort())
  })

  it('E84: version 5 takes a hundred, with a code and a message', async () => {
    const ann = await identified()
    const advocate_code = await codeOf(ann.token)
    const recipient_emails = Array.from({ length: 100 }, () => uniqueEmail('friend'))
    const v5 = '/api/v5/email/share/batch'
    const answers = listOf(await post(v5, ann.token, { recipient_emails, advocate_code, message: 'Hi' }))
    expect(answers).toHaveLength(100)
    expectError(await post(v5, ann.token, { recipient_emails, advocate_code }), 400, 'MESSAGE_MISSING')
    expectError(await post(v5, ann.token, { recipient_emails, message: 'Hi' }), 400, 'ADVOCATE_CODE_MISSING')
    const tooMany = [...recipient_emails, uniqueEmail('friend')]
    expectError(
      await post(v5, ann.token, { recipient_emails: tooMany, advocate_code, message: 'Hi' }),
      400,
      'INVALID_RECIPIENT_SIZE',
    )
  })
})

describe('what is refused', () => {
  const ok = { recipient_email: 'friend@example.com' }
  const cases: readonly (readonly [Fields, string, Fields | undefined])[] = [
    [{}, 'NO_RECIPIENT', undefined],
    [{ recipient_email: null }, 'NO_RECIPIENT', undefined],
    [{ recipient_email: '  ' }, 'NO_RECIPIENT', undefined],
    [{ recipient_email: 'no address' }, 'INVALID_RECIPIENT', { recipients: 'no address' }],
    [
      { recipient_email: 'a@b.example, c@d.example' },
      'INVALID_RECIPIENT',
      { recipients: 'a@b.example, c@d.example' },
    ],
    [{ recipient_email: 'a@b.example\r\nBcc: c@d.example' }, 'INVALID_RECIPIENT', undefined],
    [{ ...ok, message: 'x'.repeat(2049) }, 'INVALID_MESSAGE_LENGTH', undefined],
    [{ ...ok, subject: 'x'.repeat(79) }, 'INVALID_SUBJECT_LENGTH', { subject: 'x'.repeat(79) }],
    [
      { ...ok, message: 'Go to https://evil.example/x now' },
      'INVALID_SHARE_MESSAGE_LINK',
      { link: 'https://evil.example/x', share_message: 'Go to https://evil.example/x now' },
    ],
    [{ ...ok, message: 'HTTP://EVIL.EXAMPLE' }, 'INVALID_SHARE_MESSAGE_LINK', undefined],
    [{ ...ok, message: 'www.evil.example' }, 'INVALID_SHARE_MESSAGE_LINK', undefined],
    [{ ...ok, message: 'https://shop.acme.example@evil.example/' }, 'INVALID_SHARE_MESSAGE_LINK', undefined],
    [{ ...ok, message: 'https://shop.acme.example.evil.example/' }, 'INVALID_SHARE_MESSAGE_LINK', undefined],
    [
      { ...ok, subject: 'https://evil.example/x' },
      'INVALID_SHARE_SUBJECT_LINK',
      { link: 'https://evil.example/x', subject: 'https://evil.example/x' },
    ],
    [{ ...ok, message: 'a <b>' }, 'INVALID_SHARE_MESSAGE_CHARACTERS', undefined],
    [{ ...ok, message: 'bell \u0007' }, 'INVALID_SHARE_MESSAGE_CHARACTERS', undefined],
    [{ ...ok, subject: 'a > b' }, 'INVALID_SHARE_SUBJECT_CHARACTERS', undefined],
    [{ ...ok, subject: 'line\nbreak' }, 'INVALID_SHARE_SUBJECT_CHARACTERS', undefined],
  ]
  it.each(cases)('E86: %j is %s, before anything is made', async (request, code, parameters) => {
    const token = await newToken()
    expectError(await post(single, token, request), 400, code, parameters)
    expect(listOf(await get('/api/v4/me/shares', token))).toEqual([])
    expect(listOf(await get('/api/v6/me/shareables', token))).toEqual([])
  })

  it('E86: a batch names every recipient that is none, and takes from 1 to 25', async () => {
    const token = await newToken()
    const refused = await post(batch, token, { recipient_emails: ['one', 'a@b.example', 'two'] })
    expectError(refused, 400, 'INVALID_RECIPIENT', { recipients: 'one, two' })
    expectError(await post(batch, token, { recipient_emails: [] }), 400, 'NO_RECIPIENT')
    expectError(await post(batch, token, {}), 400, 'NO_RECIPIENT')
    const many = Array.from({ length: 26 }, (_, index) => `p${index}@example.com`)
    expectError(await post(batch, token, { recipient_emails: many }), 400, 'INVALID_RECIPIENT_SIZE')
    expectError(await post(batch, token, { recipient_emails: 'a@b.example' }), 400, 'invalid_json_malformed')
    expect(listOf(await get('/api/v4/me/shares', token))).toEqual([])
  })

  it('E86: the longest texts, and links to us and to the landing page, are fine', async () => {
    const token = await newToken()
    const { link } = await shareableOf(token)
    const message = `${link} https://shop.acme.example/any\tthing\r\n`
    const request = {
      recipient_email: uniqueEmail('friend'),
      message: message + 'x'.repeat(2048 - message.length),
      subject: 'x'.repeat(78),
    }
    expect(await shareEnded(token, await shareByMail(token, request))).toMatchObject({ status: 'SUCCEEDED' })
  })

  itWithMails('E86, E124: who opted out gets no mail; the share ends FAILED', async () => {
    const token = await newToken()
    const recipient = uniqueEmail('friend')
    await shareEnded(token, await shareByMail(token, { recipient_email: recipient }))
    const sealed = /optout\/([\w-]+)/.exec((await mailTo(recipient)).text)?.[1] ?? ''
    okOf(await post(`/api/v4/optout/${sealed}`, undefined, {}))
    const failed = await shareEnded(
      token,
      await shareByMail(token, { recipient_email: recipient.toUpperCase() }),
    )
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: { code: 'INVALID_RECIPIENT', http_status_code: 400 },
    })
    expect(await mailsTo(recipient)).toHaveLength(1)
  })

  itWithMails.each([
    ['optout-status?channelType=MAIL', { optOut: true }],
    ['blacklist-status', { blacklisted: true }],
  ])('E86, S24: so does one to a profile whose back end says %s', async (what, value) => {
    const user = { id: unique('customer'), email: uniqueEmail('friend') }
    await v2.store(user)
    await v1.call('PUT', `/users/${user.id}/${what}`, JSON.stringify(value))
    const token = await newToken()
    const polling = await shareByMail(token, { recipient_email: user.email })
    expect(await shareEnded(token, polling)).toMatchObject({
      status: 'FAILED',
      share_id: null,
      error: { code: 'INVALID_RECIPIENT' },
    })
    expect(await mailsTo(user.email)).toEqual([])
  })
})

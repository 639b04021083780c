import { describe, expect, it } from 'vitest'
import { fieldsOf } from '../client.ts'
import { v1, v2 } from '../crossengage/xng.ts'
import { itWithMails, mailsTo, mailTo } from '../mailbox.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { until } from '../until.ts'
import { expectError, listOf, okOf } from './conventions.ts'
import { get, identified, newToken, post, readMe, sendEvent, tokenAfter } from './extole.ts'
import {
  advocatesOf,
  causedBy,
  codeOf,
  follow,
  friendOf,
  rewardStatus,
  rewardsOf,
  shareByMail,
  shareEnded,
} from './referral.ts'
import { signJwt } from './sign-jwt.ts'

/** A customer of the back end, and a token that the company's login gave them. */
async function customer() {
  const user = { id: unique('customer'), email: uniqueEmail() }
  await v2.store(user)
  const token = await newToken({ jwt: await signJwt({ partner_user_id: user.id }) })
  return { ...user, token, profile: String((await readMe(token)).id) }
}

describe('erasure', () => {
  it('S20: tokens, codes and the person are gone; the e-mail is free', async () => {
    const erased = await customer()
    const device = tokenAfter(await sendEvent(await newToken(), 'login', { email: erased.email }))
    const code = await codeOf(erased.token)
    await v2.erase(erased.id)
    for (const token of [erased.token, device])
      expectError(await get('/api/v4/me', token), 403, 'invalid_access_token')
    expectError(await follow(`/${code}`), 404, 'shareable_not_found')
    const anybody = await newToken()
    expectError(await get(`/api/v5/shareables/${code}`, anybody), 403, 'shareable_not_found')
    expectError(await get(`/api/v4/persons/${erased.profile}`, anybody), 400, 'person_not_found')
    const next = await newToken({ email: erased.email })
    expect((await readMe(next)).id).not.toBe(erased.profile)
    expect(listOf(await get('/api/v6/me/shareables', next))).toEqual([])
  })

  it('S20: a code of somebody erased brings nobody, and who came by it converts no more', async () => {
    const erased = await customer()
    const code = await codeOf(erased.token)
    const friend = await friendOf(code)
    await v2.erase(erased.id)
    expect(await causedBy(friend.token, 'purchase', { amount: 10 })).toMatchObject({ status: 'FAILED' })
    expect(await advocatesOf(friend.token)).toEqual([])
    const late = await identified()
    expect(await causedBy(late.token, 'purchase', { amount: 10, advocate_code: code })).toMatchObject({
      status: 'FAILED',
    })
  })

  itWithMails(
    'S20: an address that opted out of share mails stays so after its person is erased',
    async () => {
      const erased = await customer()
      const ann = await newToken()
      await shareEnded(ann, await shareByMail(ann, { recipient_email: erased.email }))
      const sealed = /optout\/([\w-]+)/.exec((await mailTo(erased.email)).text)?.[1] ?? ''
      okOf(await post(`/api/v4/optout/${sealed}`))
      await v2.erase(erased.id)
      expect(await shareEnded(ann, await shareByMail(ann, { recipient_email: erased.email }))).toMatchObject({
        status: 'FAILED',
      })
      expect(okOf(await get(`/api/v4/optout/${sealed}`))).toEqual({ optout: true })
    },
  )
})

describe('consents', () => {
  itWithMails('S24: who opted out of another channel, or in again, gets share mails', async () => {
    const user = await customer()
    const share = async () => {
      const token = await newToken()
      return (await shareEnded(token, await shareByMail(token, { recipient_email: user.email }))).status
    }
    const steps = [
      ['optout-status?channelType=SMS', { optOut: true }, 'SUCCEEDED'],
      ['optout-status?channelType=MAIL', { optOut: true }, 'FAILED'],
      ['optout-status?channelType=MAIL', { optOut: false }, 'SUCCEEDED'],
      ['blacklist-status', { blacklisted: true }, 'FAILED'],
      ['blacklist-status', { blacklisted: false }, 'SUCCEEDED'],
    ] as const
    for (const [what, value, status] of steps) {
      await v1.call('PUT', `/users/${user.id}/${what}`, JSON.stringify(value))
      expect(await share(), what).toBe(status)
    }
  })

  itWithMails('S24: verification mails always go out', async () => {
    const user = { id: unique('customer'), email: uniqueEmail() }
    const { token } = await identified(user.email)
    await v2.store(user)
    await v1.call('PUT', `/users/${user.id}/blacklist-status`, '{"blacklisted":true}')
    const known = await identified(user.email)
    okOf(await post('/api/v4/me/send-verification-email', known.token))
    await mailTo(user.email)
    expect(await mailsTo(user.email)).toHaveLength(1)
    expect((await readMe(token)).email).toBe(user.email)
  })

  it('S25: Opt Out and Blacklisted from the public are events like any other', async () => {
    const user = await customer()
    for (const name of ['Opt Out', 'Blacklisted']) {
      await sendEvent(user.token, name, { channelType: 'MAIL' })
      await causedBy(user.token, unique('settled'))
    }
    const status = fieldsOf(await v1.call('GET', `/users/${user.id}/recipient-status`))
    expect(status.blacklisted).toBe(false)
    const token = await newToken()
    expect(await shareEnded(token, await shareByMail(token, { recipient_email: user.email }))).toMatchObject({
      status: 'SUCCEEDED',
    })
  })

  it('S25: share and advocate_code mean nothing in an event of a back end', async () => {
    const [user, ann] = [await customer(), await identified()]
    const advocate_code = await codeOf(ann.token)
    const events = [
      { event: 'Completed Order', properties: { advocate_code, 'share.channel': 'SMS' } },
      { event: 'purchase', properties: { advocate_code, amount: 10 } },
    ]
    await v1.events({ id: user.id, events })
    expect(await advocatesOf(user.token)).toEqual([])
    expect(listOf(await get('/api/v4/me/shares', user.token))).toEqual([])
    expect(await rewardsOf(user.token)).toEqual([])
  })
})

describe('time and trust of events', () => {
  it('S26: a back end may report what happened long ago, and it converts by the order of receipt', async () => {
    const [user, ann] = [await customer(), await identified()]
    await sendEvent(user.token, unique(), { advocate_code: await codeOf(ann.token) })
    const event = { event: 'purchase', timestamp: '2026-01-02T03:04:05Z', properties: { amount: 12 } }
    await v1.events({ id: user.id, events: [event] })
    const list = await until(
      () => get('/api/v4/me/rewards', user.token),
      (reply) => listOf(reply).length > 0,
    )
    expect(listOf(list)).toHaveLength(1)
  })

  it('S27: from the public a back end’s event is accepted, and moves nothing', async () => {
    const ann = await identified()
    const friend = await friendOf(await codeOf(ann.token, 'bring-at-till'))
    const reply = await sendEvent(friend.token, 'review_written')
    expect(await rewardStatus(friend.token, fieldsOf(reply).event_id)).toMatchObject({ status: 'FAILED' })
  })

  it('S30: a friend whom nobody knows converts nothing, by whatever API the event comes', async () => {
    const ann = await identified()
    const visitor = tokenAfter(await follow(`/${await codeOf(ann.token)}`))
    expect(await causedBy(visitor, 'purchase', { amount: 10 })).toMatchObject({ status: 'FAILED' })
    expect(await advocatesOf(visitor)).toEqual([ann.id])
  })
})

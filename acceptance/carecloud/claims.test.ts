import { describe, expect, it } from 'vitest'
import { describeReply, type Fields } from '../client.ts'
import { person, v1, v2 } from '../crossengage/xng.ts'
import {
  ask as askExtole,
  get as getExtole,
  identified,
  newToken,
  post as postExtole,
  readMe,
  sendEvent,
  tokenAfter,
  trustOf,
  verified,
  writeMe,
} from '../extole/extole.ts'
import { signJwt } from '../extole/sign-jwt.ts'
import { itWithMails, mailsTo, mailTo } from '../mailbox.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { backEnd, createdId, type Device, expectNothing, expectRefused, newDevice } from './cc.ts'
import { aCustomer, aMember, logIn, password, personalOf, uniquePhone } from './people.ts'

const back = backEnd()

async function customersWith(email: string): Promise<readonly Fields[]> {
  return (await back.list(`/customers?email=${encodeURIComponent(email)}`)).items
}

async function askForMail(device: Device, email: string): Promise<void> {
  expectNothing(await device.post(`/tokens/${device.token}/actions/send-password-setup-email`, { email }))
}

describe('a claim opens nothing', () => {
  it('S14: whoever types an address into an extole device reads and changes nothing of its customer', async () => {
    const owner = await aCustomer(
      { first_name: 'Ann', last_name: 'Smith', phone: uniquePhone() },
      { password },
    )
    const claimer = await identified(owner.email)
    const me = await readMe(claimer.token)
    expect(JSON.stringify(me)).not.toContain('Smith')
    expect(await trustOf(claimer.token)).toBe('identified')
    const refused = await postExtole('/api/v4/me', claimer.token, { first_name: 'Mallory' })
    expect(refused.status, describeReply(refused)).toBe(403)
    await sendEvent(claimer.token, 'visit', { first_name: 'Mallory', last_name: 'Evil' })
    expect(await personalOf(owner.id)).toMatchObject({ first_name: 'Ann', last_name: 'Smith' })
  })

  it('S13: at every level an identifier names its profile: one person in all three', async () => {
    const owner = await aCustomer()
    const claimer = await identified(owner.email)
    expect(claimer.id).toBe(owner.id)
  })

  it('S14, L64: an address that is merely claimed beside better identifiers is no login and gets no mail', async () => {
    const [email, partner] = [uniqueEmail('claimed'), unique('partner')]
    const device = await newToken()
    await writeMe(device, { email, partner_user_id: partner })
    await newToken({ jwt: await signJwt({ partner_user_id: partner }) })
    const app = await newDevice()
    await askForMail(app, email)
    const known = await aCustomer({}, { password })
    await askForMail(app, known.email)
    expect(await logIn(app, email)).toBe(401)
    const shown = (await back.list(`/customers?customer_ids=${(await readMe(device)).id}`)).items[0]
    expect((shown?.personal_information as Fields | undefined)?.email ?? null).toBeNull()
    expect(await customersWith(email)).toEqual([])
  })

  itWithMails('S14, L64: and no mail is ever sent there, though a proven one gets its', async () => {
    const [email, partner] = [uniqueEmail('claimed'), unique('partner')]
    const device = await newToken()
    await writeMe(device, { email, partner_user_id: partner })
    await newToken({ jwt: await signJwt({ partner_user_id: partner }) })
    const app = await newDevice()
    await askForMail(app, email)
    const known = await aCustomer()
    await askForMail(app, known.email)
    await mailTo(known.email)
    expect(await mailsTo(email)).toEqual([])
  })

  itWithMails(
    'S14, L64: a mail goes to a lead and to a friend who have nothing but the address',
    async () => {
      const app = await newDevice()
      const friend = await identified()
      await askForMail(app, friend.email)
      expect((await mailTo(friend.email)).text).toContain('/web/password/')
      const lead = uniqueEmail('lead')
      await v1.leads({ updated: [{ email: lead }] })
      await askForMail(app, lead)
      expect((await mailTo(lead)).text).toContain('/web/password/')
    },
  )

  it('S14, L73: a newsletter sign-up on C claims and opens nothing of a known customer', async () => {
    const owner = await aMember({ first_name: 'Ann' })
    const app = await newDevice()
    const body = { contact: owner.email, customer_source_id: 'eshop' }
    expectNothing(await app.post('/customers/actions/newsletters-sign-up', body))
    expectRefused(await app.get(`/customers/${owner.id}`), 'customer_id', 'not_belong_to_logged_in_customer')
    expect(await personalOf(owner.id)).toMatchObject({ first_name: 'Ann', email: owner.email })
  })
})

describe('a claim yields', () => {
  it('S15, L61: by proof a till’s registration takes over a friend who merely typed the address', async () => {
    const friend = await identified()
    const id = await back.create('/customers', {
      personal_information: { email: friend.email, first_name: 'Ann' },
    })
    expect(id).toBe(friend.id)
    expect(await customersWith(friend.email)).toEqual([
      expect.objectContaining({
        customer_id: id,
        personal_information: expect.objectContaining({ first_name: 'Ann', email: friend.email }),
      }),
    ])
  })

  it('S16: after the take-over the device stays identified, and reads nothing of the customer', async () => {
    const friend = await identified()
    await back.create('/customers', {
      personal_information: { email: friend.email, first_name: 'Ann', last_name: 'Smith' },
      password,
    })
    expect(await trustOf(friend.token)).toBe('identified')
    expect(JSON.stringify(await readMe(friend.token))).not.toContain('Smith')
    const refused = await postExtole('/api/v4/me', friend.token, { first_name: 'Mallory' })
    expect(refused.status).toBe(403)
  })

  it('S15, L61: against own word a claim stands: on C the address is taken', async () => {
    const friend = await identified()
    const app = await newDevice()
    const register = { personal_information: { email: friend.email }, password, autologin: true }
    expectRefused(await app.post('/customers', register), 'email', 'already_exists')
    expect((await app.list('/customers')).total).toBe(0)
    expect(await logIn(app, friend.email)).toBe(401)
  })

  it('S15, L61: a lead that a back end wrote is no mere claim: its address is taken on both', async () => {
    const email = uniqueEmail('lead')
    await v1.leads({ updated: [{ email, firstName: 'Lee' }] })
    for (const client of [back, await newDevice()])
      expectRefused(
        await client.post('/customers', { personal_information: { email } }),
        'email',
        'already_exists',
      )
    expect(await customersWith(email)).toHaveLength(1)
  })

  it('S15: what is claimed beside better identifiers moves to who brings it by proof or own word', async () => {
    for (const client of [back, await newDevice()]) {
      const [email, partner] = [uniqueEmail('claimed'), unique('partner')]
      const device = await newToken()
      await writeMe(device, { email, partner_user_id: partner })
      await newToken({ jwt: await signJwt({ partner_user_id: partner }) })
      const former = (await readMe(device)).id
      const id = await client.create('/customers', { personal_information: { email } })
      expect(id).not.toBe(former)
      expect((await customersWith(email)).map(({ customer_id }) => customer_id)).toEqual([id])
      expect((await back.read(`/customers/${former}`)).customer_id).toBe(former)
    }
  })

  it('S15, L61: what a customer said of themselves yields to nobody’s typing, nor to a till', async () => {
    const member = await aMember()
    for (const client of [back, await newDevice()])
      expectRefused(
        await client.post('/customers', { personal_information: { email: member.email } }),
        'email',
        'already_exists',
      )
    const device = await identified(member.email)
    expect(device.id).toBe(member.id)
    expect((await member.read(`/customers/${member.id}`)).personal_information).toMatchObject({
      email: member.email,
    })
  })

  it('S15, S16: of a take-over at the same moment on E one wins', async () => {
    const friend = await identified()
    const replies = await Promise.all(
      Array.from({ length: 6 }, () =>
        back.post('/customers', { personal_information: { email: friend.email } }),
      ),
    )
    const won = replies.filter(({ status }) => status === 201)
    expect(won).toHaveLength(1)
    expect(createdId(won[0] as (typeof replies)[number])).toBe(friend.id)
  })
})

describe('what the public does not change', () => {
  it('S17: names that a till wrote are not replaced by an unproven device, but by a proven one', async () => {
    const owner = await aCustomer({ first_name: 'Ann', last_name: 'Smith' })
    const unproven = await identified(owner.email)
    tokenAfter(await sendEvent(unproven.token, 'visit', { first_name: 'Mallory' }))
    expect(await personalOf(owner.id)).toMatchObject({ first_name: 'Ann' })
    const proven = await verified({ email: owner.email })
    expect(proven.id).toBe(owner.id)
    await writeMe(proven.token, { first_name: 'Anna' })
    expect(await personalOf(owner.id)).toMatchObject({ first_name: 'Anna', last_name: 'Smith' })
  })

  it('S17: a sign-up on C changes no language, consent or name of a known customer', async () => {
    const owner = await aCustomer({
      language_id: 'de',
      consents: [{ consent_id: 'marketing-communication', consent_value: 1 }],
    })
    const app = await newDevice()
    expectNothing(
      await app.post('/customers/actions/newsletters-sign-up', {
        contact: owner.email,
        customer_source_id: 'pos',
        language_id: 'cs',
        agreements: { agreement_marketing_communication: 0 },
      }),
    )
    expect(await personalOf(owner.id)).toMatchObject({
      language_id: 'de',
      agreement: { agreement_marketing_communication: 1 },
    })
  })
})

describe('passwords and merges', () => {
  it('S16: a customer whom crossengage gives an id keeps logging in, and is the same one', async () => {
    const member = await aMember()
    const user = person({ email: member.email, businessUnit: 'CZ' })
    await v2.store(user)
    expect(await v2.read(user.id)).toMatchObject({ email: member.email })
    const app = await newDevice()
    expect(await logIn(app, member.email)).toBe(200)
    expect((await customersWith(member.email)).map(({ customer_id }) => customer_id)).toEqual([member.id])
  })

  it('S9, L59: after an absorption the former id names the survivor, and so does its token', async () => {
    const member = await aMember({ first_name: 'Ann' })
    const user = person({ email: uniqueEmail('before') })
    await v2.store({ ...user, businessUnit: 'CZ' })
    await v2.store({ id: user.id, email: member.email, businessUnit: 'CZ' })
    const [survivor] = await customersWith(member.email)
    const byFormer = await back.read(`/customers/${member.id}`)
    expect(byFormer.customer_id).toBe(survivor?.customer_id)
    const { items } = await member.list('/customers')
    expect(items.map(({ customer_id }) => customer_id)).toEqual([survivor?.customer_id])
    expect((await member.get(`/customers/${member.id}`)).status).toBe(200)
    expect(await logIn(await newDevice(), member.email), 'the password moves along').toBe(200)
  })

  it('S16: an extole token of the merged one is not verified for the survivor unless it proved the e-mail', async () => {
    const friend = await identified()
    const user = person({ email: friend.email })
    await v2.store(user)
    expect(await trustOf(friend.token)).toBe('identified')
    const reply = await askExtole('GET', '/api/v4/me', { token: friend.token })
    expect(reply.status).toBe(200)
    expect((await getExtole('/api/v4/me/rewards', friend.token)).status).toBe(200)
  })
})

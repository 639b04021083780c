import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { person, v1, v2 } from '../crossengage/xng.ts'
import { identified, newToken, readMe, verified, writeMe } from '../extole/extole.ts'
import { signJwt } from '../extole/sign-jwt.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { backEnd, client, expectNotFound, expectNothing, expectRefused, newDevice, other } from './cc.ts'
import { aCustomer, aMember, logIn, password, personalOf, uniquePhone } from './people.ts'

const back = backEnd()

async function idOf(email: string): Promise<string> {
  const { items } = await back.list(`/customers?email=${encodeURIComponent(email)}`)
  expect(items).toHaveLength(1)
  return String(items[0]?.customer_id)
}

/** A user of crossengage in the business unit of this API, and the customer it is. */
async function user(fields: Fields = {}) {
  const one = person({ businessUnit: 'CZ', ...fields })
  await v2.store(one)
  return { user: one, id: await idOf(one.email) }
}

/** What extole shows to the customer whom the company's login proved. */
async function inExtole(partnerId: string): Promise<Fields> {
  return await readMe(await newToken({ jwt: await signJwt({ partner_user_id: partnerId }) }))
}

describe('one customer, three APIs', () => {
  it('L59, S7: whoever is known to any API is a customer; a visitor is none', async () => {
    const { id } = await user({ firstName: 'Ann' })
    expect(await back.read(`/customers/${id}`)).toMatchObject({
      customer_id: id,
      state: 1,
      personal_information: { first_name: 'Ann', gender: null },
    })
    const status = await back.list(`/customers/${id}/status-records?valid_now=true`)
    expect(status.items).toEqual([expect.objectContaining({ status_id: 'bronze' })])
    expect((await back.list(`/customers/${id}/partner-records`)).total).toBe(2)
    const friend = await identified()
    expect(await personalOf(friend.id)).toMatchObject({ email: friend.email })
    const visitor = await readMe(await newToken())
    expectNotFound(await back.get(`/customers/${visitor.id}`), 'customers', String(visitor.id))
    const lead = uniqueEmail('lead')
    await v1.leads({ updated: [{ email: lead }] })
    await idOf(lead)
  })

  it('S22, L60: what crossengage writes the others show, in their words', async () => {
    const phone = uniquePhone()
    const { user: written, id } = await user({
      firstName: 'Ann',
      lastName: 'Smith',
      gender: 'female',
      birthday: '1990-02-03',
      mobile: `+${phone}`,
    })
    expect(await personalOf(id)).toMatchObject({
      first_name: 'Ann',
      last_name: 'Smith',
      salutation: 'Ann Smith',
      gender: 2,
      birthdate: '1990-02-03',
      phone,
      email: written.email,
    })
    expect(await inExtole(written.id)).toMatchObject({
      id,
      first_name: 'Ann',
      last_name: 'Smith',
      email: written.email,
    })
    expect((await back.list(`/customers?phone=${phone}`)).items).toEqual([
      expect.objectContaining({ customer_id: id }),
    ])
  })

  it('S22, L60: what a till writes the others show', async () => {
    const phone = uniquePhone()
    const { user: written, id } = await user()
    const personal_information = {
      email: written.email,
      first_name: 'Božena',
      last_name: 'Němcová',
      gender: 2,
      birthdate: '4.2.1820',
      phone: `00${phone}`,
    }
    expectNothing(await back.put(`/customers/${id}`, { personal_information }))
    expect(await v2.read(written.id)).toMatchObject({
      firstName: 'Božena',
      lastName: 'Němcová',
      gender: 'female',
      birthday: '1820-02-04',
      mobile: `+${phone}`,
      email: written.email,
    })
    expect(await inExtole(written.id)).toMatchObject({ first_name: 'Božena', last_name: 'Němcová' })
  })

  it('S22, L60: what a verified customer writes in extole the others show', async () => {
    const { user: written, id } = await user({ firstName: 'Ann' })
    const token = await newToken({ jwt: await signJwt({ partner_user_id: written.id }) })
    await writeMe(token, { first_name: 'Anna', last_name: 'Nová' })
    expect(await personalOf(id)).toMatchObject({ first_name: 'Anna', last_name: 'Nová' })
    expect(await v2.read(written.id)).toMatchObject({ firstName: 'Anna', lastName: 'Nová' })
  })

  it('S22, L71: what a till empties is empty everywhere', async () => {
    const { user: written, id } = await user({ firstName: 'Ann', gender: 'female', birthday: '1990-02-03' })
    expectNothing(await back.put(`/customers/${id}`, { personal_information: { email: written.email } }))
    const read = await v2.read(written.id)
    for (const name of ['firstName', 'gender', 'birthday', 'mobile'])
      expect(read[name] ?? null, name).toBeNull()
    expect((await inExtole(written.id)).first_name).toBeNull()
  })

  it('S22: what crossengage empties is empty here', async () => {
    const { user: written, id } = await user({ firstName: 'Ann', gender: 'female' })
    await v2.store({ ...written, firstName: null, gender: null })
    expect(await personalOf(id)).toMatchObject({ first_name: null, gender: null, salutation: null })
  })

  it.each([
    ['male', 1],
    ['female', 2],
    ['miss', 3],
    ['private', 4],
    ['other', 5],
    ['Female', null],
    ['diverse', null],
    ['', null],
  ])('L60: the gender "%s" is %s here', async (gender, answered) => {
    const { id } = await user({ gender })
    expect(await personalOf(id)).toMatchObject({ gender: answered })
  })

  it('L60: birthdate is the date of a datetime', async () => {
    const { id } = await user({ birthday: '1990-02-03T10:00:00Z' })
    expect(await personalOf(id)).toMatchObject({ birthdate: '1990-02-03' })
  })

  it('L60: fields that no attribute is bound to are independent', async () => {
    const { user: written, id } = await user({ newsletter: true })
    const address = { city: 'Brno', country_code: 'cz' }
    const personal_information = { email: written.email, language_id: 'cs', address }
    expectNothing(await back.put(`/customers/${id}`, { personal_information }))
    expect(await v2.read(written.id)).toMatchObject({ newsletter: true })
    await v2.store({ ...written, newsletter: false })
    expect(await personalOf(id)).toMatchObject({ language_id: 'cs', address })
  })

  it('S22: a phone attribute never conflicts: who has the phone first is found by it', async () => {
    const phone = uniquePhone()
    const first = await aCustomer({ phone })
    const { user: written, id } = await user({ mobile: `+${phone}` })
    expect(await v2.read(written.id)).toMatchObject({ mobile: `+${phone}` })
    expect(id).not.toBe(first.id)
    const { items } = await back.list(`/customers?phone=${phone}`)
    expect(items.map(({ customer_id }) => customer_id)).toContain(first.id)
  })

  it('S8: the customer’s id is the number of extole, and no other API’s id', async () => {
    const { user: written, id } = await user()
    expect((await inExtole(written.id)).id).toBe(id)
    for (const foreign of [String((await v2.read(written.id)).xngId), written.id])
      expectNotFound(await back.get(`/customers/${foreign}`), 'customers', foreign)
  })

  it('S24: consents, opted-out channels and the blacklist are three records', async () => {
    const consents = [{ consent_id: 'marketing-communication', consent_value: 1 }]
    const { user: written, id } = await user()
    const personal_information = { email: written.email, consents }
    expectNothing(await back.put(`/customers/${id}`, { personal_information }))
    await v1.call('PUT', `/users/${written.id}/optout-status?channelType=MAIL`, '{"optOut":true}')
    await v1.call('PUT', `/users/${written.id}/blacklist-status`, '{"blacklisted":true}')
    expect(await personalOf(id)).toMatchObject({ agreement: { agreement_marketing_communication: 1 } })
    const withdrawn = [{ consent_id: 'marketing-communication', consent_value: 0 }]
    expectNothing(
      await back.put(`/customers/${id}`, {
        personal_information: { email: written.email, consents: withdrawn },
      }),
    )
    await v1.call('PUT', `/users/${written.id}/blacklist-status`, '{"blacklisted":false}')
    expect(await personalOf(id)).toMatchObject({ agreement: { agreement_marketing_communication: 0 } })
  })

  it('S12: a JWT’s partner id is the company’s word: crossengage finds the customer by it', async () => {
    const partner = unique('partner')
    const proven = await verified({ partner_user_id: partner })
    expect(await idOf(proven.email)).toBe(proven.id)
    await v2.store({ id: partner, firstName: 'Ann', email: proven.email })
    expect(await personalOf(proven.id)).toMatchObject({ first_name: 'Ann' })
  })
})

describe('business units', () => {
  it('L61, S11: a customer made here is of the API’s business unit', async () => {
    const { id, email } = await aCustomer({ first_name: 'Ann' })
    const same = person({ email, businessUnit: 'CZ' })
    await v2.store(same)
    expect(await v2.read(same.id)).toMatchObject({ businessUnit: 'CZ', firstName: 'Ann' })
    expect(await idOf(email)).toBe(id)
  })

  it('L61: an address of another business unit is free here; one without business unit is taken', async () => {
    const german = person({ businessUnit: 'DE' })
    await v2.store(german)
    const { id } = await aCustomer({ email: german.email })
    expect(await personalOf(id)).toMatchObject({ email: german.email })
    const without = person()
    await v2.store(without)
    for (const caller of [back, await newDevice()]) {
      const reply = await caller.post('/customers', { personal_information: { email: without.email } })
      expectRefused(reply, 'email', 'already_exists')
    }
  })

  it('S11, L12: a login by e-mail is of the API’s own unit first', async () => {
    const german = person({ businessUnit: 'DE' })
    await v2.store(german)
    const { id } = await aCustomer({ email: german.email }, { password })
    const device = await newDevice()
    expect(await logIn(device, german.email)).toBe(200)
    expect((await device.list('/customers')).items.map(({ customer_id }) => customer_id)).toEqual([id])
  })
})

describe('erasure', () => {
  it('S20, L59: a profile that is deleted elsewhere is gone here, and all that it had is free', async () => {
    const phone = uniquePhone()
    const source = { customer_source_id: 'eshop', external_id: unique() }
    const member = await aMember({ phone }, { customer_source: source })
    const written = person({ email: member.email, businessUnit: 'CZ' })
    await v2.store(written)
    const points = { amount: 500, customer_id: member.id, partner_id: 'acme' }
    await back.create('/points/actions/assign-points', points)
    const bought = '/rewards/ten-euro/actions/create-voucher'
    const voucher = await back.create(bought, { customer_id: member.id })
    await v2.erase(written.id)
    expectNotFound(await back.get(`/customers/${member.id}`), 'customers', member.id)
    expectNotFound(await back.get(`/vouchers/${voucher}`), 'vouchers', voucher)
    expect((await member.list('/customers')).total).toBe(0)
    expect((await member.get(`/customers/${member.id}`)).status).toBe(400)
    expect(await logIn(await newDevice(), member.email)).toBe(401)
    const next = await aCustomer({ email: member.email, phone }, { customer_source: source })
    expect(next.id).not.toBe(member.id)
    expect((await back.list(`/customers/${next.id}/vouchers`)).total).toBe(0)
    expect((await back.list(`/points?customer_id=${next.id}`)).total).toBe(0)
  })

  it('S20, L27: a token that had made somebody who was deleted reaches nobody', async () => {
    const device = await newDevice()
    const email = uniqueEmail()
    const id = await device.create('/customers', { personal_information: { email } })
    const written = person({ email, businessUnit: 'CZ' })
    await v2.store(written)
    await v2.erase(written.id)
    expect((await device.list('/customers')).total).toBe(0)
    expect((await device.get(`/customers/${id}`)).status).toBe(400)
  })
})

describe('workspaces', () => {
  it('S3: a credential names its workspace whatever the Host says', async () => {
    const { id } = await aCustomer()
    const misled = client('enterprise', 'Bearer test-master-key', other)
    expect((await misled.read(`/customers/${id}`)).customer_id).toBe(id)
    expect((await misled.list('/stores')).total).toBeGreaterThan(0)
  })

  it('S4: a login is of the workspace that the Host names', async () => {
    const email = uniqueEmail()
    await aCustomer({ email }, { password: 'Here-horse-11' })
    await aCustomer({ email }, { password: 'There-horse-22' }, other)
    const [here, there] = [await newDevice(), await newDevice(other)]
    const statuses = async (given: string) => [
      await logIn(here, email, given),
      await logIn(there, email, given),
    ]
    expect(await statuses('Here-horse-11')).toEqual([200, 401])
    expect(await statuses('There-horse-22')).toEqual([401, 200])
  })

  it('S23: an answer follows Accept-Language, not the profile’s language', async () => {
    const member = await aMember({ language_id: 'cs' })
    expect(await member.read('/interests/ice-cream')).toMatchObject({ name: 'Ice cream' })
    expect(await member.read('/interests/ice-cream', { 'Accept-Language': 'cs' })).toMatchObject({
      name: 'Zmrzlina',
    })
  })
})

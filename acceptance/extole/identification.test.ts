import { expect, it } from 'vitest'
import { type Fields, fieldsOf } from '../client.ts'
import { person as user, v1, v2 } from '../crossengage/xng.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { expectError, listOf, okOf } from './conventions.ts'
import {
  get,
  identified,
  newToken,
  post,
  readMe,
  sendEvent,
  tokenAfter,
  trustOf,
  verified,
  writeMe,
} from './extole.ts'
import { signJwt } from './sign-jwt.ts'

async function shareableOf(token: string, fields: Fields = {}): Promise<Fields> {
  return okOf(await post('/api/v6/me/shareables', token, fields))
}

it.each(['email', 'partner_user_id'])(
  'E24: a device is bound when its %s is passed, on every way',
  async (kind) => {
    const fresh = () => (kind === 'email' ? uniqueEmail() : unique('partner'))
    const ways: ((token: string, value: string) => Promise<string>)[] = [
      async (token, value) => {
        await writeMe(token, { [kind]: value })
        return token
      },
      async (token, value) => tokenAfter(await sendEvent(token, 'visit', { [kind]: value })),
      async (token, value) =>
        tokenAfter(await post('/events', token, { event_name: 'visit', data: { [kind]: value } })),
      async (token, value) => tokenAfter(await get(`/events/visit?${kind}=${value}`, token)),
      async (token, value) =>
        tokenAfter(
          await post('/api/v6/zones', token, { event_name: 'mobile_sharing', data: { [kind]: value } }),
        ),
      async (token, value) => tokenAfter(await post('/zones/mobile_sharing', token, { [kind]: value })),
      async (token, value) => {
        const jwt = await signJwt({ [kind]: value, scope: 'none' })
        return tokenAfter(await post('/api/v6/events', token, { event_name: 'visit', jwt }))
      },
    ]
    for (const way of ways) {
      const [anonymous, value] = [await newToken(), fresh()]
      expect(await trustOf(anonymous)).toBe('anonymous')
      const token = await way(anonymous, value)
      expect(await trustOf(token)).toBe('identified')
      expect((await readMe(token))[kind]).toBe(value)
    }
  },
)

it('E24: if both are passed, the e-mail decides', async () => {
  const byEmail = await identified()
  const partner = unique('partner')
  const byPartner = await newToken()
  await writeMe(byPartner, { partner_user_id: partner })
  const token = tokenAfter(
    await sendEvent(await newToken(), 'visit', { email: byEmail.email, partner_user_id: partner }),
  )
  expect((await readMe(token)).id).toBe(byEmail.id)
})

it('E24: in a JWT a partner_user_id that somebody has goes first, one that nobody has does not', async () => {
  const byEmail = await verified()
  const partner = unique('partner')
  const byPartner = await verified({ email: undefined, partner_user_id: partner })
  const both = await newToken({ jwt: await signJwt({ email: byEmail.email, partner_user_id: partner }) })
  expect((await readMe(both)).id).toBe(byPartner.id)
  const fresh = await newToken({
    jwt: await signJwt({ email: byEmail.email, partner_user_id: unique('partner') }),
  })
  expect((await readMe(fresh)).id).toBe(byEmail.id)
})

it('E25: an e-mail is trimmed, compared without regard to case, and given back in lower case', async () => {
  const { id, email } = await identified()
  const token = await newToken()
  await writeMe(token, { email: `  ${email.toUpperCase()}  ` })
  expect(await readMe(token)).toMatchObject({ id, email })
})

it('E25, S11: the profile without business unit is meant, else the only one with the e-mail, else a new one', async () => {
  const inUnits = uniqueEmail()
  const [de, at] = [
    user({ email: inUnits, businessUnit: 'DE' }),
    user({ email: inUnits, businessUnit: 'AT' }),
  ]
  await v2.store(de)
  const only = await verified({ email: inUnits })
  const deToken = await newToken({ jwt: await signJwt({ partner_user_id: de.id }) })
  expect(only.id).toBe((await readMe(deToken)).id)

  await v2.store(at)
  const created = await identified(inUnits)
  expect(created.id).not.toBe(only.id)
  const atToken = await newToken({ jwt: await signJwt({ partner_user_id: at.id }) })
  expect(created.id).not.toBe((await readMe(atToken)).id)
  expect((await identified(inUnits)).id, 'the new one has no unit, and is meant from now on').toBe(created.id)
})

it('E25, S12: a partner_user_id means the profile with this customer_id, which is shown in that field', async () => {
  const shopper = user()
  await v2.store(shopper)
  const token = await newToken()
  await writeMe(token, { partner_user_id: shopper.id })
  const proved = await verified({ email: undefined, partner_user_id: shopper.id })
  expect((await readMe(token)).id).toBe(proved.id)
  expect(await readMe(proved.token)).toMatchObject({ partner_user_id: shopper.id, email: shopper.email })
})

it('E26: if nobody is known, the device profile becomes the profile: id, names and parameters stay', async () => {
  const token = await newToken()
  const { id } = await readMe(token)
  await writeMe(token, { first_name: 'Ann', last_name: 'Lee' })
  okOf(await post('/api/v4/me/parameters', token, { parameters: { size: 42 } }))
  const { code } = await shareableOf(token)
  const email = uniqueEmail()
  await writeMe(token, { email })
  const expected = { id, email, first_name: 'Ann', last_name: 'Lee', parameters: { size: 42 } }
  expect(await readMe(token)).toMatchObject(expected)
  const owner = await verified({ email })
  expect(await readMe(owner.token)).toMatchObject(expected)
  expect(listOf(await get('/api/v6/me/shareables', owner.token))).toMatchObject([{ code }])
})

it('E26, S19: if somebody is known, the journey passes to that profile and the device profile’s id names it', async () => {
  const known = await verified({ first_name: 'Kim' })
  const token = await newToken()
  const { id: deviceId } = await readMe(token)
  const { code } = await shareableOf(token)
  okOf(await post('/api/v6/events', token, { event_name: 'share', data: { 'share.channel': 'SMS' } }))
  await writeMe(token, { email: known.email })
  expect((await readMe(token)).id).toBe(known.id)
  expect(fieldsOf(await get(`/api/v4/persons/${deviceId}`, token)).id, 'S9').toBe(known.id)
  expect(listOf(await get('/api/v6/me/shareables', known.token))).toMatchObject([{ code }])
  expect(listOf(await get('/api/v4/me/shares', known.token))).toMatchObject([{ channel: 'SMS' }])
})

it('E26: a shareable whose key is taken there keeps its code and takes the code as key', async () => {
  const known = await verified()
  const first = await shareableOf(known.token, { key: 'mine' })
  const token = await newToken()
  const second = await shareableOf(token, { key: 'mine' })
  await writeMe(token, { email: known.email })
  const own = listOf(await get('/api/v6/me/shareables', known.token))
  expect(own).toHaveLength(2)
  expect(own.map(({ code, key }) => ({ code, key }))).toEqual([
    { code: first.code, key: 'mine' },
    { code: second.code, key: String(second.code).toLowerCase() },
  ])
})

it('E26: names and parameters of the device never change the known profile, and stay the device’s own', async () => {
  const known = await verified({ first_name: 'Kim' })
  okOf(await post('/api/v4/me/parameters', known.token, { parameters: { size: 1 } }))
  const before = await readMe(known.token)
  const token = await newToken()
  await writeMe(token, {
    first_name: 'Mallory',
    last_name: 'Moe',
    profile_picture_url: 'https://x.example/p',
  })
  okOf(await post('/api/v4/me/parameters', token, { parameters: { size: 2, hat: true } }))
  await writeMe(token, { email: known.email })
  expect(await readMe(token)).toMatchObject({
    id: known.id,
    first_name: 'Mallory',
    last_name: 'Moe',
    profile_picture_url: 'https://x.example/p',
    parameters: { size: 2, hat: true },
  })
  expect(await readMe(known.token)).toEqual(before)
})

it('E27: names that come along enter a new profile', async () => {
  const token = await newToken()
  const email = uniqueEmail()
  await writeMe(token, { email, first_name: 'Ann', last_name: 'Lee' })
  expect(await readMe((await verified({ email })).token)).toMatchObject({
    first_name: 'Ann',
    last_name: 'Lee',
  })
  const other = uniqueEmail()
  await sendEvent(await newToken(), 'visit', { email: other, first_name: 'Bob', last_name: 'Ray' })
  expect(await readMe((await verified({ email: other })).token)).toMatchObject({
    first_name: 'Bob',
    last_name: 'Ray',
  })
})

it('E27: names that come along are only the device’s own where the profile existed', async () => {
  const known = await verified()
  const token = await newToken()
  await writeMe(token, { email: known.email, first_name: 'Mallory', last_name: 'Moe' })
  expect(await readMe(token)).toMatchObject({ id: known.id, first_name: 'Mallory', last_name: 'Moe' })
  expect(await readMe(known.token)).toMatchObject({ first_name: null, last_name: null })
})

it('E27: a second identifier that nobody has enters a new profile, and is the device’s own where it existed', async () => {
  const [email, partner] = [uniqueEmail(), unique('partner')]
  const token = await newToken()
  await writeMe(token, { email, partner_user_id: partner })
  expect(await readMe(token)).toMatchObject({ email, partner_user_id: partner })
  const again = await newToken()
  await writeMe(again, { partner_user_id: partner })
  expect((await readMe(again)).id).toBe((await readMe(token)).id)

  const known = await verified()
  const guest = await newToken()
  const claimed = unique('partner')
  await writeMe(guest, { email: known.email, partner_user_id: claimed })
  expect(await readMe(guest)).toMatchObject({ id: known.id, partner_user_id: claimed })
  expect((await readMe(known.token)).partner_user_id).toBeNull()
})

it('E27: one that belongs to a different profile is refused by POST me, and nothing is applied', async () => {
  const [one, other] = [await identified(), unique('partner')]
  const holder = await newToken()
  await writeMe(holder, { partner_user_id: other })
  const token = await newToken()
  const reply = await post('/api/v4/me', token, { email: one.email, partner_user_id: other, first_name: 'X' })
  expectError(reply, 400, 'partner_user_id_already_defined', { partner_user_id: other })
  expect(await trustOf(token)).toBe('anonymous')
  expect((await readMe(token)).first_name).toBeNull()
})

it('E27: and is ignored in event data', async () => {
  const [one, other] = [await identified(), unique('partner')]
  const holder = await newToken()
  await writeMe(holder, { partner_user_id: other })
  const { id } = await readMe(holder)
  const token = tokenAfter(
    await sendEvent(await newToken(), 'visit', { email: one.email, partner_user_id: other }),
  )
  expect((await readMe(token)).id).toBe(one.id)
  await writeMe(await newToken(), { partner_user_id: other })
  expect((await readMe(holder)).id).toBe(id)
})

it('E28: POST me binds in place, without a new token', async () => {
  const token = await newToken()
  const reply = await post('/api/v4/me', token, { email: uniqueEmail() })
  expect(okOf(reply)).toEqual({ status: 'success' })
  expect(reply.headers['x-extole-token']).toBeUndefined()
  expect(await trustOf(token)).toBe('identified')
})

it('S7: an e-mail typed at a device makes a known person: a lead of the crossengage API', async () => {
  const { email } = await identified()
  const reply = await v1.leads({ updated: [{ email, lastName: 'Lead' }] })
  const { updated } = fieldsOf(reply) as { updated: Fields[] }
  const again = fieldsOf(await v1.leads({ updated: [{ email }] })) as { updated: Fields[] }
  expect(updated[0]?.xngId).toBe(again.updated[0]?.xngId)
  expect((await readMe((await verified({ email })).token)).last_name).toBe('Lead')
})

it('E25: devices that give one e-mail at the same moment become one person', async () => {
  const email = uniqueEmail()
  const tokens = await Promise.all(Array.from({ length: 12 }, () => newToken()))
  await Promise.all(tokens.map((token) => writeMe(token, { email })))
  const people = await Promise.all(tokens.map(readMe))
  expect(new Set(people.map(({ id }) => id)).size).toBe(1)
})

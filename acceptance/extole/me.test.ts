import { expect, it } from 'vitest'
import { type Fields, fieldsOf } from '../client.ts'
import { person as user, v1, v2 } from '../crossengage/xng.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { anId, expectError } from './conventions.ts'
import {
  ask,
  get,
  identified,
  newToken,
  post,
  readMe,
  sendEvent,
  trustOf,
  verified,
  writeMe,
} from './extole.ts'
import { signJwt } from './sign-jwt.ts'

const nobody = {
  email: null,
  first_name: null,
  last_name: null,
  profile_picture_url: null,
  partner_user_id: null,
  cookie_consent: null,
  cookie_consent_type: null,
  processing_consent: null,
  processing_consent_type: null,
  parameters: {},
  locale: null,
}

function changeMe(token: string, fields: Fields) {
  return post('/api/v4/me', token, fields)
}

it('E57: all keys are always present', async () => {
  const id = expect.stringMatching(anId)
  expect(await readMe(await newToken())).toEqual({ id, ...nobody })
  const { token, email } = await identified()
  expect(await readMe(token)).toEqual({ id, ...nobody, email })
  const owner = await verified({ first_name: 'Ann', last_name: 'Lee' })
  expect(await readMe(owner.token)).toEqual({
    id,
    ...nobody,
    email: owner.email,
    first_name: 'Ann',
    last_name: 'Lee',
  })
})

it('E58: any of the fields; those that are not given stay', async () => {
  const token = await newToken()
  const picture = 'https://cdn.acme.example/ann.png'
  await writeMe(token, { first_name: 'Ann' })
  await writeMe(token, { last_name: 'Lee', profile_picture_url: picture })
  expect(await readMe(token)).toMatchObject({
    first_name: 'Ann',
    last_name: 'Lee',
    profile_picture_url: picture,
  })
  await writeMe(token, {})
  await writeMe(token, { first_name: 'Anna' })
  expect(await readMe(token)).toMatchObject({ first_name: 'Anna', last_name: 'Lee' })
})

it('E58: names are taken as they are, to 50 characters', async () => {
  const token = await newToken()
  for (const first_name of ['é', '李', '<b>&"', "O'Neill ", '😀'.repeat(50), 'x'.repeat(50)]) {
    await writeMe(token, { first_name, last_name: first_name })
    expect(await readMe(token)).toMatchObject({ first_name, last_name: first_name })
  }
})

it.each([
  ['invalid_person_email', 'email', 'nonsense'],
  ['invalid_person_email', 'email', ''],
  ['invalid_length_first_name', 'first_name', 'x'.repeat(51)],
  ['invalid_length_last_name', 'last_name', '😀'.repeat(51)],
  ['invalid_profile_picture_url', 'profile_picture_url', 'javascript:alert(1)'],
  ['invalid_profile_picture_url', 'profile_picture_url', 'ftp://x.example/p'],
  ['invalid_profile_picture_url', 'profile_picture_url', '/p.png'],
  ['invalid_profile_picture_url', 'profile_picture_url', `https://x.example/${'p'.repeat(1983)}`],
  ['partner_user_id_invalid_length', 'partner_user_id', ''],
  ['partner_user_id_invalid_length', 'partner_user_id', 'x'.repeat(256)],
])('E58: 400 %s for %s, and nothing of the request is applied', async (code, field, value) => {
  const token = await newToken()
  const fields = { first_name: 'Ann', last_name: 'Lee', email: uniqueEmail(), [field]: value }
  const reply = await changeMe(token, fields)
  expectError(reply, 400, code)
  expect(Object.keys(fieldsOf(reply).parameters as object)).toEqual([field])
  expect(await readMe(token)).toMatchObject({ first_name: null, last_name: null })
  expect(await trustOf(token)).toBe('anonymous')
})

it('E58: what just fits is taken', async () => {
  const picture = `https://x.example/${'p'.repeat(1982)}`
  expect(picture).toHaveLength(2000)
  const partner_user_id = `${unique('p')}${'x'.repeat(300)}`.slice(0, 255)
  const token = await newToken()
  await writeMe(token, { profile_picture_url: picture, partner_user_id })
  expect(await readMe(token)).toMatchObject({ profile_picture_url: picture, partner_user_id })
})

it('E58: no body is 400 missing_request_body', async () => {
  expectError(await post('/api/v4/me', await newToken()), 400, 'missing_request_body')
})

it('E58, E59: another e-mail than the profile’s is 400 person_email_already_defined, at any trust', async () => {
  const email = uniqueEmail('new')
  for (const { token, id, email: own } of [await identified(), await verified()]) {
    expectError(await changeMe(token, { email }), 400, 'person_email_already_defined', { email })
    expect(await readMe(token)).toMatchObject({ id, email: own })
  }
})

it('E59: a verified token sets an e-mail or partner id that the profile lacks and nobody has', async () => {
  const [email, partner] = [uniqueEmail(), unique('partner')]
  const byEmail = await verified()
  await writeMe(byEmail.token, { partner_user_id: partner })
  expect(await readMe(byEmail.token)).toMatchObject({ partner_user_id: partner })
  const byPartner = await verified({ email: undefined, partner_user_id: unique('partner') })
  await writeMe(byPartner.token, { email })
  expect(await readMe(byPartner.token)).toMatchObject({ email })
  expect((await verified({ email })).id).toBe(byPartner.id)
  expect(await trustOf(byEmail.token)).toBe('verified')
})

it('E59: what somebody has, a verified token cannot set', async () => {
  const other = await verified({ partner_user_id: unique('partner') })
  const { partner_user_id } = await readMe(other.token)
  const byEmail = await verified()
  const byPartner = await verified({ email: undefined, partner_user_id: unique('partner') })
  const taken = await changeMe(byEmail.token, { partner_user_id })
  expectError(taken, 400, 'partner_user_id_already_defined', { partner_user_id })
  const mail = await changeMe(byPartner.token, { email: other.email })
  expectError(mail, 400, 'person_email_already_defined', { email: other.email })
  expect(await readMe(other.token)).toMatchObject({ email: other.email, partner_user_id })
})

it('E58: a profile that has a partner id gets no other one', async () => {
  const { token } = await verified({ partner_user_id: unique('partner') })
  const partner_user_id = unique('other')
  const reply = await changeMe(token, { partner_user_id })
  expectError(reply, 400, 'partner_user_id_already_defined', { partner_user_id })
})

it('S15: own word takes an e-mail that somebody merely claims beside better identifiers', async () => {
  const [email, partner] = [uniqueEmail(), unique('partner')]
  const claimer = await newToken()
  await writeMe(claimer, { email, partner_user_id: partner })
  await newToken({ jwt: await signJwt({ partner_user_id: partner }) })
  const owner = await verified({ email: undefined, partner_user_id: unique('partner') })
  await writeMe(owner.token, { email })
  expect(await readMe(owner.token)).toMatchObject({ email })
  expect((await verified({ email })).id).toBe(owner.id)
})

it('E60, S22: first_name and last_name are the attributes that the workspace binds, in both directions', async () => {
  const shopper = user({ firstName: 'Ann', lastName: 'Lee' })
  await v2.store(shopper)
  const { token } = await verified({ email: shopper.email })
  expect(await readMe(token)).toMatchObject({ first_name: 'Ann', last_name: 'Lee' })
  await writeMe(token, { first_name: 'Anna' })
  expect(await v2.read(shopper.id)).toMatchObject({ ...shopper, firstName: 'Anna' })
  await v2.store({ id: shopper.id, email: shopper.email, firstName: 'Annette', lastName: null })
  expect(await readMe(token)).toMatchObject({ first_name: 'Annette', last_name: null })
  await sendEvent(token, 'visit', { last_name: 'Ray' })
  expect(await v2.read(shopper.id)).toMatchObject({ firstName: 'Annette', lastName: 'Ray' })
})

it('E60: locale is given back as it was given', async () => {
  const token = await newToken()
  for (const locale of ['de_AT', 'en-GB', 'cs']) {
    await sendEvent(token, 'visit', { locale })
    expect((await readMe(token)).locale).toBe(locale)
  }
})

it('S17: what a back end wrote, the public does not change', async () => {
  const email = uniqueEmail()
  const reply = await v1.leads({ updated: [{ email, firstName: 'Ann', lastName: 'Lee' }] })
  expect(reply.status).toBe(200)
  const anonymous = await newToken()
  await writeMe(anonymous, { first_name: 'Mallory' })
  await writeMe(anonymous, { email, last_name: 'Moe' })
  await sendEvent(anonymous, 'visit', { first_name: 'Mallory', last_name: 'Moe', email })
  expectError(await changeMe(anonymous, { first_name: 'Mallory' }), 403, 'access_denied')
  const owner = await verified({ email })
  expect(await readMe(owner.token)).toMatchObject({ first_name: 'Ann', last_name: 'Lee' })
})

it('E60: what is said at an anonymous device becomes the attribute of the person it turns out to be', async () => {
  const token = await newToken()
  await writeMe(token, { first_name: 'Ann' })
  const id = unique('customer')
  const email = uniqueEmail()
  await writeMe(token, { email })
  await verified({ email, partner_user_id: id })
  expect(await v2.read(id)).toMatchObject({ id, email, firstName: 'Ann' })
})

it('E57: GET me is the same for every token of the person with the same trust', async () => {
  const { token, email } = await verified({ first_name: 'Ann' })
  const other = await verified({ email })
  expect(await readMe(other.token)).toEqual(await readMe(token))
  expect((await get('/v4/me', token)).status).toBe(200)
  expect((await ask('HEAD', '/api/v4/me', { token })).status).toBeLessThan(500)
})

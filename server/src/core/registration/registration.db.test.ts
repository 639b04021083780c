import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readConsentHistory } from '../consents/consents.ts'
import { findDevice } from '../identity/token-standing.ts'
import { verifyToken } from '../identity/verify-token.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { makeShareCode } from '../referral/share-codes.ts'
import { canRegisterWith } from './check-registration-ability.ts'
import { findProfileForLogin } from './find-for-login.ts'
import { anybody, createRegistrationFixture, type RegistrationFixture } from './registration.fixture.ts'
import { signUpForNewsletter } from './sign-up-for-newsletter.ts'

let at: RegistrationFixture
const noCards = async () => undefined

beforeAll(async () => {
  at = await createRegistrationFixture()
})
afterAll(() => at[Symbol.asyncDispose]())
beforeEach(() => at.empty())

test('who registers is known from the start, also without any identifier, and reads back as written (L59, L68)', async () => {
  const nameless = await at.registered()
  expect(await at.read(nameless.profileId)).toMatchObject({
    number: nameless.number,
    email: null,
    first_name: null,
  })
  const fields = {
    first_name: 'John',
    gender: 'male',
    birthdate: '1993-01-21',
    phone: '+420221634695',
  } as const
  const john = await at.registered({
    email: 'Happy@Example.com',
    fields: { ...fields, store_id: 'prague-hq' },
  })
  expect(await at.read(john.profileId)).toMatchObject({
    ...fields,
    email: 'Happy@Example.com',
    store_id: 'prague-hq',
  })
  expect(await at.identifiers(john.profileId)).toEqual([
    'email:happy@example.com proof',
    'phone:+420221634695 proof',
  ])
})

test('an address that somebody has is refused, by whomever it was brought: a user, a lead, another registration (L61)', async () => {
  await at.crossengageUser('u1', 'user@e.example', 'CZ')
  await at.onDevice({ email: 'friend@e.example' }, 'proof')
  await at.registered({ email: 'mine@e.example', fields: { phone: '+420221634695' }, level: 'own-word' })
  for (const email of ['user@e.example', 'friend@e.example', 'MINE@e.example']) {
    for (const level of ['proof', 'own-word'] as const) {
      expect(await at.register({ email, level }), email).toEqual({ refusals: ['email-taken'] })
    }
  }
  const both = await at.register({ email: 'mine@e.example', fields: { phone: '+420221634695' } })
  expect(both).toEqual({ refusals: ['email-taken', 'phone-taken'] })
})

test('an address is free in the API’s business unit while another unit has it, and taken while a profile without unit has it (L61, S11)', async () => {
  await at.crossengageUser('de', 'de@e.example', 'DE')
  await at.crossengageUser('none', 'none@e.example')
  expect(await at.register({ email: 'de@e.example' })).toHaveProperty('profileId')
  expect(await at.register({ email: 'none@e.example' })).toEqual({ refusals: ['email-taken'] })
})

test('at a till a profile of nothing but claims becomes the customer, keeps its ids, and its device is no longer trusted; on C it stands (S15, S16, L61)', async () => {
  const friend = await at.onDevice({ email: 'friend@e.example' }, 'claim')
  await at.run((connection) => verifyToken(connection, at.workspace, { ...friend, proved: [] }))
  expect(await at.register({ email: 'friend@e.example', level: 'own-word' })).toEqual({
    refusals: ['email-taken'],
  })
  const { profileId } = await at.registered({ email: 'Friend@e.example', fields: { first_name: 'Fay' } })
  expect(profileId).toBe(friend.profileId)
  expect(await at.identifiers(profileId)).toEqual(['email:friend@e.example proof'])
  expect(await at.read(profileId)).toMatchObject({ email: 'Friend@e.example', first_name: 'Fay' })
  const standing = await at.run((connection) =>
    findDevice(connection, at.workspace.id, friend.token, new Date()),
  )
  expect(standing).toMatchObject({ trust: 'identified' })
  // It is of the API's business unit now, so that nobody else there gets the address.
  expect(await at.register({ email: 'friend@e.example' })).toEqual({ refusals: ['email-taken'] })
})

test('who is taken over at a till keeps the language of their sign-up, and another customer has that of the workspace (L50, S15, S23)', async () => {
  const subscriber = await at.run((connection) =>
    signUpForNewsletter(connection, at.workspace, {
      contact: { email: 'cs@e.example' },
      level: 'claim',
      consents: [],
      consentSource: anybody,
      language: 'cs',
    }),
  )
  const customer = await at.registered({ email: 'cs@e.example', fields: { first_name: 'Ivo' } })
  expect(customer.profileId).toBe(subscriber.profileId)
  expect(await at.read(customer.profileId)).toMatchObject({ first_name: 'Ivo', language: 'cs' })
  const other = await at.registered({ email: 'en@e.example' })
  expect((await at.read(other.profileId))?.language).toBe('en')
})

test('a claim beside better identifiers yields to whoever registers with it, and names nobody’s login until then (S14, S15)', async () => {
  const contact = { email: 'squatted@e.example' }
  const squatter = await at.run((connection) =>
    signUpForNewsletter(connection, at.workspace, {
      contact,
      level: 'claim',
      consents: [],
      consentSource: anybody,
      language: 'en',
    }),
  )
  await at.update(squatter.profileId, {
    email: undefined,
    fields: { phone: '+420700000001' },
    level: 'own-word',
  })
  const login = (value: string) =>
    at.run((connection) => findProfileForLogin(connection, at.workspace, { type: 'email', value }, noCards))
  expect(await login('squatted@e.example')).toBeUndefined()
  expect(await at.read(squatter.profileId)).toMatchObject({ email: null, phone: '+420700000001' })
  const owner = await at.registered({ email: 'squatted@e.example', level: 'own-word' })
  expect(owner.profileId).not.toBe(squatter.profileId)
  expect(await login('Squatted@e.example')).toEqual(owner)
  expect(await at.identifiers(squatter.profileId)).toEqual(['phone:+420700000001 own-word'])
})

test('who gives up a phone that was merely claimed keeps another one that a back end wrote (S15, S17, S22)', async () => {
  const user = await at.crossengageUser('u1', 'user@e.example')
  await at.run(async (connection) => {
    await connection.query(
      `insert into identifiers (workspace_id, kind, value, level, profile_id) values ($1, 'phone', $2, 'claim', $3)`,
      [at.workspace.id, '+420700000012', user],
    )
    await connection.query('update profiles set phone = $3 where workspace_id = $1 and id = $2', [
      at.workspace.id,
      user,
      '+420700000013',
    ])
  })
  const owner = await at.registered({ fields: { phone: '+420700000012' } })
  expect(await at.identifiers(owner.profileId)).toEqual(['phone:+420700000012 proof'])
  expect((await at.read(user))?.phone).toBe('+420700000013')
})

test('registrations with one address at the same moment make one customer (L61, L123)', async () => {
  const results = await Promise.all(
    Array.from({ length: 12 }, () =>
      at.register({ email: 'race@e.example', fields: { phone: '+420700000002' } }),
    ),
  )
  expect(results.filter((result) => 'profileId' in result)).toHaveLength(1)
  expect(results.filter((result) => 'refusals' in result)).toHaveLength(11)
})

test('tills that register the address of a mere claim at the same moment take it over once (S15, L61, L123)', async () => {
  const friend = await at.onDevice({ email: 'claimed@e.example' }, 'claim')
  const results = await Promise.all(
    Array.from({ length: 8 }, () => at.register({ email: 'claimed@e.example' })),
  )
  expect(results.filter((result) => 'profileId' in result)).toMatchObject([{ profileId: friend.profileId }])
  expect(results.filter((result) => 'refusals' in result)).toHaveLength(7)
})

test('a referral code attributes finally; one of nobody is refused and nothing is made; one’s own brings nobody (L69, L70, S30)', async () => {
  const ann = await at.onDevice({ email: 'ann@e.example' }, 'claim')
  const { shareCode } = await at.run((connection) =>
    makeShareCode(connection, at.workspace.id, {
      profileId: ann.profileId,
      bindingId: ann.bindingId,
      campaignId: 'refer',
      label: 'refer',
      key: 'refer',
    }),
  )
  expect(await at.register({ email: 'bob@e.example', referralCode: 'nobody' })).toEqual({
    refusals: ['unknown-referral-code'],
  })
  const bob = await at.registered({ email: 'bob@e.example', referralCode: shareCode.code.toUpperCase() })
  const { rows } = await at.run((connection) =>
    connection.query('select friend_id, advocate_id, final from attributions where workspace_id = $1', [
      at.workspace.id,
    ]),
  )
  expect(rows).toEqual([{ friend_id: bob.profileId, advocate_id: ann.profileId, final: true }])
  expect(await at.register({ email: 'ann@e.example', referralCode: shareCode.code })).toEqual({
    refusals: ['unknown-referral-code'],
  })
  expect(await at.identifiers(ann.profileId)).toEqual(['email:ann@e.example claim'])
})

test('an update replaces what it names and keeps the rest; its old address and phone are free again (L71)', async () => {
  const { profileId } = await at.registered({
    email: 'old@e.example',
    fields: { first_name: 'Old', store_id: 'hq', language: 'cs', phone: '+420700000003' },
  })
  const fields = { first_name: null, last_name: 'New', phone: '+420700000004', address: null }
  expect(await at.update(profileId, { email: 'New@e.example', fields })).toBeUndefined()
  expect(await at.read(profileId)).toMatchObject({
    ...fields,
    email: 'New@e.example',
    store_id: 'hq',
    language: 'cs',
  })
  const other = await at.registered({ email: 'old@e.example', fields: { phone: '+420700000003' } })
  expect(
    await at.update(other.profileId, { email: 'new@e.example', fields: { phone: '+420700000004' } }),
  ).toEqual({
    refusals: ['email-taken', 'phone-taken'],
  })
  expect(await at.update(profileId, { email: null, fields: { phone: null } })).toBeUndefined()
  expect(await at.identifiers(profileId)).toEqual([])
  expect(await at.read(profileId)).toMatchObject({ email: null, phone: null, last_name: 'New' })
})

test('a phone that came as an attribute while somebody else held it may be sent back unchanged (S22, L61)', async () => {
  const first = await at.registered({ fields: { phone: '+420700000005' } })
  const second = await at.registered()
  await at.run((connection) =>
    connection.query('update profiles set phone = $3 where workspace_id = $1 and id = $2', [
      at.workspace.id,
      second.profileId,
      '+420700000005',
    ]),
  )
  expect(
    await at.update(second.profileId, { fields: { phone: '+420700000005', last_name: 'Twin' } }),
  ).toBeUndefined()
  expect(await at.identifiers(second.profileId)).toEqual([])
  expect(await at.identifiers(first.profileId)).toEqual(['phone:+420700000005 proof'])
})

test('a phone that was claimed and is sent back by a till is proved: it logs its customer in, and yields to nobody (S13–S15)', async () => {
  const phone = '+420700000010'
  const { profileId } = await at.run((connection) =>
    signUpForNewsletter(connection, at.workspace, {
      contact: { phone },
      level: 'claim',
      consents: [],
      consentSource: anybody,
      language: 'en',
    }),
  )
  await at.update(profileId, { email: 'ann@e.example', fields: { phone, first_name: 'Ann' } })
  const login = await at.run((connection) =>
    findProfileForLogin(connection, at.workspace, { type: 'phone', value: phone }, noCards),
  )
  expect(login).toMatchObject({ profileId })
  expect(await at.register({ fields: { phone }, level: 'own-word' })).toEqual({ refusals: ['phone-taken'] })
})

test('who can register is who would not be refused (L61)', async () => {
  await at.registered({ email: 'taken@e.example', fields: { phone: '+420700000006' } })
  await at.onDevice({ email: 'claimed@e.example' }, 'claim')
  const can = (kind: 'email' | 'phone', value: string, level: 'proof' | 'own-word') =>
    at.run((connection) => canRegisterWith(connection, at.workspace, { kind, value }, level))
  expect(await can('email', 'taken@e.example', 'proof')).toBe(false)
  expect(await can('phone', '+420700000006', 'proof')).toBe(false)
  expect(await can('phone', '+420700000007', 'own-word')).toBe(true)
  expect(await can('email', 'claimed@e.example', 'proof')).toBe(true)
  expect(await can('email', 'claimed@e.example', 'own-word')).toBe(false)
})

test('of several profiles with an address the one of the API’s unit logs in, else the one without unit, else the only one (L12, S11)', async () => {
  const login = async (value: string) =>
    (
      await at.run((connection) =>
        findProfileForLogin(connection, at.workspace, { type: 'email', value }, noCards),
      )
    )?.profileId
  const [de] = [await at.crossengageUser('de', 'x@e.example', 'DE')]
  expect(await login('x@e.example')).toBe(de)
  await at.crossengageUser('at', 'x@e.example', 'AT')
  expect(await login('x@e.example')).toBeUndefined()
  const cz = await at.registered({ email: 'x@e.example' })
  expect(await login('X@e.example')).toBe(cz.profileId)
})

test('erasure frees address and phone and ends the consents with their history (S20)', async () => {
  const { profileId } = await at.registered({
    email: 'gone@e.example',
    fields: { phone: '+420700000008' },
    consents: [{ consentId: 'club', value: 1 }],
  })
  await at.run((connection) =>
    deleteProfiles(connection, at.workspace.id, [{ profile: profileId }], at.parts),
  )
  expect(await at.update(profileId, { fields: {} })).toEqual({ refusals: ['gone'] })
  expect(await at.run((connection) => readConsentHistory(connection, at.workspace.id, profileId))).toEqual([])
  expect(await at.register({ email: 'gone@e.example', fields: { phone: '+420700000008' } })).toHaveProperty(
    'profileId',
  )
})

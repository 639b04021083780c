import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { readConsentHistory } from '../consents/consents.ts'
import { consentParts } from '../consents/profile-parts.ts'
import { type Identity, identifiersOf } from '../identity/identifiers.ts'
import { identify } from '../identity/identify.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { newDeviceToken } from '../identity/new-device.fixture.ts'
import { retried } from '../identity/retried.ts'
import { findDevice } from '../identity/token-standing.ts'
import { verifyToken } from '../identity/verify-token.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import { applyUpserts } from '../profiles/upsert-profiles.ts'
import { referralParts } from '../referral/profile-parts.ts'
import { makeShareCode } from '../referral/share-codes.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { canRegisterWith } from './check-registration-ability.ts'
import { findProfileForLogin } from './find-for-login.ts'
import { readKnownProfile } from './known-profile.ts'
import { type Registration, registerProfile } from './register-profile.ts'
import { signUpForNewsletter } from './sign-up-for-newsletter.ts'
import { type ProfileUpdate, updateProfile } from './update-profile.ts'

let db: TestDatabase
let template: Workspace
let workspace: Workspace
let lastWorkspaceId = 1000
const parts = [...identityParts, ...consentParts, ...referralParts]
const till = { api: 'carecloud', actorKind: 'operator', actor: 'till' } as const
const self = { api: 'carecloud', actorKind: 'customer', actor: null } as const
const anybody = { api: 'carecloud', actorKind: 'public', actor: null } as const
const noCards = async () => undefined

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(`
workspace: acme
consents: [{ id: club, text: Club, channel: email }]
rewards: [{ id: ten, kind: coupon, name: Ten }]
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, landingUrl: "https://shop.example/",
      conversion: { event: purchase }, advocateReward: ten }
carecloud: { businessUnit: CZ }
`)
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  template = found
})
afterAll(() => db[Symbol.asyncDispose]())
beforeEach(() => {
  workspace = { ...template, id: lastWorkspaceId++ }
})

function run<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return retried(() => db.database.transaction(workspace.id, work))
}

function register(more: Partial<Registration> = {}) {
  const registration: Registration = {
    level: 'proof',
    email: undefined,
    fields: {},
    consents: [],
    consentSource: till,
    at: new Date(),
    ...more,
  }
  return run((connection) => registerProfile(connection, workspace, registration, parts))
}

async function registered(more: Partial<Registration> = {}) {
  const result = await register(more)
  if ('refusals' in result) throw new Error(JSON.stringify(result))
  return result
}

function update(profileId: string, more: Partial<ProfileUpdate>) {
  const change: ProfileUpdate = {
    level: 'proof',
    email: undefined,
    fields: {},
    consents: [],
    consentSource: till,
    ...more,
  }
  return run((connection) => updateProfile(connection, workspace, profileId, change))
}

const identifiers = (profileId: string) =>
  run(async (connection) =>
    (await identifiersOf(connection, workspace.id, profileId)).map(
      ({ kind, value, level }) => `${kind}:${value} ${level}`,
    ),
  )
const read = (profileId: string) => run((connection) => readKnownProfile(connection, workspace.id, profileId))

async function crossengageUser(customer: string, email: string, unit?: string): Promise<string> {
  const operation = { customer, email, set: {}, result: true, ...(unit === undefined ? {} : { unit }) }
  const [answer] = await run((connection) =>
    applyUpserts(connection, {
      ...workspace,
      workspaceId: workspace.id,
      operations: JSON.stringify([operation]),
    }),
  )
  return answer?.profile ?? ''
}

/** Somebody on a device of theirs, as extole has them. */
async function onDevice(identity: Identity, level: 'claim' | 'proof') {
  const device = await run((connection) => newDeviceToken(connection, workspace.id))
  const identified = await run((connection) =>
    identify(
      connection,
      workspace,
      { deviceId: device.deviceId, identity, level, partnerFirst: false, fields: {}, mayRebind: true },
      parts,
    ),
  )
  if (!identified) throw new Error('no device')
  return { ...device, ...identified }
}

test('who registers is known from the start, also without any identifier, and reads back as written (L59, L68)', async () => {
  const nameless = await registered()
  expect(await read(nameless.profileId)).toMatchObject({
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
  const john = await registered({ email: 'Happy@Example.com', fields: { ...fields, store_id: 'prague-hq' } })
  expect(await read(john.profileId)).toMatchObject({
    ...fields,
    email: 'Happy@Example.com',
    store_id: 'prague-hq',
  })
  expect(await identifiers(john.profileId)).toEqual([
    'email:happy@example.com proof',
    'phone:+420221634695 proof',
  ])
})

test('an address that somebody has is refused, by whomever it was brought: a user, a lead, another registration (L61)', async () => {
  await crossengageUser('u1', 'user@e.example', 'CZ')
  await onDevice({ email: 'friend@e.example' }, 'proof')
  await registered({ email: 'mine@e.example', fields: { phone: '+420221634695' }, level: 'own-word' })
  for (const email of ['user@e.example', 'friend@e.example', 'MINE@e.example']) {
    for (const level of ['proof', 'own-word'] as const) {
      expect(await register({ email, level }), email).toEqual({ refusals: ['email-taken'] })
    }
  }
  const both = await register({ email: 'mine@e.example', fields: { phone: '+420221634695' } })
  expect(both).toEqual({ refusals: ['email-taken', 'phone-taken'] })
})

test('an address is free in the API’s business unit while another unit has it, and taken while a profile without unit has it (L61, S11)', async () => {
  await crossengageUser('de', 'de@e.example', 'DE')
  await crossengageUser('none', 'none@e.example')
  expect(await register({ email: 'de@e.example' })).toHaveProperty('profileId')
  expect(await register({ email: 'none@e.example' })).toEqual({ refusals: ['email-taken'] })
})

test('at a till a profile of nothing but claims becomes the customer, keeps its ids, and its device is no longer trusted; on C it stands (S15, S16, L61)', async () => {
  const friend = await onDevice({ email: 'friend@e.example' }, 'claim')
  await run((connection) => verifyToken(connection, workspace, { ...friend, proved: [] }))
  expect(await register({ email: 'friend@e.example', level: 'own-word' })).toEqual({
    refusals: ['email-taken'],
  })
  const { profileId } = await registered({ email: 'Friend@e.example', fields: { first_name: 'Fay' } })
  expect(profileId).toBe(friend.profileId)
  expect(await identifiers(profileId)).toEqual(['email:friend@e.example proof'])
  expect(await read(profileId)).toMatchObject({ email: 'Friend@e.example', first_name: 'Fay' })
  const standing = await run((connection) => findDevice(connection, workspace.id, friend.token, new Date()))
  expect(standing).toMatchObject({ trust: 'identified' })
  // It is of the API's business unit now, so that nobody else there gets the address.
  expect(await register({ email: 'friend@e.example' })).toEqual({ refusals: ['email-taken'] })
})

test('a claim beside better identifiers yields to whoever registers with it, and names nobody’s login until then (S14, S15)', async () => {
  const contact = { email: 'squatted@e.example' }
  const squatter = await run((connection) =>
    signUpForNewsletter(connection, workspace, {
      contact,
      level: 'claim',
      consents: [],
      consentSource: anybody,
      language: 'en',
    }),
  )
  await update(squatter.profileId, {
    email: undefined,
    fields: { phone: '+420700000001' },
    level: 'own-word',
  })
  const login = (value: string) =>
    run((connection) => findProfileForLogin(connection, workspace, { type: 'email', value }, noCards))
  expect(await login('squatted@e.example')).toBeUndefined()
  expect(await read(squatter.profileId)).toMatchObject({ email: null, phone: '+420700000001' })
  const owner = await registered({ email: 'squatted@e.example', level: 'own-word' })
  expect(owner.profileId).not.toBe(squatter.profileId)
  expect(await login('Squatted@e.example')).toEqual(owner)
  expect(await identifiers(squatter.profileId)).toEqual(['phone:+420700000001 own-word'])
})

test('registrations with one address at the same moment make one customer (L61, L123)', async () => {
  const results = await Promise.all(
    Array.from({ length: 12 }, () =>
      register({ email: 'race@e.example', fields: { phone: '+420700000002' } }),
    ),
  )
  expect(results.filter((result) => 'profileId' in result)).toHaveLength(1)
  expect(results.filter((result) => 'refusals' in result)).toHaveLength(11)
})

test('tills that register the address of a mere claim at the same moment take it over once (S15, L61, L123)', async () => {
  const friend = await onDevice({ email: 'claimed@e.example' }, 'claim')
  const results = await Promise.all(Array.from({ length: 8 }, () => register({ email: 'claimed@e.example' })))
  expect(results.filter((result) => 'profileId' in result)).toMatchObject([{ profileId: friend.profileId }])
  expect(results.filter((result) => 'refusals' in result)).toHaveLength(7)
})

test('a referral code attributes finally; one of nobody is refused and nothing is made; one’s own brings nobody (L69, L70, S30)', async () => {
  const ann = await onDevice({ email: 'ann@e.example' }, 'claim')
  const { shareCode } = await run((connection) =>
    makeShareCode(connection, workspace.id, {
      profileId: ann.profileId,
      bindingId: ann.bindingId,
      campaignId: 'refer',
      label: 'refer',
      key: 'refer',
    }),
  )
  expect(await register({ email: 'bob@e.example', referralCode: 'nobody' })).toEqual({
    refusals: ['unknown-referral-code'],
  })
  const bob = await registered({ email: 'bob@e.example', referralCode: shareCode.code.toUpperCase() })
  const { rows } = await run((connection) =>
    connection.query('select friend_id, advocate_id, final from attributions where workspace_id = $1', [
      workspace.id,
    ]),
  )
  expect(rows).toEqual([{ friend_id: bob.profileId, advocate_id: ann.profileId, final: true }])
  expect(await register({ email: 'ann@e.example', referralCode: shareCode.code })).toEqual({
    refusals: ['unknown-referral-code'],
  })
  expect(await identifiers(ann.profileId)).toEqual(['email:ann@e.example claim'])
})

test('an update replaces what it names and keeps the rest; its old address and phone are free again (L71)', async () => {
  const { profileId } = await registered({
    email: 'old@e.example',
    fields: { first_name: 'Old', store_id: 'hq', language: 'cs', phone: '+420700000003' },
  })
  const fields = { first_name: null, last_name: 'New', phone: '+420700000004', address: null }
  expect(await update(profileId, { email: 'New@e.example', fields })).toBeUndefined()
  expect(await read(profileId)).toMatchObject({
    ...fields,
    email: 'New@e.example',
    store_id: 'hq',
    language: 'cs',
  })
  const other = await registered({ email: 'old@e.example', fields: { phone: '+420700000003' } })
  expect(
    await update(other.profileId, { email: 'new@e.example', fields: { phone: '+420700000004' } }),
  ).toEqual({
    refusals: ['email-taken', 'phone-taken'],
  })
  expect(await update(profileId, { email: null, fields: { phone: null } })).toBeUndefined()
  expect(await identifiers(profileId)).toEqual([])
  expect(await read(profileId)).toMatchObject({ email: null, phone: null, last_name: 'New' })
})

test('a phone that came as an attribute while somebody else held it may be sent back unchanged (S22, L61)', async () => {
  const first = await registered({ fields: { phone: '+420700000005' } })
  const second = await registered()
  await run((connection) =>
    connection.query('update profiles set phone = $3 where workspace_id = $1 and id = $2', [
      workspace.id,
      second.profileId,
      '+420700000005',
    ]),
  )
  expect(
    await update(second.profileId, { fields: { phone: '+420700000005', last_name: 'Twin' } }),
  ).toBeUndefined()
  expect(await identifiers(second.profileId)).toEqual([])
  expect(await identifiers(first.profileId)).toEqual(['phone:+420700000005 proof'])
})

test('consents are kept with every change, its time and its source; a repeated value is no change (L63)', async () => {
  const consents = [{ consentId: 'club', value: 1 as const }]
  const { profileId, number } = await registered({ consents, consentSource: self, level: 'own-word' })
  await update(profileId, { consents })
  await update(profileId, {
    consents: [
      { consentId: 'club', value: 0 },
      { consentId: 'gtc', value: 2 },
    ],
  })
  const current = (await read(profileId))?.consents
  const history = await run((connection) => readConsentHistory(connection, workspace.id, profileId))
  expect(current).toMatchObject([{ consentId: 'club', value: 0 }])
  expect(history).toMatchObject([
    { consentId: 'club', value: 1, api: 'carecloud', actorKind: 'customer', actor: number },
    { consentId: 'club', value: 0, api: 'carecloud', actorKind: 'operator', actor: 'till' },
  ])
  expect(current?.[0]?.changedAt).toEqual(history[1]?.changedAt)
})

test('a newsletter sign-up adds consents to a known contact and changes nothing else of it; an unknown one becomes a claim (L73)', async () => {
  const known = await registered({
    email: 'known@e.example',
    fields: { language: 'cs' },
    consents: [{ consentId: 'gtc', value: 1 }],
  })
  const signUp = (email: string, level: 'proof' | 'claim' = 'claim') =>
    run((connection) =>
      signUpForNewsletter(connection, workspace, {
        contact: { email },
        level,
        consents: [
          { consentId: 'gtc', value: 0 },
          { consentId: 'club', value: 1 },
        ],
        consentSource: anybody,
        language: 'en',
      }),
    )
  expect(await signUp('Known@e.example')).toEqual({ ...known, isNew: false })
  expect((await read(known.profileId))?.consents).toMatchObject([
    { consentId: 'club', value: 1 },
    { consentId: 'gtc', value: 1 },
  ])
  expect(await read(known.profileId)).toMatchObject({ language: 'cs', email: 'known@e.example' })
  const made = await signUp('new@e.example')
  expect(made.isNew).toBe(true)
  expect(await identifiers(made.profileId)).toEqual(['email:new@e.example claim'])
  expect((await signUp('new@e.example')).profileId).toBe(made.profileId)
})

test('what somebody consents to while they are merged away is consented to by the survivor (S19, L73)', async () => {
  const known = await registered({ email: 'merged@e.example', fields: {} })
  const survivor = await registered({ email: undefined, fields: { phone: '+420700000009' } })
  let signingUp: Promise<ProfileRef> | undefined
  await db.database.transaction(workspace.id, async (connection) => {
    const pair = { from: known.profileId, into: survivor.profileId }
    await mergeProfiles(connection, workspace, { ...pair, cause: 'operator', keepsData: true }, parts)
    signingUp = run((other) =>
      signUpForNewsletter(other, workspace, {
        contact: { email: 'merged@e.example' },
        level: 'claim',
        consents: [{ consentId: 'club', value: 1 }],
        consentSource: anybody,
        language: 'en',
      }),
    )
    await untilSomebodyWaits(db.database)
  })
  expect(await signingUp).toMatchObject(survivor)
  const found = await run((connection) => readKnownProfile(connection, workspace.id, survivor.profileId))
  expect(found?.consents).toMatchObject([{ consentId: 'club', value: 1 }])
})

test('who can register is who would not be refused (L61)', async () => {
  await registered({ email: 'taken@e.example', fields: { phone: '+420700000006' } })
  await onDevice({ email: 'claimed@e.example' }, 'claim')
  const can = (kind: 'email' | 'phone', value: string, level: 'proof' | 'own-word') =>
    run((connection) => canRegisterWith(connection, workspace, { kind, value }, level))
  expect(await can('email', 'taken@e.example', 'proof')).toBe(false)
  expect(await can('phone', '+420700000006', 'proof')).toBe(false)
  expect(await can('phone', '+420700000007', 'own-word')).toBe(true)
  expect(await can('email', 'claimed@e.example', 'proof')).toBe(true)
  expect(await can('email', 'claimed@e.example', 'own-word')).toBe(false)
})

test('of several profiles with an address the one of the API’s unit logs in, else the one without unit, else the only one (L12, S11)', async () => {
  const login = async (value: string) =>
    (await run((connection) => findProfileForLogin(connection, workspace, { type: 'email', value }, noCards)))
      ?.profileId
  const [de] = [await crossengageUser('de', 'x@e.example', 'DE')]
  expect(await login('x@e.example')).toBe(de)
  await crossengageUser('at', 'x@e.example', 'AT')
  expect(await login('x@e.example')).toBeUndefined()
  const cz = await registered({ email: 'x@e.example' })
  expect(await login('X@e.example')).toBe(cz.profileId)
})

test('erasure frees address and phone and ends the consents with their history (S20)', async () => {
  const { profileId } = await registered({
    email: 'gone@e.example',
    fields: { phone: '+420700000008' },
    consents: [{ consentId: 'club', value: 1 }],
  })
  await run((connection) => deleteProfiles(connection, workspace.id, [{ profile: profileId }], parts))
  expect(await update(profileId, { fields: {} })).toEqual({ refusals: ['gone'] })
  expect(await run((connection) => readConsentHistory(connection, workspace.id, profileId))).toEqual([])
  expect(await register({ email: 'gone@e.example', fields: { phone: '+420700000008' } })).toHaveProperty(
    'profileId',
  )
})

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { readConsentHistory } from '../consents/consents.ts'
import { mergeByOperator } from '../identity/merge-by-operator.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import { readKnownProfile } from './known-profile.ts'
import { anybody, createRegistrationFixture, type RegistrationFixture } from './registration.fixture.ts'
import { signUpForNewsletter } from './sign-up-for-newsletter.ts'

let at: RegistrationFixture
const self = { api: 'carecloud', actorKind: 'customer', actor: null } as const

beforeAll(async () => {
  at = await createRegistrationFixture()
})
afterAll(() => at[Symbol.asyncDispose]())
beforeEach(() => at.empty())

test('consents are kept with every change, its time and its source; a repeated value is no change (L63)', async () => {
  const consents = [{ consentId: 'club', value: 1 as const }]
  const { profileId, number } = await at.registered({ consents, consentSource: self, level: 'own-word' })
  await at.update(profileId, { consents })
  await at.update(profileId, {
    consents: [
      { consentId: 'club', value: 0 },
      { consentId: 'gtc', value: 2 },
    ],
  })
  const current = (await at.read(profileId))?.consents
  const history = await at.run((connection) => readConsentHistory(connection, at.workspace.id, profileId))
  expect(current).toMatchObject([{ consentId: 'club', value: 0 }])
  expect(history).toMatchObject([
    { consentId: 'club', value: 1, api: 'carecloud', actorKind: 'customer', actor: number },
    { consentId: 'club', value: 0, api: 'carecloud', actorKind: 'operator', actor: 'till' },
  ])
  expect(current?.[0]?.changedAt).toEqual(history[1]?.changedAt)
})

test('a newsletter sign-up adds consents to a known contact and changes nothing else of it; an unknown one becomes a claim (L73)', async () => {
  const known = await at.registered({
    email: 'known@e.example',
    fields: { language: 'cs' },
    consents: [{ consentId: 'gtc', value: 1 }],
  })
  const signUp = (email: string, level: 'proof' | 'claim' = 'claim') =>
    at.run((connection) =>
      signUpForNewsletter(connection, at.workspace, {
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
  expect((await at.read(known.profileId))?.consents).toMatchObject([
    { consentId: 'club', value: 1 },
    { consentId: 'gtc', value: 1 },
  ])
  expect(await at.read(known.profileId)).toMatchObject({ language: 'cs', email: 'known@e.example' })
  const made = await signUp('new@e.example')
  expect(made.isNew).toBe(true)
  expect(await at.identifiers(made.profileId)).toEqual(['email:new@e.example claim'])
  expect((await signUp('new@e.example')).profileId).toBe(made.profileId)
})

test('at a till a sign-up with an address that somebody merely claims is its owner’s, and consents for nobody else (S15, L73)', async () => {
  const signUp = (level: 'proof' | 'claim') =>
    at.run((connection) =>
      signUpForNewsletter(connection, at.workspace, {
        contact: { email: 'squatted@e.example' },
        level,
        consents: level === 'proof' ? [{ consentId: 'club', value: 1 }] : [],
        consentSource: anybody,
        language: 'en',
      }),
    )
  const squatter = await signUp('claim')
  await at.update(squatter.profileId, { fields: { phone: '+420700000011' }, level: 'own-word' })
  const owner = await signUp('proof')
  expect(owner.profileId).not.toBe(squatter.profileId)
  expect(await at.identifiers(owner.profileId)).toEqual(['email:squatted@e.example proof'])
  expect((await at.read(squatter.profileId))?.consents).toEqual([])
  expect(await signUp('proof')).toEqual({ ...owner, isNew: false })
})

test('what somebody consents to while they are merged away is consented to by the survivor (S19, L73)', async () => {
  const known = await at.registered({ email: 'merged@e.example', fields: {} })
  const survivor = await at.registered({ email: undefined, fields: { phone: '+420700000009' } })
  let signingUp: Promise<ProfileRef> | undefined
  await at.db.database.transaction(at.workspace.id, async (connection) => {
    const pair = { from: known.profileId, into: survivor.profileId }
    await mergeProfiles(connection, at.workspace, { ...pair, cause: 'operator', keepsData: true }, at.parts)
    signingUp = at.run((other) =>
      signUpForNewsletter(other, at.workspace, {
        contact: { email: 'merged@e.example' },
        level: 'claim',
        consents: [{ consentId: 'club', value: 1 }],
        consentSource: anybody,
        language: 'en',
      }),
    )
    await untilSomebodyWaits(at.db.database)
  })
  expect(await signingUp).toMatchObject(survivor)
  const found = await at.run((connection) =>
    readKnownProfile(connection, at.workspace.id, survivor.profileId),
  )
  expect(found?.consents).toMatchObject([{ consentId: 'club', value: 1 }])
})

test('what the survivor of a merge withdrew stays withdrawn when it is undone, and the other one is as it was (S19)', async () => {
  const given = [
    { consentId: 'club', value: 1 as const },
    { consentId: 'gtc', value: 1 as const },
  ]
  const from = await at.registered({ consents: given })
  const into = await at.registered({ consents: [] })
  const pair = { from: from.profileId, into: into.profileId }
  const merged = await at.run((connection) => mergeByOperator(connection, at.workspace, pair, at.parts))
  if (merged.refusal) throw new Error(merged.refusal)
  await at.update(into.profileId, { consents: [{ consentId: 'club', value: 0 }] })
  await at.run((connection) => unmergeProfiles(connection, at.workspace, merged.merge, at.parts))

  const consentsOf = async ({ profileId }: ProfileRef) =>
    (await at.read(profileId))?.consents.map(({ consentId, value }) => [consentId, value])
  const historyOf = async ({ profileId }: ProfileRef) =>
    (await at.run((connection) => readConsentHistory(connection, at.workspace.id, profileId))).map(
      ({ consentId, value }) => [consentId, value],
    )
  expect(await consentsOf(into)).toEqual([['club', 0]])
  expect(await historyOf(into)).toEqual([['club', 0]])
  expect(await consentsOf(from)).toEqual([
    ['club', 1],
    ['gtc', 1],
  ])
  expect(await historyOf(from)).toEqual([
    ['club', 1],
    ['gtc', 1],
  ])
})

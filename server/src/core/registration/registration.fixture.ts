import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { consentParts } from '../consents/profile-parts.ts'
import { type Identity, identifiersOf } from '../identity/identifiers.ts'
import { identify } from '../identity/identify.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { newDeviceToken } from '../identity/new-device.fixture.ts'
import { retried } from '../identity/retried.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { applyUpserts } from '../profiles/upsert-profiles.ts'
import { referralParts } from '../referral/profile-parts.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type KnownProfile, readKnownProfile } from './known-profile.ts'
import { type Registration, registerProfile } from './register-profile.ts'
import { type ProfileUpdate, updateProfile } from './update-profile.ts'

const file = `
workspace: acme
consents: [{ id: club, text: Club, channel: email }]
rewards: [{ id: ten, kind: coupon, name: Ten }]
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, landingUrl: "https://shop.example/",
      conversion: { event: purchase }, advocateReward: ten }
carecloud: { businessUnit: CZ }
`
const till = { api: 'carecloud', actorKind: 'operator', actor: 'till' } as const
export const anybody = { api: 'carecloud', actorKind: 'public', actor: null } as const

/** Somebody on a device of theirs. */
type OnDevice = Awaited<ReturnType<typeof newDeviceToken>> & NonNullable<Awaited<ReturnType<typeof identify>>>

/** Registrations by every road, in a workspace that nobody is in before each test. */
export interface RegistrationFixture extends AsyncDisposable {
  readonly db: TestDatabase
  readonly parts: readonly ProfilePart[]
  workspace: Workspace
  empty(): void
  run<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** At the till, where nothing else is said. */
  register(more?: Partial<Registration>): ReturnType<typeof registerProfile>
  registered(more?: Partial<Registration>): Promise<ProfileRef>
  update(profileId: string, more: Partial<ProfileUpdate>): ReturnType<typeof updateProfile>
  /** Kind, value and level of each. */
  identifiers(profileId: string): Promise<readonly string[]>
  read(profileId: string): Promise<KnownProfile | undefined>
  /** @returns the profile */
  crossengageUser(customer: string, email: string, unit?: string): Promise<string>
  /** As extole has them. */
  onDevice(identity: Identity, level: 'claim' | 'proof'): Promise<OnDevice>
}

export async function createRegistrationFixture(): Promise<RegistrationFixture> {
  const db = await createTestDatabase()
  await db.apply(file)
  const parts = [...identityParts, ...consentParts, ...referralParts]
  const template = db.workspace()
  let lastWorkspaceId = 1000
  const fixture: RegistrationFixture = {
    db,
    parts,
    workspace: template,
    empty() {
      fixture.workspace = { ...template, id: lastWorkspaceId++ }
    },
    run: (work) => retried(() => db.database.transaction(fixture.workspace.id, work)),
    register(more = {}) {
      const registration: Registration = {
        level: 'proof',
        email: undefined,
        fields: {},
        consents: [],
        consentSource: till,
        at: new Date(),
        ...more,
      }
      return fixture.run((connection) => registerProfile(connection, fixture.workspace, registration, parts))
    },
    async registered(more) {
      const result = await fixture.register(more)
      if ('refusals' in result) throw new Error(JSON.stringify(result))
      return result
    },
    update(profileId, more) {
      const change: ProfileUpdate = {
        level: 'proof',
        email: undefined,
        fields: {},
        consents: [],
        consentSource: till,
        ...more,
      }
      return fixture.run((connection) => updateProfile(connection, fixture.workspace, profileId, change))
    },
    identifiers: (profileId) =>
      fixture.run(async (connection) =>
        (await identifiersOf(connection, fixture.workspace.id, profileId)).map(
          ({ kind, value, level }) => `${kind}:${value} ${level}`,
        ),
      ),
    read: (profileId) =>
      fixture.run((connection) => readKnownProfile(connection, fixture.workspace.id, profileId)),
    async crossengageUser(customer, email, unit) {
      const { workspace } = fixture
      const operation = { customer, email, set: {}, result: true, ...(unit === undefined ? {} : { unit }) }
      const operations = JSON.stringify([operation])
      const [answer] = await fixture.run((connection) =>
        applyUpserts(connection, { ...workspace, workspaceId: workspace.id, operations }),
      )
      return answer?.profile ?? ''
    },
    async onDevice(identity, level) {
      const { workspace } = fixture
      const device = await fixture.run((connection) => newDeviceToken(connection, workspace.id))
      const said = {
        deviceId: device.deviceId,
        identity,
        level,
        partnerFirst: false,
        fields: {},
        mayRebind: true,
      }
      const identified = await fixture.run((connection) => identify(connection, workspace, said, parts))
      if (!identified) throw new Error('no device')
      return { ...device, ...identified }
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
  return fixture
}

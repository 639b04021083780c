import { mergeByOperator } from '../../core/identity/merge-by-operator.ts'
import { newDeviceToken } from '../../core/identity/new-device.fixture.ts'
import { retried } from '../../core/identity/retried.ts'
import { findDevice } from '../../core/identity/token-standing.ts'
import { unmergeProfiles } from '../../core/identity/unmerge-profiles.ts'
import { type Ingest, openIngest } from '../../core/ingest/ingest.ts'
import { createLedger } from '../../core/points/create-ledger.ts'
import type { Ledger } from '../../core/points/ledger.ts'
import { deleteProfiles } from '../../core/profiles/delete-profiles.ts'
import type { ProfilePart } from '../../core/profiles/profile-part.ts'
import { createPurchaseBooker, type PurchaseBooker } from '../../core/purchases/purchase-booker.ts'
import { createKnownProfile } from '../../core/registration/create-known-profile.ts'
import { statusReaction } from '../../core/statuses/status-reaction.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { listProfileParts } from '../profile-parts.ts'

/** One of everything that a profile can have something of. Statuses are reached by what a journey earns. */
function file(slug: string): string {
  return `
workspace: ${slug}
customerData:
  attributes:
    - { name: firstName, type: string }
    - { name: nick, type: string }
    - { name: mobile, type: string, format: phone }
  standardFields: { first_name: firstName, phone: mobile }
eventTypes: [{ code: purchase, name: Purchase }]
consents: [{ id: terms, text: Terms }, { id: news, text: News }]
segments: [{ id: beta, name: Beta, list: true }, { id: gamma, name: Gamma, list: true }]
loyalty:
  stores: [{ id: hq, name: HQ }]
  interests: [{ id: ice, name: Ice }, { id: books, name: Books }]
  customerSources: [{ id: eshop, name: E-shop }]
  properties:
    - { id: badge, owner: customer, name: Badge, type: string, unique: true }
    - { id: diet, owner: customer, name: Diet, type: string }
  pointTypes: [{ id: base, name: Base, expiresAfterDays: 365, default: true }]
  earning: { pointsPerUnit: 1, unit: EUR, pointType: base }
  pointValue: { amount: 0.05, currency: EUR }
  partners: [{ id: acme, name: Acme }, { id: other, name: Other }]
  cardTypes: [{ id: plastic, name: Plastic, numberPrefix: "9800", length: 13 }]
  externalApplications: [{ id: app, name: App }]
  statuses:
    - { id: bronze, name: Bronze, qualificationPoints: 0, qualificationMonths: 12, multiplier: 1 }
    - { id: silver, name: Silver, qualificationPoints: 100, qualificationMonths: 12, multiplier: 1.5 }
    - { id: gold, name: Gold, qualificationPoints: 400, qualificationMonths: 12, multiplier: 2 }
rewards:
  - { id: ten, kind: coupon, name: Ten, code: TEN, value: 10, currency: EUR, pointsCost: 20, perCustomer: 3, stock: 9 }
  - { id: gift, kind: freebie, name: Gift }
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, landingUrl: "https://shop.example/?c={code}",
      conversion: { event: purchase }, advocateReward: gift, friendReward: ten, maxRewardsPerAdvocate: 2 }
  - { id: bring, type: referral, name: Bring, status: live, landingUrl: "https://shop.example/?c={code}",
      conversion: { event: purchase }, advocateReward: gift }
`
}

/** What stands by every journey: the parts and verbs that the composition root puts together. */
export interface Journeys extends AsyncDisposable {
  readonly db: TestDatabase
  readonly parts: readonly ProfilePart[]
  readonly ledger: Ledger
  readonly ingest: Ingest
  readonly purchases: PurchaseBooker
  /** A workspace with people of whom nothing is said yet; nobody knows who the last one is. */
  begin(people: number): Promise<Journey>
}

interface Merge {
  readonly id: string
  readonly from: string
  readonly into: string
}

/** People of one workspace, by the order in which they were made. */
export interface Journey extends Pick<Journeys, 'db' | 'parts' | 'ledger' | 'ingest' | 'purchases'> {
  readonly workspace: Workspace
  readonly people: readonly string[]
  /** Merges that an operator made and nobody undid, in their order. */
  readonly merges: Merge[]
  readonly erased: Set<string>
  /** What acts leave to be found by later ones. */
  readonly kept: {
    readonly bills: string[]
    readonly devices: { readonly deviceId: string; readonly tokenId: string; readonly token: string }[]
  }
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  query<T extends object>(text: string, values?: readonly unknown[]): Promise<readonly T[]>
  /** Who somebody is by now; undefined: erased. */
  survivorOf(profileId: string): Promise<string | undefined>
  merge(from: string, into: string): Promise<string>
  /** @returns why it was refused; undefined: it is undone */
  undo(merge: Merge): Promise<string | undefined>
  erase(profileId: string): Promise<void>
  device(): Promise<{ readonly deviceId: string; readonly tokenId: string; readonly token: string }>
}

/** A text in which it stands says something of this person. */
export function markOf(journey: Pick<Journey, 'people'>, profileId: string): string {
  return `mark${journey.people.indexOf(profileId)}x`
}

export function phoneOf(journey: Pick<Journey, 'people'>, profileId: string): string {
  return `+42077711133${journey.people.indexOf(profileId)}`
}

export async function openJourneys(): Promise<Journeys> {
  await using stack = new AsyncDisposableStack()
  const db = stack.use(await createTestDatabase())
  const ledger = createLedger([statusReaction])
  const parts = listProfileParts({ ...db, clock: systemClock })
  const ingest = stack.use(
    await openIngest({
      ...db,
      profileParts: parts,
      applies: true,
      onApplied: () => {},
      onEventsRecorded: () => {},
    }),
  )
  const purchases = createPurchaseBooker(db.database, ledger)
  const shared = { db, ledger, parts, ingest, purchases }
  let workspaces = 0
  const everything = stack.move()
  return {
    ...shared,
    async begin(count) {
      const slug = `w${++workspaces}`
      await db.apply(file(slug))
      const workspace = db.workspace(slug)
      const people: string[] = []
      const device = await db.database.transaction(workspace.id, async (connection) => {
        const nobody = { email: null, phone: null, level: 'proof' } as const
        while (people.length < count - 1)
          people.push((await createKnownProfile(connection, workspace, nobody)).profileId)
        return await newDeviceToken(connection, workspace.id)
      })
      const anonymous = await db.database.inWorkspace(workspace.id, (connection) =>
        findDevice(connection, workspace.id, device.token, new Date()),
      )
      if ('refusal' in anonymous) throw new Error(anonymous.refusal)
      const journey = journeyOf(shared, workspace, [...people, anonymous.profileId])
      journey.kept.devices.push(device)
      return journey
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

function journeyOf(
  shared: Pick<Journeys, 'db' | 'parts' | 'ledger' | 'ingest' | 'purchases'>,
  workspace: Workspace,
  people: readonly string[],
): Journey {
  const { db, parts } = shared
  const merges: Merge[] = []
  const erased = new Set<string>()
  const kept: Journey['kept'] = { bills: [], devices: [] }

  function transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return retried(() => db.database.transaction(workspace.id, work))
  }

  function query<T extends object>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    return db.database.asOwner(
      async (connection) => (await connection.query<T>(text, [workspace.id, ...values])).rows,
    )
  }

  return {
    ...shared,
    workspace,
    people,
    merges,
    erased,
    kept,
    transaction,
    query,
    async survivorOf(profileId) {
      const [found] = await query<{ id: string }>(
        `select id from profiles where workspace_id = $1 and id = $2
         union select survivor_id from merged_profiles where workspace_id = $1 and id = $2`,
        [profileId],
      )
      return found?.id
    },
    async merge(from, into) {
      const result = await transaction((connection) =>
        mergeByOperator(connection, workspace, { from, into }, parts),
      )
      if (result.refusal) throw new Error(result.refusal)
      merges.push({ id: result.merge, from, into })
      return result.merge
    },
    async undo(merge) {
      const result = await transaction((connection) =>
        unmergeProfiles(connection, workspace, merge.id, parts),
      )
      if ('refusal' in result) return result.refusal
      merges.splice(
        merges.findIndex(({ id }) => id === merge.id),
        1,
      )
      return undefined
    },
    async erase(profileId) {
      await transaction((connection) =>
        deleteProfiles(connection, workspace.id, [{ profile: profileId }], parts),
      )
      erased.add(profileId)
    },
    async device() {
      const made = await transaction((connection) => newDeviceToken(connection, workspace.id))
      kept.devices.push(made)
      return made
    },
  }
}

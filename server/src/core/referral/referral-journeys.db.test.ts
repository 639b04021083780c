import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { runs } from '../../testing/soak.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { StoredEvent } from '../events/event.ts'
import { identify } from '../identity/identify.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { newDeviceToken } from '../identity/new-device.fixture.ts'
import { findDevice, type TokenStanding } from '../identity/token-standing.ts'
import { createLedger } from '../points/create-ledger.ts'
import { rewardParts } from '../rewards/profile-parts.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { referralParts } from './profile-parts.ts'
import { referralConsumer } from './referral-consumer.ts'
import { makeShareCode } from './share-codes.ts'

const deviceCount = 5
const emails = ['a@e', 'b@e', 'c@e'] as const
const parts = [...identityParts, ...rewardParts, ...referralParts]
const consumer = referralConsumer(createLedger([]))

let db: TestDatabase
let workspaces = 0
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

async function newWorkspace(): Promise<Workspace> {
  const slug = `w${++workspaces}`
  await db.apply(`
workspace: ${slug}
rewards: [{ id: ten, kind: freebie, name: Ten }, { id: off, kind: freebie, name: Off }]
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, landingUrl: "https://shop.example/",
      conversion: { event: purchase }, advocateReward: ten, friendReward: off }
`)
  return db.workspace(slug)
}

/** What E26, E77 to E80 say, of people as plain objects. */
interface Person {
  email?: string
  /** Who this one turned out to be. */
  survivor?: Person
  /** One counts at most; the others came along by merges. */
  readonly arrivals: Arrival[]
  converted: boolean
  /** Grants as advocate. */
  brought: number
}

interface Arrival {
  advocate: Person
  at: number
  counts: boolean
}

interface Device {
  readonly token: string
  person: Person
  readonly everBound: Person[]
}

const newPerson = (): Person => ({ arrivals: [], converted: false, brought: 0 })

function now(person: Person): Person {
  return person.survivor ? now(person.survivor) : person
}

function advocateOf({ arrivals }: Person): Person | undefined {
  const counting = arrivals.find(({ counts }) => counts)
  return counting && now(counting.advocate)
}

function createModel(devices: readonly Device[]) {
  const known = new Map<string, Person>()

  const devicesOf = (person: Person) =>
    devices.filter(({ everBound }) => everBound.some((one) => now(one) === person))

  const shareDevice = (friend: Person, advocate: Person) =>
    devicesOf(friend).some((device) => devicesOf(advocate).includes(device))

  function isSameOrBelow(friend: Person, advocate: Person): boolean {
    const seen = new Set<Person>()
    for (let one: Person | undefined = advocate; one && !seen.has(one); one = advocateOf(one)) {
      if (one === friend) return true
      seen.add(one)
    }
    return false
  }

  const isOwn = (friend: Person, advocate: Person) =>
    isSameOrBelow(friend, advocate) || shareDevice(friend, advocate)

  /** One's own counts never, one by whom a device is shared with only where there is no other, else the latest (E77, E80). */
  function letBestCount(friend: Person): void {
    if (friend.converted) return
    const rated = friend.arrivals.map((arrival) => ({
      arrival,
      isNone: isSameOrBelow(friend, now(arrival.advocate)),
      isDoubtful: shareDevice(friend, now(arrival.advocate)),
    }))
    const [best] = rated
      .filter(({ isNone }) => !isNone)
      .toSorted((a, b) => Number(a.isDoubtful) - Number(b.isDoubtful) || b.arrival.at - a.arrival.at)
    for (const arrival of friend.arrivals) arrival.counts = arrival === best?.arrival
  }

  function merge(from: Person, into: Person): void {
    from.survivor = into
    for (const arrival of from.arrivals) into.arrivals.push({ ...arrival, counts: false })
    letBestCount(into)
    into.brought += from.brought
  }

  return {
    identify(device: Device, email: string): void {
      const present = now(device.person)
      const meant = known.get(email)
      if (meant && now(meant) === present) return
      if (present.email === undefined) {
        if (meant) merge(present, now(meant))
        else {
          present.email = email
          known.set(email, present)
        }
        return
      }
      device.person = meant ? now(meant) : { ...newPerson(), email }
      device.everBound.push(device.person)
      known.set(email, device.person)
    },
    arrive(device: Device, by: Device, at: number): void {
      const [friend, advocate] = [now(device.person), now(by.person)]
      if (friend.converted || isOwn(friend, advocate)) return
      const counting = friend.arrivals.find(({ counts }) => counts)
      if (counting) Object.assign(counting, { advocate, at })
      else friend.arrivals.push({ advocate, at, counts: true })
    },
    purchase(device: Device): void {
      const friend = now(device.person)
      const advocate = advocateOf(friend)
      if (friend.email === undefined || friend.converted || !advocate || isOwn(friend, advocate)) return
      friend.converted = true
      advocate.brought++
    },
  }
}

const index = fc.nat(deviceCount - 1)
const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('identify' as const),
      device: index,
      email: fc.constantFrom(...emails),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('arrive' as const), device: index, by: index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('purchase' as const), device: index }) },
)

/** What is kept: whose friend each device's person is, whether they have converted, and what they were granted. */
async function kept(connection: Connection, workspaceId: number, profileId: string) {
  const { rows } = await connection.query<{ advocate_id: string; converted: boolean }>(
    `select advocate_id, converted_at is not null as converted from attributions
     where workspace_id = $1 and friend_id = $2 and not is_aside`,
    [workspaceId, profileId],
  )
  const grants = await connection.query<{ brought: number; friend: number }>(
    `select count(*) filter (where role = 'advocate')::integer as brought,
       count(*) filter (where role = 'friend')::integer as friend
     from grants where workspace_id = $1 and profile_id = $2`,
    [workspaceId, profileId],
  )
  return { attribution: rows[0], ...grants.rows[0] }
}

test('whoever clicks, signs in and buys, on whichever devices and in whichever order, is brought and rewarded as said (E26, E77–E80)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const workspace = await newWorkspace()
      const transaction = <T>(work: (connection: Connection) => Promise<T>) =>
        db.database.transaction(workspace.id, work)
      const devices = await Promise.all(
        Array.from({ length: deviceCount }, async (): Promise<Device> => {
          const { token } = await transaction((connection) => newDeviceToken(connection, workspace.id))
          const person = newPerson()
          return { token, person, everBound: [person] }
        }),
      )
      const model = createModel(devices)
      const startedAtMs = Date.now()
      const at = (which: number) => devices[which] as Device
      const standingOf = async (connection: Connection, { token }: Device): Promise<TokenStanding> => {
        const standing = await findDevice(connection, workspace.id, token, new Date())
        if ('refusal' in standing) throw new Error(standing.refusal)
        return standing
      }
      const send = async (
        connection: Connection,
        device: Device,
        time: number,
        shareCode?: string,
      ): Promise<void> => {
        const { profileId, bindingId, trust } = await standingOf(connection, device)
        // A second apart: two that came at once have no order.
        const moment = new Date(startedAtMs + time * 1000)
        const event: StoredEvent = {
          number: '1',
          profileId,
          bindingId,
          name: shareCode === undefined ? 'purchase' : 'click',
          occurredAt: moment,
          receivedAt: moment,
          countedAt: moment,
          source: 'public',
          trusted: true,
          byKnown: trust !== 'anonymous',
          arrival: shareCode === undefined ? null : { shareCode },
          reference: null,
          data: {},
        }
        await consumer.handle(connection, workspace, [event])
      }

      for (const [time, one] of steps.entries()) {
        const device = at(one.device)
        await transaction(async (connection) => {
          if (one.kind === 'purchase') return await send(connection, device, time)
          if (one.kind === 'arrive') {
            const { profileId, bindingId } = await standingOf(connection, at(one.by))
            const wanted = { profileId, bindingId, campaignId: 'refer', label: 'refer', key: 'refer' }
            const { shareCode } = await makeShareCode(connection, workspace.id, wanted)
            return await send(connection, device, time, shareCode.code)
          }
          const { deviceId } = await standingOf(connection, device)
          const identity = { email: one.email }
          const said = {
            deviceId,
            identity,
            level: 'claim',
            partnerFirst: false,
            fields: {},
            mayRebind: true,
          } as const
          await identify(connection, workspace, said, parts)
        })
        if (one.kind === 'purchase') model.purchase(device)
        else if (one.kind === 'arrive') model.arrive(device, at(one.by), time)
        else model.identify(device, one.email)
      }

      const standings = await transaction(async (connection) => {
        const all: TokenStanding[] = []
        for (const device of devices) all.push(await standingOf(connection, device))
        return all
      })
      for (const [which, { profileId }] of standings.entries()) {
        const person = now(at(which).person)
        const found = await transaction((connection) => kept(connection, workspace.id, profileId))
        expect(found).toMatchObject({ brought: person.brought, friend: person.converted ? 1 : 0 })
        expect(found.attribution?.converted ?? false).toBe(person.converted)
        const brought = advocateOf(person)
        expect(found.attribution !== undefined).toBe(brought !== undefined)
        const advocate = devices.findIndex((device) => brought && now(device.person) === brought)
        if (advocate >= 0) expect(found.attribution?.advocate_id).toBe(standings[advocate]?.profileId)
      }
    }),
    runs(25),
  )
})

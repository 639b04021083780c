import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createEventAppender, type EventAppender } from '../events/event-appender.ts'
import { eventParts } from '../events/profile-parts.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { createToken } from './create-device.ts'
import { identify } from './identify.ts'
import { identityParts } from './identity-parts.ts'
import { newDeviceToken } from './new-device.fixture.ts'
import { retried } from './retried.ts'
import { findDevice, type TokenStanding } from './token-standing.ts'
import { updatePerson } from './update-person.ts'

const journeyCount = 1000
const journeysAtOnce = 8
const parts = [...identityParts, ...eventParts]

let db: TestDatabase
let workspace: Workspace
let events: EventAppender
beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspace = db.workspace()
  events = createEventAppender(db.database, () => {})
})
afterAll(async () => {
  await events.idle()
  await db[Symbol.asyncDispose]()
})

/** How a device says who uses it: in an event's data, by `POST me`, with a further token, by the company's login. */
const way = fc.constantFrom('by event', 'by me', 'by token', 'by proof')
const act = fc.oneof({ weight: 3, arbitrary: fc.constant('event' as const) }, { weight: 1, arbitrary: way })

/** What one device does: somewhere in it, it says who uses it. */
const life = fc
  .tuple(fc.array(act, { maxLength: 3 }), way, fc.array(act, { maxLength: 3 }))
  .map(([before, said, after]) => [...before, said, ...after])

/** One person's devices; `picks` say whose turn is next, `atOnce` lets all of them act side by side. */
const journey = fc.record({
  lives: fc.array(life, { minLength: 1, maxLength: 3 }),
  picks: fc.infiniteStream(fc.nat({ max: 2 })),
  atOnce: fc.boolean(),
})
type Journey = typeof journey extends fc.Arbitrary<infer T> ? T : never
type Act = Journey['lives'][number][number]

interface Device {
  readonly deviceId: string
  token: string
}

function transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return db.database.transaction(workspace.id, work)
}

async function standingOf({ token }: Device): Promise<TokenStanding> {
  const standing = await db.database.inWorkspace(workspace.id, (connection) =>
    findDevice(connection, workspace.id, token, new Date()),
  )
  if ('refusal' in standing) throw new Error(standing.refusal)
  return standing
}

async function sendEvent(device: Device, name: string): Promise<void> {
  const { profileId, bindingId } = await standingOf(device)
  const now = new Date().toISOString()
  const event = { name, occurred_at: now, received_at: now, source: 'public', data: {} } as const
  await events.append(workspace.id, { ...event, profile: profileId, binding: bindingId })
}

async function say(device: Device, email: string, level: 'claim' | 'proof'): Promise<void> {
  const { deviceId } = device
  const said = { deviceId, identity: { email }, level, partnerFirst: false, fields: {}, mayRebind: true }
  await retried(() => transaction((connection) => identify(connection, workspace, said, parts)))
}

async function perform(device: Device, what: Act, email: string, name: string): Promise<void> {
  if (what === 'by me') {
    const standing = await standingOf(device)
    const update = { identity: { email }, fields: {} }
    await retried(() =>
      transaction((connection) => updatePerson(connection, workspace, standing, update, parts)),
    )
    return
  }
  if (what === 'by token') {
    const lasting = { seconds: 3600, now: new Date(), copyOf: (await standingOf(device)).tokenId }
    device.token = await transaction(
      async (connection) => (await createToken(connection, workspace.id, device.deviceId, lasting)).token,
    )
  }
  if (what !== 'event') await say(device, email, what === 'by proof' ? 'proof' : 'claim')
  if (what === 'event' || what === 'by event') await sendEvent(device, name)
}

/** Runs one person's journey. @returns how many events were accepted, and the devices */
async function run({ lives, picks, atOnce }: Journey, index: number) {
  const email = `person-${index}@example.com`
  const devices = await Promise.all(
    lives.map((): Promise<Device> => transaction((connection) => newDeviceToken(connection, workspace.id))),
  )
  const name = `journey-${index}`
  const live = async (which: number, acts: readonly Act[]) => {
    const device = devices[which]
    for (const what of acts) if (device) await perform(device, what, email, name)
  }
  if (atOnce) await Promise.all(lives.map((acts, which) => live(which, acts)))
  else {
    const left = lives.map((acts) => [...acts])
    while (left.some((acts) => acts.length > 0)) {
      const which = Number(picks.next().value) % lives.length
      await live(which, left[which]?.splice(0, 1) ?? [])
    }
  }
  const sent = lives.flat().filter((what) => what === 'event' || what === 'by event').length
  return { name, email, devices, sent }
}

/** A thousand journeys are some ten thousand transactions: on two busy cores that takes its time. */
const longestMs = 120_000

test(
  '1,000 people who go from anonymous to known, by any way and order, on one to three devices, are each one profile with every event, exactly (E24, E26, S19)',
  async () => {
    const { seed = Math.floor(Math.random() * 2 ** 31) } = fc.readConfigureGlobal()
    const journeys = fc.sample(journey, { numRuns: journeyCount, seed })
    const done: Awaited<ReturnType<typeof run>>[] = []
    const next = journeys.entries()
    await Promise.all(
      Array.from({ length: journeysAtOnce }, async () => {
        for (const [index, one] of next) done.push(await run(one, index))
      }),
    )

    const { rows } = await db.database.asOwner((connection) =>
      connection.query<{ name: string; owners: string[]; events: number }>(
        `select name, array_agg(distinct profile_id) as owners, count(*)::integer as events from events group by name`,
      ),
    )
    const eventsOf = new Map(rows.map((row) => [row.name, row]))
    const holders = await db.database.asOwner((connection) =>
      connection.query<{ value: string; profile_id: string }>('select value, profile_id from identifiers'),
    )
    const holderOf = new Map(holders.rows.map(({ value, profile_id }) => [value, profile_id]))
    expect(done).toHaveLength(journeyCount)
    expect(holders.rows).toHaveLength(journeyCount)
    for (const { name, email, devices, sent } of done) {
      const person = holderOf.get(email)
      const kept = eventsOf.get(name)
      const told = `${name} of seed ${seed}`
      expect(kept?.events ?? 0, told).toBe(sent)
      if (kept) expect(kept.owners, told).toEqual([person])
      const standings = await Promise.all(devices.map(standingOf))
      expect(new Set(standings.map(({ profileId }) => profileId)), told).toEqual(new Set([person]))
    }
    const { rows: left } = await db.database.asOwner((connection) =>
      connection.query<{ count: number }>('select count(*)::integer as count from profiles'),
    )
    expect(left[0]?.count).toBe(journeyCount)
  },
  longestMs,
)

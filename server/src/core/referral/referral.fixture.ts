import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { NewEvent } from '../events/event.ts'
import { createEventAppender } from '../events/event-appender.ts'
import { runConsumer } from '../events/event-consumer.ts'
import { createLedger } from '../points/create-ledger.ts'
import type { Grant } from '../rewards/grant.ts'
import { readGrants } from '../rewards/read-grants.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { referralConsumer } from './referral-consumer.ts'
import { makeShareCode, type ShareCode } from './share-codes.ts'

function file(more = ''): string {
  return `
workspace: acme
eventTypes: [{ code: till, backendOnly: true }]
rewards:
  - { id: ten, kind: coupon, name: Ten, value: 10 }
  - { id: off, kind: discount, name: Off, percent: 10 }
  - { id: gift, kind: freebie, name: Gift }
  - { id: rare, kind: freebie, name: Rare, stock: 3 }
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, label: bring, landingUrl: "https://shop.example/?c={code}",
      conversion: { event: purchase, where: { amount: { ">=": 10 } } },
      advocateReward: ten, friendReward: off, maxRewardsPerAdvocate: 20 }
  - { id: tills, type: referral, name: Tills, status: live, landingUrl: "https://shop.example/",
      conversion: { event: till }, friendReward: gift }
  - { id: few, type: referral, name: Few, status: live, landingUrl: "https://shop.example/",
      conversion: { event: till }, friendReward: rare }
  - { id: paused, type: referral, name: Paused, status: paused, landingUrl: "https://shop.example/",
      conversion: { event: purchase }, advocateReward: ten }
  - { id: over, type: referral, name: Over, status: live, end: 2020-01-01T00:00:00Z,
      landingUrl: "https://shop.example/", conversion: { event: purchase }, advocateReward: ten }
${more}`
}

export interface Person {
  readonly id: string
  readonly binding: string
  readonly device: string
}

/** People who bring each other, and referral, which reacts when it is let. */
export interface ReferralFixture extends AsyncDisposable {
  readonly db: TestDatabase
  readonly workspace: Workspace
  inWorkspace<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** Somebody with a device of their own; `email`: the device is bound by it. */
  person(email?: string): Promise<Person>
  known(): Promise<Person>
  bind(connection: Connection, device: string, profile: string, binding?: string): Promise<void>
  identify(connection: Connection, profile: string, email: string): Promise<void>
  codeOf(advocate: Person, campaignId?: string): Promise<ShareCode>
  append(event: NewEvent): Promise<string>
  /** The same, as a person's device sends it now. */
  event(sender: Person, name: string, more?: Partial<NewEvent>): Promise<string>
  arrive(friend: Person, code: string): Promise<string>
  purchase(friend: Person, amount?: unknown, more?: Partial<NewEvent>): Promise<string>
  /** Lets referral react to all that was sent so far. */
  settle(): Promise<void>
  grantsOf(someone: Person): Promise<readonly Grant[]>
  rolesOf(someone: Person): Promise<readonly unknown[]>
  advocateOf(friend: Person, campaign?: string): Promise<string | undefined>
}

export async function openReferral(): Promise<ReferralFixture> {
  const db = await createTestDatabase()
  await db.apply(file())
  const workspace = db.workspace()
  const events = createEventAppender(db.database, () => {})
  let emails = 0

  function inWorkspace<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return db.database.transaction(workspace.id, work)
  }

  async function person(email?: string): Promise<Person> {
    const [id, binding, device] = [randomUUID(), randomUUID(), randomUUID()]
    await inWorkspace(async (connection) => {
      await connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [workspace.id, id])
      await bind(connection, device, id, binding)
      if (email !== undefined) await identify(connection, id, email)
    })
    return { id, binding, device }
  }

  async function bind(connection: Connection, device: string, profile: string, binding = randomUUID()) {
    await connection.query(
      'insert into device_bindings (workspace_id, id, device_id, profile_id) values ($1, $2, $3, $4)',
      [workspace.id, binding, device, profile],
    )
  }

  async function identify(connection: Connection, profile: string, email: string): Promise<void> {
    await connection.query(
      `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'email', $2, $3)`,
      [workspace.id, email, profile],
    )
  }

  function known(): Promise<Person> {
    return person(`known-${++emails}@example.com`)
  }

  function codeOf(advocate: Person, campaignId = 'refer'): Promise<ShareCode> {
    const wanted = {
      profileId: advocate.id,
      bindingId: advocate.binding,
      campaignId,
      label: campaignId,
      key: campaignId,
    }
    return inWorkspace(
      async (connection) => (await makeShareCode(connection, workspace.id, wanted)).shareCode,
    )
  }

  const append = (event: NewEvent) => events.append(workspace.id, event)

  function event(sender: Person, name: string, more: Partial<NewEvent> = {}): Promise<string> {
    const now = new Date().toISOString()
    return append({
      name,
      profile: sender.id,
      binding: sender.binding,
      occurred_at: now,
      received_at: now,
      source: 'public',
      data: {},
      ...more,
    })
  }

  function arrive(friend: Person, code: string): Promise<string> {
    return event(friend, 'click', { arrival: { shareCode: code } })
  }

  function purchase(friend: Person, amount: unknown = 25, more: Partial<NewEvent> = {}): Promise<string> {
    return event(friend, 'purchase', { data: { amount }, ...more })
  }

  async function settle(): Promise<void> {
    const consumers = [1, 2].map(() => runConsumer(referralConsumer(createLedger([])), db))
    const isSettled = async () => {
      for (const consumer of consumers) consumer.wake(workspace.id)
      const { rowCount } = await db.database.asOwner((connection) =>
        connection.query(
          `select from events e left join event_consumers c on c.name = 'referral'
           where c.name is null or (e.transaction_id, e.position) > (c.transaction_id, c.position) limit 1`,
        ),
      )
      return rowCount === 0
    }
    await expect.poll(isSettled).toBe(true)
    await Promise.all(consumers.map((consumer) => consumer[Symbol.asyncDispose]()))
  }

  async function grantsOf({ id }: Person): Promise<readonly Grant[]> {
    return await inWorkspace((connection) => readGrants(connection, workspace.id, { profileId: id }))
  }

  async function rolesOf(someone: Person): Promise<readonly unknown[]> {
    return (await grantsOf(someone)).map(({ rewardId, role }) => [rewardId, role])
  }

  async function advocateOf({ id }: Person, campaign = 'refer'): Promise<string | undefined> {
    return await inWorkspace(async (connection) => {
      const { rows } = await connection.query<{ advocate_id: string }>(
        `select advocate_id from attributions
         where workspace_id = $1 and friend_id = $2 and campaign_id = $3 and not is_aside`,
        [workspace.id, id, campaign],
      )
      return rows[0]?.advocate_id
    })
  }

  return {
    db,
    workspace,
    inWorkspace,
    person,
    known,
    bind,
    identify,
    codeOf,
    append,
    event,
    arrive,
    purchase,
    settle,
    grantsOf,
    rolesOf,
    advocateOf,
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
}

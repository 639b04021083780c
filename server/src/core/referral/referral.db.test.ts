import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { NewEvent } from '../events/event.ts'
import { createEventAppender, type EventAppender } from '../events/event-appender.ts'
import { runConsumer } from '../events/event-consumer.ts'
import { createLedger } from '../points/create-ledger.ts'
import type { Grant } from '../rewards/grant.ts'
import { readGrants } from '../rewards/read-grants.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { referralParts } from './profile-parts.ts'
import { selectReferralCampaign } from './referral-campaign.ts'
import { referralConsumer } from './referral-consumer.ts'
import { insertShareCode, makeShareCode, readShareCodes, type ShareCode } from './share-codes.ts'

let db: TestDatabase
let workspace: Workspace
let events: EventAppender

function file(more = ''): string {
  return `
workspace: acme
eventTypes: [{ code: till, backendOnly: true }]
rewards:
  - { id: ten, kind: coupon, name: Ten, value: 10 }
  - { id: off, kind: discount, name: Off, percent: 10 }
  - { id: rare, kind: freebie, name: Rare, stock: 3 }
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, label: bring, landingUrl: "https://shop.example/?c={code}",
      conversion: { event: purchase, where: { amount: { ">=": 10 } } },
      advocateReward: ten, friendReward: off, maxRewardsPerAdvocate: 20 }
  - { id: tills, type: referral, name: Tills, status: live, landingUrl: "https://shop.example/",
      conversion: { event: till }, friendReward: rare }
  - { id: paused, type: referral, name: Paused, status: paused, landingUrl: "https://shop.example/",
      conversion: { event: purchase }, advocateReward: ten }
  - { id: over, type: referral, name: Over, status: live, end: 2020-01-01T00:00:00Z,
      landingUrl: "https://shop.example/", conversion: { event: purchase }, advocateReward: ten }
${more}`
}

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(file())
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  workspace = found
  events = createEventAppender(db.database, () => {})
})
afterAll(() => db[Symbol.asyncDispose]())

function inWorkspace<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return db.database.transaction(workspace.id, work)
}

interface Person {
  readonly id: string
  readonly binding: string
  readonly device: string
}

/** A profile with a device of its own; `email`: the device is bound by it. */
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

let emails = 0
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
  return inWorkspace(async (connection) => (await makeShareCode(connection, workspace.id, wanted)).shareCode)
}

function event(sender: Person, name: string, more: Partial<NewEvent> = {}): Promise<string> {
  const now = new Date().toISOString()
  return events.append(workspace.id, {
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

/** Lets referral react to all that was sent so far. */
async function settle(): Promise<void> {
  const consumers = [1, 2].map(() => runConsumer(referralConsumer(createLedger([])), db))
  const open = async () => {
    for (const consumer of consumers) consumer.wake(workspace.id)
    const { rows } = await db.database.asOwner((connection) =>
      connection.query<{ left: string }>(
        `select count(*) as left from events e where (e.transaction_id, e.position) > (
           select c.transaction_id, c.position from event_consumers c where c.name = 'referral')`,
      ),
    )
    return Number(rows[0]?.left)
  }
  consumers[0]?.wake(workspace.id)
  await expect.poll(open).toBe(0)
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
      'select advocate_id from attributions where workspace_id = $1 and friend_id = $2 and campaign_id = $3',
      [workspace.id, id, campaign],
    )
    return rows[0]?.advocate_id
  })
}

beforeEach(async () => {
  await event(await person(), 'first')
  await settle()
})

test('who arrives by a code and then converts is rewarded, and so is the advocate, once each (E76, E78, E79)', async () => {
  const [ann, bob] = [await known(), await known()]
  const { code } = await codeOf(ann)
  await arrive(bob, code.toUpperCase())
  const number = await purchase(bob, '10.00')
  await purchase(bob)
  await settle()
  await purchase(bob)
  await settle()
  expect(await rolesOf(ann)).toEqual([['ten', 'advocate']])
  expect(await rolesOf(bob)).toEqual([['off', 'friend']])
  const [grant] = await grantsOf(bob)
  expect(grant).toMatchObject({ campaignId: 'refer', eventNumber: number, bindingId: bob.binding })
  // The advocate's device did not send the event: it is nothing of its own.
  expect((await grantsOf(ann))[0]).toMatchObject({ eventNumber: number, bindingId: null })
})

test('only an event that matches converts, and only after attribution (E78)', async () => {
  const [ann, bob] = [await known(), await known()]
  const { code } = await codeOf(ann)
  await purchase(bob)
  await arrive(bob, code)
  await purchase(bob, 9.99)
  await purchase(bob, 'much')
  await event(bob, 'purchased', { data: { amount: 25 } })
  await settle()
  expect(await grantsOf(bob)).toEqual([])
  await purchase(bob)
  await settle()
  expect(await rolesOf(bob)).toEqual([['off', 'friend']])
})

test('an event converts by the code that it brings itself (E76, E78)', async () => {
  const [ann, bob] = [await known(), await known()]
  const { code } = await codeOf(ann)
  await purchase(bob, 25, { arrival: { shareCode: code } })
  await settle()
  expect(await rolesOf(bob)).toEqual([['off', 'friend']])
})

test('a purchase of an anonymous device does not convert, also when somebody signs in on it before it is worked on (E78, S30)', async () => {
  const [ann, bob] = [await known(), await person()]
  const { code } = await codeOf(ann)
  await arrive(bob, code)
  await purchase(bob)
  await inWorkspace((connection) => identify(connection, bob.id, 'bob-late@example.com'))
  await settle()
  expect(await grantsOf(bob)).toEqual([])
  expect(await advocateOf(bob)).toBe(ann.id)
  await purchase(bob)
  await settle()
  expect(await rolesOf(bob)).toEqual([['off', 'friend']])
})

test('an event of another API converts the profile it names (E78, S30)', async () => {
  const [ann, bob] = [await known(), await person('till-bob@example.com')]
  await arrive(bob, (await codeOf(ann)).code)
  const now = new Date().toISOString()
  await events.append(workspace.id, {
    name: 'purchase',
    email_key: 'till-bob@example.com',
    occurred_at: now,
    received_at: now,
    source: 'back end',
    data: { amount: 30 },
  })
  await settle()
  expect(await rolesOf(bob)).toEqual([['off', 'friend']])
})

test('an event type marked backendOnly converts only from a back end (E78, S27)', async () => {
  const [ann, bob] = [await known(), await known()]
  await arrive(bob, (await codeOf(ann, 'tills')).code)
  await event(bob, 'till', { trusted: false })
  await settle()
  expect(await grantsOf(bob)).toEqual([])
  await event(bob, 'till', { source: 'back end' })
  await settle()
  expect(await rolesOf(bob)).toEqual([['rare', 'friend']])
})

test('a later attribution replaces an earlier one until the friend has converted (E77)', async () => {
  const [ann, cleo, dan, bob] = [await known(), await known(), await known(), await known()]
  await arrive(bob, (await codeOf(ann)).code)
  await arrive(bob, (await codeOf(cleo)).code)
  await settle()
  expect(await advocateOf(bob)).toBe(cleo.id)
  await purchase(bob)
  await arrive(bob, (await codeOf(dan)).code)
  await settle()
  expect(await advocateOf(bob)).toBe(cleo.id)
  expect([await rolesOf(ann), await rolesOf(cleo), await rolesOf(dan)]).toEqual([
    [],
    [['ten', 'advocate']],
    [],
  ])
})

test('an attribution made at registration is final (E77, S30)', async () => {
  const [ann, cleo, bob] = [await known(), await known(), await known()]
  await arrive(bob, (await codeOf(ann)).code)
  await settle()
  await inWorkspace((connection) =>
    connection.query('update attributions set final = true where workspace_id = $1 and friend_id = $2', [
      workspace.id,
      bob.id,
    ]),
  )
  await arrive(bob, (await codeOf(cleo)).code)
  await settle()
  expect(await advocateOf(bob)).toBe(ann.id)
})

test('nobody refers themselves: not the same profile, and not by a device that was ever bound to the advocate (E80)', async () => {
  const ann = await known()
  const { code } = await codeOf(ann)
  await arrive(ann, code)
  await purchase(ann)
  // Ann's phone, on which somebody else signs in.
  const other = await known()
  const borrowed = { ...other, binding: randomUUID(), device: ann.device }
  await inWorkspace((connection) => bind(connection, ann.device, other.id, borrowed.binding))
  await arrive(borrowed, code)
  await purchase(borrowed)
  // The same person from a device that Ann never had.
  await arrive(other, code)
  await purchase(other)
  await settle()
  for (const someone of [ann, other]) {
    expect(await grantsOf(someone)).toEqual([])
    expect(await advocateOf(someone)).toBeUndefined()
  }
})

test('self-referral is tested again at conversion: a device that became the advocate’s in between (E80)', async () => {
  const [ann, bob] = [await known(), await known()]
  await arrive(bob, (await codeOf(ann)).code)
  await settle()
  expect(await advocateOf(bob)).toBe(ann.id)
  await inWorkspace((connection) => bind(connection, bob.device, ann.id))
  await purchase(bob)
  await settle()
  expect([await grantsOf(ann), await grantsOf(bob)]).toEqual([[], []])
})

test('a circle is refused, also over a third person (E80, S30)', async () => {
  const [ann, bob, cleo] = [await known(), await known(), await known()]
  const codes = [await codeOf(ann), await codeOf(bob), await codeOf(cleo)].map(({ code }) => code)
  await arrive(bob, codes[0] ?? '')
  await arrive(cleo, codes[1] ?? '')
  await arrive(ann, codes[1] ?? '')
  await arrive(ann, codes[2] ?? '')
  await settle()
  expect(await advocateOf(ann)).toBeUndefined()
  expect(await advocateOf(cleo)).toBe(bob.id)
})

test('an unknown code is ignored, and so are paused, ended and draft campaigns (E76, E83)', async () => {
  const [ann, bob] = [await known(), await known()]
  await arrive(bob, 'nobody-has-this')
  for (const campaign of ['paused', 'over', 'gone']) await arrive(bob, (await codeOf(ann, campaign)).code)
  await purchase(bob)
  await settle()
  for (const campaign of ['refer', 'paused', 'over', 'gone']) {
    expect(await advocateOf(bob, campaign)).toBeUndefined()
  }
  expect([await grantsOf(ann), await grantsOf(bob)]).toEqual([[], []])
})

test('100 friends who convert at once, each several times: each is rewarded once, the advocate exactly 20 times (E79, E81)', async () => {
  const ann = await known()
  const { code } = await codeOf(ann)
  const friends = await Promise.all(Array.from({ length: 100 }, () => known()))
  await Promise.all(
    friends.map(async (friend) => {
      await arrive(friend, code)
      await Promise.all([purchase(friend), purchase(friend), purchase(friend)])
    }),
  )
  await settle()
  const roles = await Promise.all(friends.map(rolesOf))
  expect(roles.every((own) => own.length === 1)).toBe(true)
  expect(roles.flat()).toEqual(friends.map(() => ['off', 'friend']))
  expect(await rolesOf(ann)).toEqual(Array.from({ length: 20 }, () => ['ten', 'advocate']))
  const codes = (await Promise.all([ann, ...friends].map(grantsOf))).flat().map((grant) => grant.code)
  expect(new Set(codes).size).toBe(120)
})

test('a reward that cannot be granted is left out, and the friend has converted all the same (E82)', async () => {
  const ann = await known()
  const { code } = await codeOf(ann, 'tills')
  const friends = await Promise.all(Array.from({ length: 5 }, () => known()))
  for (const friend of friends) {
    await arrive(friend, code)
    await event(friend, 'till', { source: 'back end' })
  }
  await settle()
  const { rows } = await db.database.asOwner((connection) =>
    connection.query<{ granted: string; converted: string }>(
      `select (select count(*) from grants where reward_id = 'rare') as granted,
         (select count(*) from attributions where campaign_id = 'tills' and advocate_id = $1
            and converted_at is not null) as converted`,
      [ann.id],
    ),
  )
  expect(rows).toEqual([{ granted: '3', converted: '5' }])
})

test('a label selects the live campaign that has it as label or id, else the default one (extole 9)', () => {
  const now = new Date()
  const selected = (label?: string) => selectReferralCampaign(workspace, label, now)?.id
  expect(['bring', 'refer', 'tills', 'paused', 'over', 'nothing', undefined].map(selected)).toEqual([
    'refer',
    'refer',
    'tills',
    'refer',
    'refer',
    'refer',
    'refer',
  ])
})

test('asking again for a key, also at once, gives the one code that there is; a code is taken in any letter case (E66, E67)', async () => {
  const [ann, bob] = [await known(), await known()]
  const made = await Promise.all(Array.from({ length: 20 }, () => codeOf(ann)))
  expect(new Set(made.map(({ code }) => code)).size).toBe(1)
  const wanted = { profileId: bob.id, bindingId: null, campaignId: 'refer', label: 'bring', key: 'k' }
  const [first] = made
  const again = await inWorkspace((connection) =>
    insertShareCode(connection, workspace.id, wanted, first?.code.toUpperCase() ?? ''),
  )
  expect(again).toBe('code-taken')
  const preferred = await inWorkspace((connection) =>
    makeShareCode(connection, workspace.id, wanted, [first?.code ?? '', 'Bobs-Code']),
  )
  expect(preferred).toMatchObject({ existing: false, shareCode: { code: 'Bobs-Code' } })
})

async function move(from: Person, into: Person): Promise<readonly (readonly [string, unknown])[]> {
  return await inWorkspace(async (connection) => {
    const moved: [string, unknown][] = []
    for (const part of referralParts) {
      const result = await part.move(connection, workspace.id, [{ from: from.id, into: into.id }])
      if (result.has(from.id)) moved.push([part.name, JSON.parse(JSON.stringify(result.get(from.id)))])
    }
    return moved
  })
}

async function everything(): Promise<unknown> {
  return await db.database.asOwner(async (connection) => {
    const tables = ['share_codes', 'shares', 'attributions']
    const states = []
    for (const table of tables) {
      const { rows } = await connection.query(
        `select (to_jsonb(t) - 'updated_at')::text as row from ${table} t order by 1`,
      )
      states.push(rows)
    }
    return states
  })
}

test('a merge moves codes and attributions, a taken key gives way to the code, and undoing it restores all (E26, S19)', async () => {
  const [ann, cleo, bob, survivor] = [await known(), await known(), await person(), await known()]
  const own = await codeOf(bob)
  await codeOf(survivor)
  await arrive(survivor, (await codeOf(ann)).code)
  await arrive(bob, (await codeOf(cleo)).code)
  await arrive(bob, (await codeOf(ann, 'tills')).code)
  await settle()
  const before = await everything()
  const moved = await move(bob, survivor)
  const codes = await inWorkspace((connection) =>
    readShareCodes(connection, workspace.id, { profileId: survivor.id }),
  )
  expect(codes.map(({ key }) => key).sort()).toEqual([own.code, 'refer'].sort())
  expect(codes.map(({ code }) => code)).toContain(own.code)
  expect(await advocateOf(survivor)).toBe(cleo.id)
  expect(await advocateOf(survivor, 'tills')).toBe(ann.id)
  expect(await advocateOf(bob)).toBeUndefined()
  await inWorkspace(async (connection) => {
    for (const [name, what] of moved.toReversed()) {
      const part = referralParts.find((candidate) => candidate.name === name)
      await part?.moveBack(connection, workspace.id, { from: bob.id, into: survivor.id }, what)
    }
  })
  expect(await everything()).toEqual(before)
})

test('who converted stays converted through a merge (E77, E78)', async () => {
  const [ann, cleo, bob, survivor] = [await known(), await known(), await known(), await known()]
  await arrive(survivor, (await codeOf(ann)).code)
  await purchase(survivor)
  await arrive(bob, (await codeOf(cleo)).code)
  await settle()
  await move(bob, survivor)
  expect(await advocateOf(survivor)).toBe(ann.id)
  await purchase(survivor)
  await settle()
  expect(await rolesOf(survivor)).toEqual([['off', 'friend']])
})

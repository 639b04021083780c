import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createLedger } from '../points/create-ledger.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type GrantRequest, type GrantResult, grantReward } from './grant-reward.ts'
import { rewardParts } from './profile-parts.ts'
import { readGrants } from './read-grants.ts'
import { withdrawGrant } from './withdraw-grant.ts'

const ledger = createLedger([])
let db: TestDatabase
let workspace: Workspace

const rewards = `
workspace: acme
timeZone: Pacific/Kiritimati
loyalty: { pointTypes: [{ id: base, name: Base, default: true }] }
rewards:
  - { id: scarce, kind: freebie, name: Scarce, stock: 7 }
  - { id: once, kind: coupon, name: Once, value: 5, perCustomer: 1 }
  - { id: returned, kind: freebie, name: Returned, stock: 1, perCustomer: 1 }
  - { id: patterned, kind: coupon, name: Patterned, value: 5, couponCodes: { generate: "LUM-########" } }
  - { id: pooled, kind: coupon, name: Pooled, value: 5, couponCodes: { pool: [B2, A1, C3] } }
  - { id: fifty, kind: points, name: Fifty, points: 50, pointType: base }
  - { id: short, kind: discount, name: Short, percent: 10, grantValidDays: 2 }
  - { id: until, kind: discount, name: Until, percent: 10, grantValidDays: 20000, validTo: 2030-12-31 }
  - { id: over, kind: discount, name: Over, percent: 10, validTo: 2020-12-31 }
  - { id: coming, kind: discount, name: Coming, percent: 10, validFrom: 2090-01-01 }
  - { id: blank, kind: none, name: Nothing }
`

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(rewards)
  workspace = db.workspace()
})
afterAll(() => db[Symbol.asyncDispose]())

/** Points are booked to profiles that exist. */
async function newProfile(): Promise<string> {
  const id = randomUUID()
  await db.database.inWorkspace(workspace.id, (connection) =>
    connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [workspace.id, id]),
  )
  return id
}

function grant(rewardId: string, more: Partial<GrantRequest> = {}): Promise<GrantResult> {
  return db.database.transaction(workspace.id, (connection) =>
    grantReward(connection, workspace, ledger, { rewardId, profileId: randomUUID(), ...more }),
  )
}

function withdraw(number: string): Promise<boolean> {
  return db.database.transaction(workspace.id, (connection) =>
    withdrawGrant(connection, workspace.id, number),
  )
}

async function grantsOf(profileId: string) {
  return await db.database.inWorkspace(workspace.id, (connection) =>
    readGrants(connection, workspace.id, { profileId }),
  )
}

function outcomes(results: readonly GrantResult[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { refusal = 'granted' } of results) counts[refusal] = (counts[refusal] ?? 0) + 1
  return counts
}

test('100 who ask at once for a reward of which there are 7 get 7 (S28, E82)', async () => {
  const results = await Promise.all(Array.from({ length: 100 }, () => grant('scarce')))
  expect(outcomes(results)).toEqual({ granted: 7, 'out-of-stock': 93 })
})

test('a customer who asks 30 times at once for a reward that each has once gets it once (S28, E82)', async () => {
  const profileId = randomUUID()
  const results = await Promise.all(Array.from({ length: 30 }, () => grant('once', { profileId })))
  expect(outcomes(results)).toEqual({ granted: 1, 'customer-limit': 29 })
  expect(await grantsOf(profileId)).toHaveLength(1)
})

test('the limit of a campaign and role is exact, and of that campaign and role alone (E81)', async () => {
  const profileId = randomUUID()
  const request = { profileId, campaignId: 'refer', role: 'advocate', mostPerRole: 5 } as const
  const results = await Promise.all(Array.from({ length: 40 }, () => grant('short', request)))
  expect(outcomes(results)).toEqual({ granted: 5, 'campaign-limit': 35 })
  expect((await grant('short', { ...request, role: 'friend' })).refusal).toBeUndefined()
  expect((await grant('short', { ...request, campaignId: 'another' })).refusal).toBeUndefined()
})

test('withdrawing gives back stock and limit, once (S28)', async () => {
  const profileId = randomUUID()
  const { grant: number = '' } = await grant('returned', { profileId })
  expect((await grant('returned')).refusal).toBe('out-of-stock')
  const withdrawn = await Promise.all([1, 2, 3].map(() => withdraw(number)))
  expect(withdrawn.filter((done) => done)).toHaveLength(1)
  expect(await grantsOf(profileId)).toMatchObject([{ state: 'withdrawn' }])
  const again = await grant('returned', { profileId })
  expect(again.refusal).toBeUndefined()
  expect((await grant('returned')).refusal).toBe('out-of-stock')
  expect(await withdraw('1')).toBe(false)
})

test('a transaction that fails has granted nothing', async () => {
  const profileId = randomUUID()
  const failing = db.database.transaction(workspace.id, async (connection) => {
    await grantReward(connection, workspace, ledger, { rewardId: 'short', profileId })
    throw new Error('later')
  })
  await expect(failing).rejects.toThrow('later')
  expect(await grantsOf(profileId)).toEqual([])
})

test('codes: by pattern, from the pool in its order until it is empty, by default 10 letters and digits, none for points (S29)', async () => {
  const codes = async (rewardId: string, count: number) => {
    const profileId = await newProfile()
    for (let done = 0; done < count; done++) await grant(rewardId, { profileId })
    return (await grantsOf(profileId)).map(({ code }) => code)
  }
  expect(await codes('patterned', 1)).toEqual([expect.stringMatching(/^LUM-[A-Z0-9]{8}$/)])
  expect(await codes('pooled', 3)).toEqual(['B2', 'A1', 'C3'])
  expect((await grant('pooled')).refusal).toBe('no-code-left')
  expect(await codes('short', 1)).toEqual([expect.stringMatching(/^[A-Z0-9]{10}$/)])
  expect(await codes('fifty', 1)).toEqual([null])
})

test('a grant ends with the local day grantValidDays after it, at most with validTo (S28, S37)', async () => {
  const profileId = await newProfile()
  for (const rewardId of ['short', 'until', 'fifty']) await grant(rewardId, { profileId })
  const [short, until, fifty] = await grantsOf(profileId)
  const local = (date: Date | null | undefined) =>
    date?.toLocaleString('sv-SE', { timeZone: 'Pacific/Kiritimati' })
  const day = new Date(Date.now() + 2 * 86_400_000).toLocaleDateString('sv-SE', {
    timeZone: 'Pacific/Kiritimati',
  })
  expect(local(short?.expiresAt)).toBe(`${day} 23:59:59`)
  expect(local(until?.expiresAt)).toBe('2030-12-31 23:59:59')
  expect(fifty?.expiresAt).toBeNull()
})

test('what is not valid yet or any more, blank or unknown is not granted (E82)', async () => {
  expect((await grant('over')).refusal).toBe('not-valid')
  expect((await grant('coming')).refusal).toBe('not-valid')
  expect((await grant('blank')).refusal).toBe('unknown-reward')
  expect((await grant('nothing')).refusal).toBe('unknown-reward')
})

test('a grant keeps what it was worth, and has a number (S8, E105)', async () => {
  const profileId = randomUUID()
  await grant('once', { profileId, campaignId: 'refer', role: 'friend' })
  const [found] = await grantsOf(profileId)
  expect(found?.number).toMatch(/^\d{16,19}$/)
  expect(found).toMatchObject({
    campaignId: 'refer',
    role: 'friend',
    state: 'issued',
    worth: { kind: 'coupon', value: 5, currency: 'EUR' },
  })
})

test('when a profile ends, what it has not used is withdrawn, and what it used stays (S20)', async () => {
  const profileId = randomUUID()
  const { grant: used = '' } = await grant('once', { profileId })
  await grant('short', { profileId })
  await db.database.transaction(workspace.id, async (connection) => {
    await connection.query(`update grants set state = 'redeemed' where number = $1`, [used])
    for (const part of rewardParts) await part.erase(connection, workspace.id, [profileId], [])
  })
  expect((await grantsOf(profileId)).map(({ state }) => state).sort()).toEqual(['redeemed', 'withdrawn'])
})

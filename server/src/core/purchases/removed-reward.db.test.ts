import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { retried } from '../identity/retried.ts'
import { createLedger } from '../points/create-ledger.ts'
import { grantReward } from '../rewards/grant-reward.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { quotePayment } from './quote-payment.ts'
import { recommendBenefits } from './recommend-benefits.ts'

const ledger = createLedger([])
let db: TestDatabase

const file = (rewards: string) => `
workspace: acme
loyalty:
  stores: [{ id: hq, name: HQ }, { id: side, name: Side }]
  pointTypes: [{ id: base, name: Base, default: true }]
  partners: [{ id: acme, name: Acme }]
rewards: [${rewards}]
`
const gift = '{ id: gift, kind: coupon, name: Gift, value: 5 }'
const ofSide = '{ id: side-gift, kind: coupon, name: Side gift, value: 3, stores: [side] }'

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

async function withRewards(...rewards: readonly string[]): Promise<Workspace> {
  await db.apply(file(rewards.join()))
  const workspace = db.directory.bySlug('acme')
  if (!workspace) throw new Error('no workspace')
  return workspace
}

function inTransaction<T>(workspace: Workspace, work: (connection: Connection) => Promise<T>): Promise<T> {
  return retried(() => db.database.transaction(workspace.id, work))
}

test('a voucher whose reward left the workspace file is still recommended where it is still taken (L85, L110)', async () => {
  const before = await withRewards(gift, ofSide)
  const profileId = randomUUID()
  await inTransaction(before, async (connection) => {
    await connection.query('insert into profiles (workspace_id, id, customer_id) values ($1, $2, $3)', [
      before.id,
      profileId,
      profileId,
    ])
    for (const rewardId of ['gift', 'side-gift'])
      await grantReward(connection, before, ledger, { rewardId, profileId })
  })

  const after = await withRewards(ofSide)
  const bill = { billId: '1', items: [], currency: 'EUR', paymentType: 'S' } as const
  const usableIn = async (storeId: string) => {
    const found = await inTransaction(after, (connection) =>
      recommendBenefits(connection, after, { profileId, storeId, billId: '1', now: new Date() }),
    )
    const codes = found.flatMap(({ grant }) => grant?.code ?? [])
    const question = { bill, storeId, profileId, mostPoints: 0, codes, now: new Date() }
    const { refusals } = await inTransaction(after, (connection) => quotePayment(connection, after, question))
    expect(refusals).toBeUndefined()
    return found.map(({ grant }) => grant?.rewardId)
  }
  expect(await usableIn('hq')).toEqual(['gift'])
  expect(await usableIn('side')).toEqual(['gift', 'side-gift'])
})

import { randomUUID } from 'node:crypto'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { retried } from '../identity/retried.ts'
import { createLedger } from '../points/create-ledger.ts'
import { readFreePoints } from '../points/free-points.ts'
import type { Ledger } from '../points/ledger.ts'
import type { Grant } from '../rewards/grant.ts'
import { grantReward } from '../rewards/grant-reward.ts'
import { listVouchers } from '../rewards/list-vouchers.ts'
import { readStatus } from '../statuses/read-status.ts'
import { statusReaction } from '../statuses/status-reaction.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Bill } from './bill.ts'
import { type CancelResult, cancelPurchase } from './cancel-purchase.ts'
import { createPurchaseBooker } from './purchase-booker.ts'
import type { SendRequest, SendResult } from './send-request.ts'

const file = `
workspace: acme
timeZone: Europe/Prague
eventTypes: [{ code: purchase, name: Purchase }]
loyalty:
  stores: [{ id: hq, name: HQ }, { id: side, name: Side }]
  pointTypes: [{ id: base, name: Base, expiresAfterDays: 365, default: true }]
  earning: { pointsPerUnit: 1, unit: EUR, pointType: base }
  pointValue: { amount: 0.05, currency: EUR }
  partners: [{ id: acme, name: Acme }]
  statuses:
    - { id: bronze, name: Bronze, qualificationPoints: 0, multiplier: 1 }
    - { id: silver, name: Silver, qualificationPoints: 500, multiplier: 1.5 }
rewards:
  - { id: ten, kind: coupon, name: Ten, code: GLOB-10, value: 10, currency: EUR, pointsCost: 200, perCustomer: 3, grantValidDays: 30 }
  - { id: rare, kind: freebie, name: Rare, code: RARE, pointsCost: 10, stock: 10 }
  - { id: sold, kind: freebie, name: Sold out, code: SOLD, pointsCost: 10, stock: 1 }
  - { id: half, kind: discount, name: Half, percent: 50, stores: [hq] }
  - { id: gift, kind: coupon, name: Gift, value: 5, currency: EUR }
`

/** A shop with its tills. Points are whole ones, not hundredths. */
export interface PurchasesFixture extends AsyncDisposable {
  readonly db: TestDatabase
  readonly workspace: Workspace
  readonly ledger: Ledger
  inTransaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** As its callers do it: what is refused is rolled back. */
  booked<T extends { readonly refusal?: unknown }>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** @param points none of them qualify: a status would change what is earned */
  newProfile(points?: number): Promise<string>
  request(profileId: string | undefined, more?: Partial<SendRequest>): SendRequest
  send(profileId: string | undefined, more?: Partial<SendRequest>): Promise<SendResult>
  cancel(billId: string, cancelling?: Bill): Promise<CancelResult>
  freePoints(profileId: string): Promise<number>
  statusOf(profileId: string): Promise<string | undefined>
  vouchersOf(profileId: string): Promise<readonly Grant[]>
  /** Its code. */
  voucher(profileId: string, rewardId: string): Promise<string>
}

export function bill(more: Partial<Bill> & { readonly amount?: number } = {}): Bill {
  const { amount = 60, ...given } = more
  return {
    billId: randomUUID(),
    paymentTime: new Date(),
    currency: 'EUR',
    totalPrice: amount * 100,
    typeId: 'store_purchase',
    paymentType: 'S',
    createdBy: null,
    items: [
      {
        itemId: '1',
        paidAmount: amount * 100,
        price: amount * 100,
        quantity: 1000,
        loyaltyOff: false,
        vatRate: 20,
        productCode: 'A-77',
        productName: 'Cone',
        categoryCode: null,
        typeId: 'standard',
      },
    ],
    ...given,
  }
}

class Refused extends Error {
  readonly result: unknown
  constructor(result: unknown) {
    super(JSON.stringify(result))
    this.result = result
  }
}

export async function createPurchasesFixture(): Promise<PurchasesFixture> {
  const db = await createTestDatabase()
  await db.apply(file)
  const workspace = db.workspace()
  const ledger = createLedger([statusReaction])
  const booker = createPurchaseBooker(db.database, ledger)

  function inTransaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return retried(() => db.database.transaction(workspace.id, work))
  }

  const fixture: PurchasesFixture = {
    db,
    workspace,
    ledger,
    inTransaction,
    async booked<T extends { readonly refusal?: unknown }>(work: (connection: Connection) => Promise<T>) {
      try {
        return await inTransaction(async (connection) => {
          const result = await work(connection)
          if (result.refusal) throw new Refused(result)
          return result
        })
      } catch (error) {
        if (error instanceof Refused) return error.result as T
        throw error
      }
    },
    async newProfile(points = 0) {
      const id = randomUUID()
      await inTransaction(async (connection) => {
        await connection.query('insert into profiles (workspace_id, id, customer_id) values ($1, $2, $3)', [
          workspace.id,
          id,
          id,
        ])
        await connection.query(
          `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'customer_id', $2, $3)`,
          [workspace.id, id, id],
        )
        if (points === 0) return
        const start = { key: `start:${id}`, profileId: id, amount: points * 100 }
        await ledger.synchronise(connection, workspace, start)
      })
      return id
    },
    request: (profileId, more = {}) => ({
      bill: bill(),
      storeId: 'hq',
      cashdeskNumber: '1',
      profileId,
      cardNumber: null,
      creditPoints: 0,
      benefits: [],
      propertyRecords: [],
      eventName: 'purchase',
      source: 'back end',
      now: new Date(),
      ...more,
    }),
    send: (profileId, more) => booker.book(workspace, fixture.request(profileId, more)),
    cancel(billId, cancelling = bill({ billId: `C${billId}` })) {
      const till = { storeId: 'hq', cashdeskNumber: null, now: new Date() }
      return fixture.booked((connection) =>
        cancelPurchase(connection, workspace, ledger, { ...till, bill: cancelling, originalBillId: billId }),
      )
    },
    async freePoints(profileId) {
      const question = { profileIds: [profileId], now: new Date() }
      const free = await inTransaction((connection) => readFreePoints(connection, workspace, question))
      return (free.get(profileId) ?? 0) / 100
    },
    async statusOf(profileId) {
      return (await inTransaction((connection) => readStatus(connection, workspace, profileId)))?.statusId
    },
    async vouchersOf(profileId) {
      const all = { sort: undefined, count: 100, offset: 0 }
      const listed = await inTransaction((connection) =>
        listVouchers(connection, workspace, { profileIds: [profileId] }, new Date(), all),
      )
      return listed.items
    },
    async voucher(profileId, rewardId) {
      const request = { rewardId, profileId }
      await inTransaction((connection) => grantReward(connection, workspace, ledger, request))
      const code = (await fixture.vouchersOf(profileId)).find((grant) => grant.rewardId === rewardId)?.code
      if (!code) throw new Error('no voucher')
      return code
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
  return fixture
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsRead } from '../../testing/rows-read.ts'
import { verifyLedger } from '../points/verify-ledger.ts'
import { bill, createPurchasesFixture, type PurchasesFixture } from './purchases.fixture.ts'
import { sendPurchases } from './send-purchases.ts'

let shop: PurchasesFixture

beforeAll(async () => {
  shop = await createPurchasesFixture()
})
afterAll(() => shop[Symbol.asyncDispose]())

function sendAll(requests: Parameters<typeof sendPurchases>[3]) {
  return shop.inTransaction((connection) => sendPurchases(connection, shop.workspace, shop.ledger, requests))
}

test('purchases of one customer in one commit follow each other: a status reached counts for the next (L103)', async () => {
  const [first, second] = [await shop.newProfile(), await shop.newProfile()]
  const results = await sendAll([
    shop.request(first, { bill: bill({ amount: 600 }) }),
    shop.request(second, { bill: bill({ amount: 100 }) }),
    shop.request(undefined),
    shop.request(first, { bill: bill({ amount: 100 }) }),
    shop.request(first, { bill: bill({ amount: 10 }) }),
  ])
  expect(results.map(({ purchase }) => typeof purchase)).toEqual(Array(5).fill('string'))
  expect(new Set(results.map(({ purchase }) => purchase)).size).toBe(5)
  expect(await shop.freePoints(first)).toBe(600 + 150 + 15)
  expect(await shop.statusOf(first)).toBe('silver')
  expect(await shop.freePoints(second)).toBe(100)
  expect(await shop.statusOf(second)).toBe('bronze')
  expect((await verifyLedger(shop.db.database, shop.workspace.id)).faults).toEqual([])
})

test('what one of a commit is refused for is its own: the others are booked (L112, L117)', async () => {
  const [buyer, other, third] = await Promise.all([1, 2, 3].map(() => shop.newProfile()))
  const [known, twice] = [bill(), bill()]
  await shop.send(buyer, { bill: known })
  const results = await sendAll([
    shop.request(buyer, { bill: known }),
    shop.request(crypto.randomUUID()),
    shop.request(third, { bill: twice }),
    shop.request(other, { bill: twice }),
    shop.request(other),
  ])
  expect(results.map(({ refusal }) => refusal?.reason)).toEqual([
    'bill-exists',
    'unknown-profile',
    undefined,
    'bill-exists',
    undefined,
  ])
  const points = [buyer, other, third].map((profileId = '') => shop.freePoints(profileId))
  expect(await Promise.all(points)).toEqual([60, 60, 60])
})

test('a bill that the database cannot take fails alone, whoever shares its commit', async () => {
  const profileId = await shop.newProfile()
  const sent = await Promise.allSettled(
    Array.from({ length: 9 }, (_, n) =>
      shop.send(profileId, { bill: bill(n === 4 ? { currency: 'EUR', totalPrice: 2 ** 70 } : {}) }),
    ),
  )
  expect(sent.map(({ status }) => status)).toEqual(
    Array.from({ length: 9 }, (_, n) => (n === 4 ? 'rejected' : 'fulfilled')),
  )
  expect(await shop.freePoints(profileId)).toBe(8 * 60)
})

test('plain bills that arrive at once share a commit, and one that pays with points has its own', async () => {
  const buyers = await Promise.all(Array.from({ length: 30 }, () => shop.newProfile(10)))
  const bills = buyers.map(() => bill())
  const sent = buyers.map((buyer, n) =>
    shop.send(buyer, { bill: bills[n] ?? bill(), creditPoints: n === 0 ? 100 : 0 }),
  )
  expect((await Promise.all(sent)).filter(({ refusal }) => refusal)).toEqual([])
  const { rows } = await shop.inTransaction((connection) =>
    connection.query<{ bills: string[] }>(
      `select array_agg(bill_id) as bills from purchases where workspace_id = $1 and bill_id = any ($2) group by xmin::text`,
      [shop.workspace.id, bills.map(({ billId }) => billId)],
    ),
  )
  const commits = rows.map((row) => new Set(row.bills))
  expect(commits.map(({ size }) => size).toSorted((a, b) => a - b)).toEqual([1, 29])
  expect(commits.find(({ size }) => size === 1)).toEqual(new Set([bills[0]?.billId]))
})

test('300 purchases of 20 customers at once are all booked, and reservations of theirs are used up (L115)', async () => {
  const buyers = await Promise.all(Array.from({ length: 20 }, () => shop.newProfile(100)))
  const reserved = bill({ paymentType: 'D' })
  const [reserving = ''] = buyers
  await shop.inTransaction((connection) =>
    shop.ledger.reserve(connection, shop.workspace, {
      externalId: reserved.billId,
      profileId: reserving,
      amount: 5000,
    }),
  )
  const bills = Array.from({ length: 300 }, (_, n) => (n === 40 ? reserved : bill({ amount: 1 })))
  const results = await Promise.all(bills.map((of, n) => shop.send(buyers[n % 20], { bill: of })))
  expect(results.every(({ purchase }) => purchase !== undefined)).toBe(true)
  const points = await Promise.all(buyers.map(shop.freePoints))
  expect(points).toEqual([114, ...Array(19).fill(115)])
  expect((await verifyLedger(shop.db.database, shop.workspace.id)).faults).toEqual([])
})

test('a commit reads rows of its own customers alone, once statistics of the first ones were taken', async () => {
  const buyers = await Promise.all(Array.from({ length: 200 }, () => shop.newProfile()))
  await sendAll(buyers.map((buyer) => shop.request(buyer)))
  await shop.db.database.asOwner((connection) => connection.query('analyze'))
  const requests = buyers.slice(0, 3).map((buyer) => shop.request(buyer))
  const read = await shop.inTransaction((connection) =>
    rowsRead(connection, () => sendPurchases(connection, shop.workspace, shop.ledger, requests)),
  )
  const most = {
    profiles: 12,
    identifiers: 3,
    purchases: 0,
    purchase_items: 0,
    status_records: 6,
    points_movements: 6,
    points_wallets: 18,
    points_lots: 0,
    points_debts: 0,
    points_entries: 0,
    points_reservations: 0,
  }
  const tooMany = Object.entries(most).filter(([table, rows]) => (read.get(table) ?? 0) > rows)
  expect(tooMany, JSON.stringify([...read])).toEqual([])
})

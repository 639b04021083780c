import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'
import { verifyLedger } from './verify-ledger.ts'

const file = `
workspace: acme
loyalty: { pointTypes: [ { id: base, name: Base, expiresAfterDays: 10 } ] }
`
let points: PointsFixture
let profileId = ''

beforeAll(async () => {
  points = await createPointsFixture(file)
  profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  await points.spend(profileId, 8)
  await points.reverse(purchase)
  await points.earn(profileId, 20)
  await points.spend(profileId, 5)
  const { ledger, workspace } = points
  const intoProfileId = await points.newProfile()
  await points.transaction(async (connection) => {
    await ledger.reserve(connection, workspace, { externalId: 'r', profileId, amount: 100 })
    const given = { key: 'given', fromProfileId: profileId, intoProfileId, amount: 200 }
    await ledger.transfer(connection, workspace, given)
    await ledger.synchronise(connection, workspace, { key: 'synchronised', profileId, amount: 900 })
  })
})
afterAll(() => points[Symbol.asyncDispose]())

/** What is found after the owner of the tables broke something, past the guard; the next one begins anew. */
async function checksAfter(damage: string): Promise<readonly string[]> {
  const tables = ['points_movements', 'points_entries', 'points_lots', 'points_debts', 'points_wallets']
  return await points.db.database.asOwner(async (connection) => {
    await connection.query(`set session_replication_role = replica`)
    for (const table of tables) await connection.query(`create table kept_${table} as table ${table}`)
    await connection.query(damage)
    const { faults } = await verifyLedger(points.db.database, points.workspace.id)
    for (const table of tables) {
      await connection.query(`delete from ${table}`)
      await connection.query(`insert into ${table} overriding system value select * from kept_${table}`)
      await connection.query(`drop table kept_${table}`)
    }
    await connection.query(`reset session_replication_role`)
    for (const fault of faults) expect(fault.profileId, fault.check).toBe(profileId)
    return [...new Set(faults.map(({ check }) => check))].sort()
  })
}

test('a sound ledger has no fault, and its accounts sum to zero (L121)', async () => {
  const report = await verifyLedger(points.db.database, points.workspace.id)
  expect(report).toMatchObject({ movements: 9, wallets: 2, faults: [], hasMore: false, overReserved: 0 })
  expect(report.accounts).toEqual([
    { account: 'issued', balance: -2000 },
    { account: 'lot', balance: 1100 },
    { account: 'owed', balance: 0 },
    { account: 'spent', balance: 1300 },
    { account: 'synchronised', balance: -400 },
    { account: 'transferred', balance: 0 },
  ])
})

test.each([
  [
    'a wallet’s balance',
    'update points_wallets set balance = balance + 1 where balance > 500',
    ['wallet-follows-entries'],
  ],
  [
    'a wallet’s debt',
    'update points_wallets set owed = owed + 1 where balance > 500',
    ['wallet-follows-entries'],
  ],
  [
    'a wallet that would be looked at too late',
    `update points_wallets set due_at = null where balance > 500`,
    ['wallet-follows-entries'],
  ],
  ['a wallet that is gone', 'delete from points_wallets where balance > 500', ['wallet-follows-entries']],
  [
    'a lot',
    'update points_lots set remaining = remaining + 1 where remaining > 300',
    ['history-sums-to-balance', 'lot-follows-entries'],
  ],
  ['a debt', 'update points_debts set remaining = remaining + 1', ['debt-follows-entries']],
  [
    'an entry',
    `update points_entries set amount = amount - 1 where account = 'lot' and amount > 1500`,
    ['entries-sum-to-zero', 'lot-follows-entries', 'movement-follows-entries', 'wallet-follows-entries'],
  ],
  [
    'both sides of a movement',
    `update points_entries set amount = amount * 2 where movement_id = (
       select max(id) from points_movements where kind = 'payment')`,
    ['lot-follows-entries', 'movement-follows-entries', 'wallet-follows-entries'],
  ],
  [
    'a movement',
    `update points_movements set amount = amount - 1 where kind = 'payment'`,
    ['history-sums-to-balance', 'movement-follows-entries'],
  ],
  [
    'what a purchase earned',
    `update points_movements set earned = 1 where kind = 'purchase'`,
    ['movement-follows-entries'],
  ],
  [
    'what was redeemed',
    `update points_movements set redeemed = 0 where kind = 'payment'`,
    ['movement-follows-entries'],
  ],
  [
    'what a transfer redeemed',
    `update points_movements set redeemed = 0 where kind = 'transfer' and amount < 0`,
    ['movement-follows-entries'],
  ],
  [
    'what a synchronisation earned',
    `update points_movements set earned = 1 where kind = 'synchronisation'`,
    ['movement-follows-entries'],
  ],
  [
    'what a settlement of a debt is said to have earned',
    `update points_movements set earned = 1 where kind = 'debt-settlement'`,
    ['movement-follows-entries'],
  ],
  [
    'an account',
    `update points_entries set account = 'written-off' where account = 'synchronised'`,
    ['accounts-fit-kind'],
  ],
  [
    'what arrived of a transfer',
    `with gone as (delete from points_movements where kind = 'transfer' and amount > 0 returning *),
     entry as (delete from points_entries e using gone where e.movement_id = gone.id),
     lot as (delete from points_lots l using gone where l.id = gone.id)
     update points_wallets w set balance = 0, due_at = null from gone where w.profile_id = gone.profile_id`,
    ['transfer-arrives'],
  ],
  [
    'an empty lot that nobody opened',
    `insert into points_lots (workspace_id, id, profile_id, point_type, remaining)
     select workspace_id, -1, profile_id, point_type, 0 from points_debts`,
    ['lot-follows-entries'],
  ],
])('finds %s that was changed, and whose it is', async (_what, damage, checks) => {
  expect(await checksAfter(damage)).toEqual(checks)
  expect(await points.faults()).toEqual([])
})

test('finds points of a profile that is not there', async () => {
  const gone = await points.newProfile()
  await points.earn(gone, 1)
  await points.db.database.asOwner((connection) =>
    connection.query('delete from profiles where id = $1', [gone]),
  )
  const faults = await points.faults()
  expect(faults).toHaveLength(3)
  for (const fault of faults) expect(fault).toMatchObject({ check: 'owner-is-there', profileId: gone })
  await points.db.database.asOwner((connection) =>
    connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [points.workspace.id, gone]),
  )
  expect(await points.faults()).toEqual([])
})

test('finds entries whose movement or lot is gone', async () => {
  const damage = `insert into points_entries (workspace_id, movement_id, line, account, lot_id, amount)
    values (${points.workspace.id}, -7, 1, 'lot', -8, 5), (${points.workspace.id}, -7, 2, 'issued', null, -5)`
  await points.db.database.asOwner((connection) => connection.query(damage))
  const faults = await points.faults()
  expect(faults).toMatchObject([
    { check: 'entries-sum-to-zero', of: 'entries of -7' },
    { check: 'lot-follows-entries', of: '-8' },
  ])
  await points.db.database.asOwner(async (connection) => {
    await connection.query(`set session_replication_role = replica`)
    await connection.query('delete from points_entries where movement_id = -7')
    await connection.query(`reset session_replication_role`)
  })
})

test('entries are never changed: not by a request, and not by a slip of the owner (L121)', async () => {
  const statements = ['update points_entries set amount = 1', 'delete from points_entries']
  for (const statement of [
    ...statements,
    'delete from points_movements',
    'update points_movements set kind = kind',
  ]) {
    await expect(points.transaction((connection) => connection.query(statement))).rejects.toMatchObject({
      code: '42501',
    })
  }
  for (const statement of [...statements, 'truncate points_entries']) {
    await expect(
      points.db.database.asOwner((connection) => connection.query(statement)),
    ).rejects.toMatchObject({ code: 'TS002' })
  }
})

test('the ledger is verified while it is used, without false alarm', async () => {
  await using busy = await createPointsFixture(file)
  const customer = await busy.newProfile()
  await busy.earn(customer, 1000)
  const spending = Promise.all(Array.from({ length: 40 }, () => busy.spend(customer, 1)))
  for (let run = 0; run < 5; run++) expect(await busy.faults()).toEqual([])
  await spending
})

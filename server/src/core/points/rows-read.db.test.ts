import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsRead } from '../../testing/rows-read.ts'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'

let points: PointsFixture

beforeAll(async () => {
  points = await createPointsFixture(`
workspace: acme
loyalty: { pointTypes: [ { id: base, name: Base, expiresAfterDays: 10 }, { id: extra, name: Extra } ] }
`)
})
afterAll(() => points[Symbol.asyncDispose]())

test('a booking reads wallets and lots of its own customer alone, though no statistics were taken yet', async () => {
  const customers = await Promise.all(Array.from({ length: 200 }, () => points.newProfile()))
  await Promise.all(customers.map((id) => points.earn(id, 50)))
  await Promise.all(customers.map((id) => points.spend(id, 10)))
  const [profileId = ''] = customers
  const named = () => ({ key: randomUUID(), profileId, amount: 1000 })
  const { ledger, workspace } = points
  for (const [verb, book] of Object.entries({
    earn: (connection) => ledger.earn(connection, workspace, { ...named(), kind: 'addition' }),
    spend: (connection) => ledger.spend(connection, workspace, { ...named(), kind: 'redemption' }),
  } satisfies Record<string, Parameters<typeof points.transaction>[0]>)) {
    const read = await points.transaction((connection) => rowsRead(connection, () => book(connection)))
    const most = { profiles: 2, points_wallets: 10, points_lots: 10, points_debts: 0, points_entries: 0 }
    const tooMany = Object.entries(most).filter(([table, rows]) => (read.get(table) ?? 0) > rows)
    expect(tooMany, `${verb}: ${JSON.stringify([...read])}`).toEqual([])
  }
})

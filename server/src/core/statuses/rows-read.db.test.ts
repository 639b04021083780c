import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { readWidely } from '../../testing/rows-read.ts'
import { createLedger } from '../points/create-ledger.ts'
import { createPointsFixture, type PointsFixture } from '../points/points.fixture.ts'
import { currentStatuses } from './current-status.ts'
import { setStatus } from './set-status.ts'
import { statusReaction } from './status-reaction.ts'

const customerCount = 200
const mostRows = 20

let points: PointsFixture
let customers: readonly string[]

beforeAll(async () => {
  points = await createPointsFixture(`
workspace: acme
loyalty:
  pointTypes: [{ id: base, name: Base, default: true }]
  statuses:
    - { id: bronze, name: Bronze, qualificationPoints: 0, qualificationMonths: 12, multiplier: 1 }
    - { id: silver, name: Silver, qualificationPoints: 500, qualificationMonths: 12, multiplier: 1.5 }
    - { id: gold, name: Gold, qualificationPoints: 2000, qualificationMonths: 12, multiplier: 2 }
`)
  customers = await Promise.all(Array.from({ length: customerCount }, () => points.newProfile()))
  // All of them are silver, by points of two movements.
  for (const amount of [300, 300]) {
    await Promise.all(
      customers.map((profileId) => points.transaction((connection) => earn(connection, profileId, amount))),
    )
  }
  await points.db.database.asOwner((connection) => connection.query('analyze'))
})
afterAll(() => points[Symbol.asyncDispose]())

function earn(connection: Connection, profileId: string, amount: number): Promise<unknown> {
  const ledger = createLedger([statusReaction], points.clock)
  const request = { key: randomUUID(), kind: 'purchase', profileId, amount: amount * 100 } as const
  return ledger.earn(connection, points.workspace, request)
}

test('a status is reached, set, and set anew where it ended, by the rows of its own customer (L102, L104)', async () => {
  const { workspace, clock } = points
  const [customer = ''] = customers
  const now = clock.now()
  const later = new Date(now.getTime() + 3 * 366 * 86_400_000)
  const silver = { profileId: customer, statusId: 'silver', now }
  const cases: Readonly<Record<string, (connection: Connection) => Promise<unknown>>> = {
    'is read': (connection) => currentStatuses(connection, workspace, [customer], now),
    'is reached': (connection) => earn(connection, customer, 2000),
    'is set': (connection) => setStatus(connection, workspace, silver),
    'is set anew': (connection) => currentStatuses(connection, workspace, [customer], later),
  }
  for (const [name, work] of Object.entries(cases)) {
    const widely = await points.transaction((connection) =>
      readWidely(connection, mostRows, () => work(connection)),
    )
    expect(widely, name).toEqual({})
  }
})

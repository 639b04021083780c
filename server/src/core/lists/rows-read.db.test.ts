import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { gatherCrowd } from '../../testing/crowd.ts'
import { readWidely } from '../../testing/rows-read.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { listAddresses } from '../addresses/addresses.ts'
import { listCards } from '../cards/list-cards.ts'
import { readConsentHistory } from '../consents/consents.ts'
import { listSources } from '../customer-sources/list-sources.ts'
import { listEvents } from '../events/list-events.ts'
import { listInterestRecords } from '../interests/interest-records.ts'
import { readPartnerRelations } from '../partner-relations/partner-relations.ts'
import { listMovements } from '../points/list-movements.ts'
import { listReservations } from '../points/list-reservations.ts'
import { readPropertyRecords } from '../properties/read-property-records.ts'
import { listPurchases } from '../purchases/read-purchases.ts'
import { readTurnover } from '../purchases/read-turnover.ts'
import { readAttributions } from '../referral/read-attributions.ts'
import { readReferrals } from '../referral/read-referrals.ts'
import { listKnownProfiles } from '../registration/list-known-profiles.ts'
import { listVouchers } from '../rewards/list-vouchers.ts'
import { addToSegment, removeFromSegment } from '../segments/change-list.ts'
import { listMembers } from '../segments/list-members.ts'
import { membershipsOf } from '../segments/read-memberships.ts'
import { currentStatuses } from '../statuses/current-status.ts'
import { listStatusRecords } from '../statuses/list-status-records.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { longestList } from './list-request.ts'

/** Enough that to read all of a small table is no longer the quicker way. */
const crowdSize = 2000
/** A customer of the crowd has a row in each table, which a list reads once for its total and once for its page. */
const mostRows = 10

const file = `
workspace: acme
segments: [{ id: everybody, name: Everybody, list: true }]
loyalty:
  pointTypes: [{ id: base, name: Base }]
  partners: [{ id: acme, name: Acme }]
  statuses: [{ id: bronze, name: Bronze, qualificationPoints: 0, qualificationMonths: 12, multiplier: 1 }]
`

let db: TestDatabase
let workspace: Workspace
let people: readonly string[]
let customer: string
const now = new Date()

function transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return db.database.transaction(workspace.id, work)
}

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(file)
  workspace = db.workspace()
  const crowd = await db.database.asOwner((connection) => gatherCrowd(connection, workspace.id, crowdSize))
  people = crowd.people
  customer = people[7] ?? ''
  await transaction((connection) => addToSegment(connection, workspace, 'everybody', people))
  await db.database.asOwner((connection) => connection.query('analyze'))
})
afterAll(() => db[Symbol.asyncDispose]())

type Look = (connection: Connection, workspaceId: number) => Promise<unknown>

const lists: Readonly<Record<string, Look>> = {
  addresses: (connection, id) => listAddresses(connection, id, { profileId: customer }, longestList),
  attributions: (connection, id) => readAttributions(connection, id, { friendId: customer }),
  cards: (connection, id) => listCards(connection, id, { profileIds: [customer] }, now, longestList),
  'changes of consents': (connection, id) => readConsentHistory(connection, id, customer),
  events: (connection, id) =>
    listEvents(connection, id, { names: ['purchase'], profileIds: [customer] }, longestList),
  interests: (connection, id) => listInterestRecords(connection, id, customer, longestList),
  'known profiles, with their consents': (connection, id) =>
    listKnownProfiles(connection, id, { profileIds: [customer] }, longestList),
  'members of a segment': (connection, id) =>
    listMembers(connection, id, { id: 'everybody', byRule: false }, [customer], longestList),
  memberships: (connection) => membershipsOf(connection, workspace, customer),
  'movements of points': (connection, id) =>
    listMovements(connection, id, { profileIds: [customer] }, now, longestList),
  'partner relations': (connection) => readPartnerRelations(connection, workspace, customer),
  properties: (connection, id) => readPropertyRecords(connection, id, 'customer', [customer]),
  purchases: (connection, id) => listPurchases(connection, id, { profileIds: [customer] }, longestList),
  'referred friends': (connection, id) =>
    readReferrals(connection, id, { side: 'advocate', profileId: customer }),
  reservations: (connection, id) =>
    listReservations(connection, id, { profileIds: [customer] }, now, longestList),
  sources: (connection, id) => listSources(connection, id, { profileIds: [customer] }, longestList),
  'the status': (connection) => currentStatuses(connection, workspace, [customer], now),
  'status records': (connection) =>
    listStatusRecords(connection, workspace, { profileId: customer }, longestList),
  turnover: (connection, id) => readTurnover(connection, id, customer, {}),
  vouchers: (connection) => listVouchers(connection, workspace, { profileIds: [customer] }, now, longestList),
}

describe('of one customer among many their own rows are read', () => {
  test.each(Object.entries(lists))('%s', async (_name, look) => {
    const widely = await transaction((connection) =>
      readWidely(connection, mostRows, () => look(connection, workspace.id)),
    )
    expect(widely).toEqual({})
  })
})

test('a list is told of one member without being read (L120)', async () => {
  for (const change of [addToSegment, removeFromSegment]) {
    const widely = await transaction((connection) =>
      readWidely(connection, mostRows, () => change(connection, workspace, 'everybody', [customer])),
    )
    expect(widely, change.name).toEqual({})
  }
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { applyUpserts } from '../profiles/upsert-profiles.ts'
import { channels } from './channels.ts'
import { changeRecipientStatuses, findRecipientStatus, type StatusChange } from './recipient-status.ts'

let db: TestDatabase
let workspaceId = 1000

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())
beforeEach(async () => {
  workspaceId++
  await createUsers(
    { customer: 'a', email: 'x@e', unit: 'DE' },
    { customer: 'b', email: 'y@e' },
    { customer: 'c', email: 'y@e', unit: 'AT' },
  )
})

async function createUsers(...users: readonly object[]): Promise<void> {
  for (const user of users) {
    await db.database.transaction(workspaceId, (connection) =>
      applyUpserts(connection, {
        workspaceId,
        operations: JSON.stringify([user]),
        emailPerUnit: true,
        fieldBindings: {},
      }),
    )
  }
}

async function change(...changes: readonly StatusChange[]): Promise<void> {
  await db.database.transaction(workspaceId, (connection) =>
    changeRecipientStatuses(connection, workspaceId, changes),
  )
}

const statusOf = (customer: string) => findRecipientStatus(db.database, workspaceId, customer)

test('a user starts with nothing opted out and not blacklisted, and who is no user has no status (C70, C71)', async () => {
  expect(await statusOf('a')).toEqual({ optedOutChannels: [], blacklisted: false })
  expect(await statusOf('nobody')).toBeUndefined()
})

test('out of all, then in for one, leaves all but that one, in the order they are listed (C68)', async () => {
  await change({ customer: 'a', opt_out: true, channels: channels.toReversed() })
  expect((await statusOf('a'))?.optedOutChannels).toEqual(channels)
  await change({ customer: 'a', opt_out: false, channels: ['MAIL'] })
  expect((await statusOf('a'))?.optedOutChannels).toEqual(channels.slice(1))
  await change({ customer: 'a', opt_out: false, channels })
  expect((await statusOf('a'))?.optedOutChannels).toEqual([])
})

test('a channel is opted out of once, however often it is said (C68)', async () => {
  await change({ customer: 'a', opt_out: true, channels: ['SMS', 'MAIL'] })
  await change({ customer: 'a', opt_out: true, channels: ['SMS'] })
  expect((await statusOf('a'))?.optedOutChannels).toEqual(['MAIL', 'SMS'])
})

test('opt-outs and the blacklist mark are independent (C70)', async () => {
  await change({ customer: 'a', blacklisted: true })
  await change({ customer: 'a', opt_out: true, channels: ['SMS'] })
  expect(await statusOf('a')).toEqual({ optedOutChannels: ['SMS'], blacklisted: true })
  await change({ customer: 'a', blacklisted: false })
  expect(await statusOf('a')).toEqual({ optedOutChannels: ['SMS'], blacklisted: false })
})

test('a first opt-in, or a change of somebody who is not there, harms nobody', async () => {
  await change(
    { customer: 'a', opt_out: false, channels: ['SMS'] },
    { customer: 'nobody', blacklisted: true },
  )
  expect(await statusOf('a')).toEqual({ optedOutChannels: [], blacklisted: false })
})

test('an e-mail names the user of its business unit, in any letter case; without one the user without (C20)', async () => {
  await change({ email_key: 'x@e', unit: 'de', blacklisted: true })
  await change({ email_key: 'y@e', blacklisted: true })
  const blacklisted = async (customer: string) => (await statusOf(customer))?.blacklisted
  expect([await blacklisted('a'), await blacklisted('b'), await blacklisted('c')]).toEqual([
    true,
    true,
    false,
  ])
  await change({ email_key: 'x@e', unit: 'AT', opt_out: true, channels: ['SMS'] })
  expect((await statusOf('a'))?.optedOutChannels).toEqual([])
})

test('a lead has no status: it cannot be opted out (C63)', async () => {
  await createUsers({ email: 'lead@e' })
  await change({ email_key: 'lead@e', blacklisted: true })
  await createUsers({ customer: 'd', email: 'other@e' })
  const { rowCount } = await db.database.asOwner((connection) =>
    connection.query('select from recipient_statuses where workspace_id = $1', [workspaceId]),
  )
  expect(rowCount).toBe(0)
})

test('who is deleted and created again starts clean (C17)', async () => {
  await change({ customer: 'a', opt_out: true, channels, blacklisted: true })
  await db.database.transaction(workspaceId, (connection) =>
    deleteProfiles(connection, workspaceId, [{ customer: 'a' }], []),
  )
  expect(await statusOf('a')).toBeUndefined()
  await createUsers({ customer: 'a', email: 'x@e' })
  expect(await statusOf('a')).toEqual({ optedOutChannels: [], blacklisted: false })
})

test('who opts out while they are merged away is not sent to as the survivor (S19, C68)', async () => {
  const survivor = randomUUID()
  let changing: Promise<void> | undefined
  await db.database.transaction(workspaceId, async (connection) => {
    const { rows } = await connection.query<{ profile_id: string }>(
      `select profile_id from identifiers where workspace_id = $1 and kind = 'customer_id' and value = 'a'`,
      [workspaceId],
    )
    await connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [workspaceId, survivor])
    const request = {
      from: rows[0]?.profile_id ?? '',
      into: survivor,
      cause: 'operator',
      keepsData: true,
    } as const
    await mergeProfiles(connection, { id: workspaceId, fieldBindings: {} }, request, [])
    changing = change({ customer: 'a', opt_out: true, channels: ['MAIL'] })
    await untilSomebodyWaits(db.database)
  })
  await changing
  expect((await statusOf('a'))?.optedOutChannels).toEqual(['MAIL'])
  expect(
    await db.database.inWorkspace(workspaceId, async (connection) => {
      const { rows } = await connection.query(
        'select profile_id from recipient_statuses where workspace_id = $1',
        [workspaceId],
      )
      return rows
    }),
  ).toEqual([{ profile_id: survivor }])
})

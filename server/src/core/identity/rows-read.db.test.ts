import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { readWidely } from '../../testing/rows-read.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type Identification, identify } from './identify.ts'
import { identityParts } from './identity-parts.ts'
import { newDeviceToken } from './new-device.fixture.ts'
import { findDevice, findDevices } from './token-standing.ts'

const deviceCount = 300
const knownCount = 100

let db: TestDatabase
let workspace: Workspace
let devices: readonly { readonly deviceId: string; readonly token: string }[]

function transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return db.database.transaction(workspace.id, work)
}

const say = (
  connection: Connection,
  device: number,
  said: Pick<Identification, 'identity'> & Partial<Identification>,
) =>
  identify(
    connection,
    workspace,
    {
      deviceId: devices[device]?.deviceId ?? '',
      level: 'proof',
      partnerFirst: false,
      fields: {},
      mayRebind: true,
      ...said,
    },
    identityParts,
  )

const email = (index: number) => `person-${index}@example.com`

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspace = db.workspace()
  devices = await Promise.all(
    Array.from({ length: deviceCount }, () =>
      transaction((connection) => newDeviceToken(connection, workspace.id)),
    ),
  )
  await Promise.all(
    devices
      .slice(0, knownCount)
      .map((_device, index) =>
        transaction((connection) => say(connection, index, { identity: { email: email(index) } })),
      ),
  )
})
afterAll(() => db[Symbol.asyncDispose]())

test('a token is looked up by itself, though how to was planned when there were few', async () => {
  await transaction(async (connection) => {
    const find = (token: string) => findDevice(connection, workspace.id, token, new Date())
    const findAll = (token: string) => findDevices(connection, workspace.id, [token])
    let last = ''
    for (let made = 0; made < 100; made++) {
      last = (await newDeviceToken(connection, workspace.id)).token
      await Promise.all([find(last), findAll(last)])
    }
    for (const look of [find, findAll]) {
      expect(await readWidely(connection, 2, () => look(last))).toEqual({})
    }
  })
})

test('whoever identifies, is merged, rebound or taken over, the devices and tokens of others are not read (E26, E32, S16)', async () => {
  await db.database.asOwner((connection) => connection.query('analyze'))
  const cases: Readonly<Record<string, (connection: Connection) => Promise<unknown>>> = {
    'becomes known': (connection) =>
      say(connection, 200, { identity: { email: 'new@example.com', partnerUserId: 'new' } }),
    'meets a known one by claim': (connection) =>
      say(connection, 201, { identity: { email: email(1) }, level: 'claim' }),
    'meets a known one by proof': (connection) => say(connection, 202, { identity: { email: email(2) } }),
    'is rebound': (connection) => say(connection, 3, { identity: { email: email(4) } }),
    'gets a customer id': (connection) =>
      say(connection, 203, { identity: { email: email(5), partnerUserId: 'five' } }),
  }
  for (const [name, work] of Object.entries(cases)) {
    const widely = await transaction((connection) => readWidely(connection, 20, () => work(connection)))
    expect(widely, name).toEqual({})
  }
})

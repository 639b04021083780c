import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsRead } from '../../testing/rows-read.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { deleteTokens, tokenSeconds } from './create-device.ts'
import { createDeviceMaker } from './device-maker.ts'
import { readPersonRows } from './read-person.ts'
import { createTokenReader } from './token-reader.ts'
import { generateToken } from './token-secret.ts'
import { findDevice, findDevices } from './token-standing.ts'

let db: TestDatabase
let acmeId: number
let otherId: number
const now = new Date()

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme', 'workspace: other')
  acmeId = db.workspace('acme').id
  otherId = db.workspace('other').id
})
afterAll(() => db[Symbol.asyncDispose]())

async function makeDevices(count: number, seconds = tokenSeconds) {
  const devices = createDeviceMaker(db.database)
  return await Promise.all(Array.from({ length: count }, () => devices.make(acmeId, { seconds, now })))
}

test('devices that are made at once have a token and a profile each, and stand as they were given out (E14, E40)', async () => {
  const made = await makeDevices(40)
  expect(new Set(made.map(({ token }) => token)).size).toBe(40)
  expect(new Set(made.map(({ standing }) => standing.profileId)).size).toBe(40)
  for (const { token, standing } of made) {
    const found = await db.database.inWorkspace(acmeId, (connection) =>
      findDevice(connection, acmeId, token, now),
    )
    expect(found).toEqual(standing)
  }
})

test('tokens that are looked up at once are each what they are: known, expired, unknown, of another workspace (E16, E23)', async () => {
  const reader = createTokenReader(db.database)
  const [good, ended] = [(await makeDevices(1))[0], (await makeDevices(1, 1))[0]]
  const later = new Date(now.getTime() + 2000)
  const found = await Promise.all([
    reader.standing(acmeId, ended?.token ?? '', later),
    reader.standing(acmeId, generateToken(), later),
    reader.standing(acmeId, good?.token ?? '', later),
    reader.standing(otherId, good?.token ?? '', later),
    reader.standing(acmeId, 'not a token', later),
    reader.standing(acmeId, good?.token ?? '', later),
  ])
  expect(found).toEqual([
    { refusal: 'expired' },
    { refusal: 'unknown' },
    good?.standing,
    { refusal: 'unknown' },
    { refusal: 'unknown' },
    good?.standing,
  ])
})

test('a token that was deleted is unknown to the next look-up, also while others are under way (E42)', async () => {
  const reader = createTokenReader(db.database)
  for (const { token, standing } of await makeDevices(20)) {
    const before = reader.standing(acmeId, token, now)
    await db.database.inWorkspace(acmeId, (connection) =>
      deleteTokens(connection, acmeId, [standing.tokenId]),
    )
    expect(await reader.standing(acmeId, token, now)).toEqual({ refusal: 'unknown' })
    await before
  }
})

test('looking up tokens and people reads as many rows as are asked for, though no statistics were taken yet', async () => {
  const made = (await makeDevices(300)).slice(0, 10)
  const tokens = made.map(({ token }) => token)
  const standings = made.map(({ standing }) => standing)
  await db.database.transaction(acmeId, async (connection) => {
    const byTokens = await rowsRead(connection, () => findDevices(connection, acmeId, tokens))
    expect(byTokens.get('access_tokens')).toBe(10)
    expect(byTokens.get('devices')).toBe(10)
    expect(byTokens.get('profiles')).toBe(10)
    const byPeople = await rowsRead(connection, () => readPersonRows(connection, acmeId, standings))
    expect(byPeople.get('device_bindings')).toBe(10)
    expect(byPeople.get('profiles')).toBe(10)
  })
})

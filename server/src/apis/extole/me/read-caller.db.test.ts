import type { FastifyRequest } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findDevice } from '../../../core/identity/token-standing.ts'
import { newToken, openTestExtole, type TestExtole } from '../extole.fixture.ts'
import { readCaller } from './read-caller.ts'

let extole: TestExtole
beforeAll(async () => {
  extole = await openTestExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

test('a device that is bound to somebody while it asks who it is, is told so, and its token stays one (E13, E16, E26)', async () => {
  const { database } = extole.db
  const workspace = extole.db.workspace()
  const known = await newToken(extole, { email: 'ann@example.com' })
  const token = await newToken(extole)
  const standing = await database.inWorkspace(workspace.id, (connection) =>
    findDevice(connection, workspace.id, token, new Date()),
  )
  const begun = { workspace, caller: { standing } } as unknown as FastifyRequest
  await extole.call('POST', '/v4/me', { token, body: { email: 'ann@example.com' } })
  const { number } = await readCaller(database, begun)
  expect(number).toBe((await extole.call('GET', '/v4/me', { token: known })).body.id)
})

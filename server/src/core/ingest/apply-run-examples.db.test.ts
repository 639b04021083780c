import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { eventParts } from '../events/profile-parts.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { blockOfRequest } from './accept-operations.ts'
import { type AppliedState, readAppliedState } from './applied-state.fixture.ts'
import { type ApplyContext, applyRun, applyRunOneByOne } from './apply-run.ts'
import type { Operation, OperationOutcome, UpsertOperation } from './operation.ts'
import { pickRun } from './pick-run.ts'
import { postgresOperationLog } from './postgres-operation-log.ts'

let db: TestDatabase
let context: ApplyContext
let workspaceId = 1000

beforeAll(async () => {
  db = await createTestDatabase()
  context = {
    database: db.database,
    log: postgresOperationLog(db.database),
    parts: [...identityParts, ...eventParts],
    rules: async () => ({ emailPerUnit: true, fieldBindings: {} }),
  }
})
afterAll(() => db[Symbol.asyncDispose]())

function user(customer: string, email: string, rest: Partial<UpsertOperation> = {}): UpsertOperation {
  return { kind: 'upsert', customer, email, set: {}, ...rest }
}

/** Applies requests, each a block, in a workspace of their own; gives the outcomes of the last one. */
async function applyRequests(
  ...requests: readonly (readonly Operation[])[]
): Promise<{ outcomes: Readonly<Record<string, OperationOutcome>>; state: AppliedState }> {
  workspaceId++
  let outcomes = {}
  for (const operations of requests) {
    await context.log.append(workspaceId, blockOfRequest(workspaceId, operations))
    const run = pickRun(await context.log.pending(workspaceId, []), [])
    if (!run) throw new Error('nothing to apply')
    const settled = await applyRun(context, workspaceId, run)
    outcomes = settled.outcomes.get(run.blocks[0]?.id ?? 0) ?? {}
  }
  const state = await db.database.asOwner((connection) => readAppliedState(connection, workspaceId))
  return { outcomes, state }
}

function holderOf(state: AppliedState, email: string): string | null | undefined {
  return state.profiles.find((profile) => profile.email === email)?.customer
}

test('a refusal names the holder, the business unit, and where the operation stood (C12, C35)', async () => {
  const held = user('holder', 'x@e', { unit: 'DE' })
  const { outcomes } = await applyRequests(
    [held],
    [user('late', 'X@e', { email_key: 'x@e', unit: 'de', at: 'updated/0' })],
  )
  expect(outcomes).toEqual({
    0: { failure: { reason: 'email-taken', email: 'X@e', holder: 'holder', unit: 'de' }, at: 'updated/0' },
  })
})

test('operations that fail alike are each reported where they stood in their request (C35)', async () => {
  const late = (index: number) => user('late', 'x@e', { at: `updated/${index}` })
  const { outcomes } = await applyRequests([user('holder', 'x@e')], [late(0), late(1), late(2)])
  expect(Object.values(outcomes)).toMatchObject([
    { at: 'updated/0' },
    { at: 'updated/1' },
    { at: 'updated/2' },
  ])
})

test('an operation that believes in another profile fails, and the next one on the same user does not (C14)', async () => {
  const stranger = '00000000-0000-4000-8000-000000000000'
  const wrong = user('a', 'x@e', { profile: stranger, set: { p: 1 } })
  const { outcomes, state } = await applyRequests(
    [user('a', 'x@e')],
    [wrong, user('a', 'x@e', { set: { q: 2 } })],
  )
  expect(outcomes).toEqual({ 0: { failure: { reason: 'profile-mismatch', sent: stranger, customer: 'a' } } })
  expect(state.profiles).toMatchObject([{ attributes: { q: 2 } }])
})

test('an e-mail that an earlier entry gave up can be taken by a later one, also at the second attempt (C28)', async () => {
  const before = [user('holder', 'x@e')]
  const request = [user('a', 'x@e'), user('holder', 'y@e'), user('a', 'x@e')]
  const { outcomes, state } = await applyRequests(before, request)
  expect(Object.keys(outcomes)).toEqual(['0'])
  expect(holderOf(state, 'x@e')).toBe('a')
})

test('an e-mail is given up by whichever entry of its holder succeeds (C28)', async () => {
  const before = [user('holder', 'x@e'), user('other', 'z@e')]
  const request = [user('holder', 'z@e'), user('holder', 'y@e'), user('a', 'x@e')]
  const { outcomes, state } = await applyRequests(before, request)
  expect(Object.keys(outcomes)).toEqual(['0'])
  expect(holderOf(state, 'x@e')).toBe('a')
})

test('an e-mail that only a later entry gives up cannot be taken, however late the claim is looked at (C28)', async () => {
  const request = [user('a', 'y@e'), user('a', 'x@e'), user('holder', 'z@e')]
  const { outcomes, state } = await applyRequests([user('holder', 'x@e')], request)
  expect(outcomes).toMatchObject({ 1: { failure: { reason: 'email-taken', holder: 'holder' } } })
  expect(holderOf(state, 'z@e')).toBe('holder')
  expect(holderOf(state, 'y@e')).toBe('a')
})

test('two users that swap their e-mails in one request both fail (C28)', async () => {
  const { outcomes } = await applyRequests(
    [user('a', 'x@e'), user('b', 'y@e')],
    [user('a', 'y@e'), user('b', 'x@e')],
  )
  expect(Object.keys(outcomes)).toEqual(['0', '1'])
})

test('of a user that moves with its e-mail and one that claims it there the earlier wins, in one set (C12, C28)', async () => {
  const before = [user('mover', 'x@e', { unit: 'AT' })]
  const move: UpsertOperation = { kind: 'upsert', customer: 'mover', unit: 'DE' }
  const claim = user('a', 'x@e', { unit: 'DE' })
  expect(Object.keys((await applyRequests(before, [move, claim])).outcomes)).toEqual(['1'])
  expect(Object.keys((await applyRequests(before, [claim, move])).outcomes)).toEqual(['0'].map(() => '1'))
})

test('a lead becomes the user that a new id brings, whatever profile id that came with (C14, C15)', async () => {
  const lead: UpsertOperation = { kind: 'upsert', email: 'x@e', set: { p: 1, q: 1 } }
  const believing = user('a', 'x@e', { profile: '00000000-0000-4000-8000-000000000000', set: { q: 2 } })
  const { outcomes, state } = await applyRequests([lead], [believing])
  expect(outcomes).toEqual({})
  expect(state.profiles).toMatchObject([{ customer: 'a', attributes: { p: 1, q: 2 } }])
})

test('who absorbs a lead of its business unit leaves the one without business unit alone (C15)', async () => {
  const leads: readonly UpsertOperation[] = [
    { kind: 'upsert', email: 'x@e', unit: 'DE' },
    { kind: 'upsert', email: 'x@e' },
  ]
  const { state } = await applyRequests([user('a', 'a@e')], leads, [user('a', 'x@e', { unit: 'DE' })])
  expect(state.profiles.map(({ customer, unit }) => [customer, unit])).toEqual([
    ['a', 'DE'],
    [null, null],
  ])
})

test('one poisonous operation fails alone, and all others of its block and run apply (C6, C29)', async () => {
  workspaceId++
  const good = [user('a', 'a@e', { set: { p: 1 } }), user('b', 'b@e'), user('c', 'c@e', { set: { r: 3 } })]
  const text = JSON.stringify(good).replace('"customer":"b"', '"customer":"b","at":"updated/1"')
  const block = blockOfRequest(workspaceId, good)
  await context.log.append(workspaceId, { ...block, operations: text.replace('"b@e"', '"b\\u0000@e"') })
  await context.log.append(workspaceId, blockOfRequest(workspaceId, [user('d', 'd@e')]))
  const run = pickRun(await context.log.pending(workspaceId, []), [])
  if (!run) throw new Error('nothing to apply')
  await expect(applyRun(context, workspaceId, run)).rejects.toThrow()
  const { outcomes } = await applyRunOneByOne(context, workspaceId, run, 1)
  expect(outcomes.get(run.blocks[0]?.id ?? 0)).toEqual({
    1: { failure: { reason: 'not-applicable' }, at: 'updated/1' },
  })
  const state = await db.database.asOwner((connection) => readAppliedState(connection, workspaceId))
  expect(state.profiles.map(({ customer }) => customer)).toEqual(['a', 'c', 'd'])
  expect(await context.log.pending(workspaceId, [])).toEqual([])
})

test('a write that changes nothing is reported to nobody, one that does is reported once', async () => {
  const write = user('a', 'a@e', { set: { p: 1 } })
  await applyRequests([write], [write], [{ ...write, set: { p: 2 } }])
  const { rows } = await db.database.asOwner((connection) =>
    connection.query('select kinds from profile_changes where workspace_id = $1 order by id', [workspaceId]),
  )
  expect(rows).toEqual([{ kinds: ['created'] }, { kinds: ['updated'] }])
})

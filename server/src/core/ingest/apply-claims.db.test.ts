import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { eventParts } from '../events/profile-parts.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { newDeviceToken } from '../identity/new-device.fixture.ts'
import { findDevice } from '../identity/token-standing.ts'
import { blockOfRequest } from './accept-operations.ts'
import { type ApplyContext, applyRun } from './apply-run.ts'
import type { Operation, OperationOutcome, UpsertOperation } from './operation.ts'
import { pickRun } from './pick-run.ts'
import { postgresOperationLog } from './postgres-operation-log.ts'

let db: TestDatabase
let context: ApplyContext
let workspaceId = 2000

beforeAll(async () => {
  db = await createTestDatabase()
  const parts = [...identityParts, ...eventParts]
  context = {
    database: db.database,
    log: postgresOperationLog(db.database),
    parts,
    rules: async () => ({ emailPerUnit: true, fieldBindings: {} }),
  }
})
afterAll(() => db[Symbol.asyncDispose]())

function user(customer: string, email: string, rest: Partial<UpsertOperation> = {}): UpsertOperation {
  return { kind: 'upsert', customer, email, set: {}, ...rest }
}

async function apply(
  ...operations: readonly Operation[]
): Promise<Readonly<Record<string, OperationOutcome>>> {
  await context.log.append(workspaceId, blockOfRequest(workspaceId, operations))
  const run = pickRun(await context.log.pending(workspaceId, []), [])
  if (!run) throw new Error('nothing to apply')
  return (await applyRun(context, workspaceId, run)).outcomes.get(run.blocks[0]?.id ?? 0) ?? {}
}

/** A profile that holds these identifiers, given as kind, value and level. */
async function profile(...identifiers: readonly (readonly [string, string, string])[]): Promise<string> {
  return await db.database.transaction(workspaceId, async (connection) => {
    const value = (kind: string) => identifiers.find(([of]) => of === kind)?.[1] ?? null
    const { rows } = await connection.query<{ id: string }>(
      'insert into profiles (workspace_id, id, customer_id, email) values ($1, gen_random_uuid(), $2, $3) returning id',
      [workspaceId, value('customer_id'), value('email')],
    )
    const id = rows[0]?.id ?? ''
    for (const [kind, of, level] of identifiers) {
      await connection.query(
        'insert into identifiers (workspace_id, kind, value, profile_id, level) values ($1, $2, $3, $4, $5)',
        [workspaceId, kind, of, id, level],
      )
    }
    return id
  })
}

async function holders(
  kind: string,
  value: string,
): Promise<readonly { profile_id: string; level: string }[]> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query(
      'select profile_id, level from identifiers where workspace_id = $1 and kind = $2 and value = $3',
      [workspaceId, kind, value],
    )
    return rows
  })
}

async function rowOf(id: string): Promise<{ customer_id: string | null; email: string | null } | undefined> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query('select customer_id, email from profiles where id = $1', [id])
    return rows[0]
  })
}

test('an e-mail that a user merely claims beside better identifiers yields to a write by proof (C12, S15)', async () => {
  workspaceId++
  const claimer = await profile(['customer_id', 'p', 'proof'], ['email', 'x@e', 'claim'])
  expect(await apply(user('a', 'x@e'))).toEqual({})
  const [holder] = await holders('email', 'x@e')
  expect(holder).toMatchObject({ level: 'proof' })
  expect(holder?.profile_id).not.toBe(claimer)
  expect(await rowOf(claimer)).toEqual({ customer_id: 'p', email: null })
})

test("a lead's e-mail that somebody merely claims beside better identifiers becomes the lead's (S15)", async () => {
  workspaceId++
  const claimer = await profile(['partner_user_id', 'p', 'proof'], ['email', 'x@e', 'claim'])
  await apply({ kind: 'upsert', email: 'x@e', set: {} })
  const [holder] = await holders('email', 'x@e')
  expect(holder?.profile_id).not.toBe(claimer)
})

test('a profile of claims alone is taken over: it becomes the user, by proof (C15, S15)', async () => {
  workspaceId++
  const claimer = await profile(['partner_user_id', 'p', 'claim'], ['email', 'x@e', 'claim'])
  await apply(user('a', 'x@e'))
  expect(await holders('email', 'x@e')).toEqual([{ profile_id: claimer, level: 'proof' }])
  expect(await holders('partner_user_id', 'p')).toEqual([{ profile_id: claimer, level: 'claim' }])
  expect(await rowOf(claimer)).toEqual({ customer_id: 'a', email: 'x@e' })
})

test('an e-mail by own word, or by proof, does not yield (C12)', async () => {
  workspaceId++
  await profile(['customer_id', 'p', 'proof'], ['email', 'x@e', 'own-word'])
  expect(await apply(user('a', 'x@e'))).toMatchObject({
    0: { failure: { reason: 'email-taken', holder: 'p' } },
  })
})

test("a write with the claimer's own id and e-mail makes its claim proof, and nobody else's (S15)", async () => {
  workspaceId++
  const claimer = await profile(['customer_id', 'p', 'proof'], ['email', 'x@e', 'claim'])
  await apply(user('p', 'X@e', { email_key: 'x@e' }))
  expect(await holders('email', 'x@e')).toEqual([{ profile_id: claimer, level: 'proof' }])
  expect(await apply(user('a', 'x@e'))).toMatchObject({ 0: { failure: { reason: 'email-taken' } } })
})

test('a customer id that somebody else merely claims counts as unknown; claims alone are taken over (C9, S15)', async () => {
  workspaceId++
  const claimer = await profile(['customer_id', 'a', 'claim'], ['email', 'p@e', 'proof'])
  await apply(user('a', 'x@e'))
  expect((await holders('customer_id', 'a'))[0]?.profile_id).not.toBe(claimer)
  expect(await rowOf(claimer)).toEqual({ customer_id: null, email: 'p@e' })
  const alone = await profile(['customer_id', 'b', 'claim'])
  await apply(user('b', 'b@e'))
  expect(await holders('customer_id', 'b')).toEqual([{ profile_id: alone, level: 'proof' }])
})

test('devices follow a lead that a user absorbs, and only who had proved the e-mail stays verified (S16, S19)', async () => {
  workspaceId++
  await apply(user('a', 'a@e'))
  const lead = await profile(['email', 'x@e', 'claim'])
  const token = async (proved: readonly string[]) =>
    await db.database.transaction(workspaceId, async (connection) => {
      const made = await newDeviceToken(connection, workspaceId)
      await connection.query(
        `with b as (
           update device_bindings set profile_id = $3, bound_at = now()
           where workspace_id = $1 and device_id = $2 returning id
         )
         update access_tokens set verified_binding_id = b.id, proved = $4 from b
         where workspace_id = $1 and device_id = $2`,
        [workspaceId, made.deviceId, lead, proved],
      )
      return made.token
    })
  const tokens = [await token(['email:x@e']), await token(['partner_user_id:7'])]
  await apply(user('a', 'x@e'))
  const [survivor] = await holders('customer_id', 'a')
  const standings = await db.database.inWorkspace(workspaceId, async (connection) => [
    await findDevice(connection, workspaceId, tokens[0] ?? '', new Date()),
    await findDevice(connection, workspaceId, tokens[1] ?? '', new Date()),
  ])
  expect(standings).toMatchObject([
    { profileId: survivor?.profile_id, trust: 'verified' },
    { profileId: survivor?.profile_id, trust: 'identified' },
  ])
})

test('deleting a profile ends the tokens of its devices (C17, S20)', async () => {
  workspaceId++
  const id = await profile(['customer_id', 'gone', 'proof'])
  const token = await db.database.transaction(workspaceId, async (connection) => {
    const made = await newDeviceToken(connection, workspaceId)
    await connection.query(
      'update device_bindings set profile_id = $3, bound_at = now() where workspace_id = $1 and device_id = $2',
      [workspaceId, made.deviceId, id],
    )
    return made.token
  })
  await apply({ kind: 'delete', customer: 'gone' })
  const standing = await db.database.inWorkspace(workspaceId, (connection) =>
    findDevice(connection, workspaceId, token, new Date()),
  )
  expect(standing).toEqual({ refusal: 'unknown' })
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashSecret } from '../../platform/crypto/secrets.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { applyUpserts } from '../profiles/upsert-profiles.ts'
import { type AppliedFile, type AppliedFiles, applyWorkspaceFiles } from './apply-workspace-files.ts'
import { exampleText, parsed } from './file/acme.fixture.ts'
import { revokeKey } from './workspace-keys.ts'

let db: TestDatabase

beforeEach(async () => {
  db = await createTestDatabase()
})
afterEach(() => db[Symbol.asyncDispose]())

async function apply(...texts: readonly string[]): Promise<AppliedFiles> {
  return await applyWorkspaceFiles(
    db.database,
    texts.map((text) => parsed(text)),
    { dryRun: false },
  )
}

async function applyOne(text: string): Promise<AppliedFile> {
  const result = await apply(text)
  if ('refused' in result || !result.applied[0]) throw new Error(JSON.stringify(result))
  return result.applied[0]
}

/** All that applying files can change, but for what counts changes. */
async function everything(): Promise<unknown> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query(`select
      (select jsonb_agg(to_jsonb(w) order by id) from workspaces w) as workspaces,
      (select jsonb_agg(to_jsonb(k) order by workspace_id, name) from workspace_keys k) as keys,
      (select jsonb_agg(to_jsonb(d) order by workspace_id, host) from workspace_domains d) as domains,
      (select jsonb_agg(to_jsonb(a) order by workspace_id, id) from attributes a) as attributes`)
    return rows[0]
  })
}

const file = (slug: string, rest: object = {}) => JSON.stringify({ workspace: slug, ...rest })
const key = (name: string, secret?: string) => ({ name, kind: 'master', ...(secret ? { secret } : {}) })

test('a new workspace is made of its file; applying the file again changes nothing, not even the revision', async () => {
  const text = exampleText('acme')
  const first = await applyOne(text)
  expect(first).toMatchObject({ workspace: 'acme', created: true, generatedKeys: [] })
  expect(first.changes).toContain('+ workspace acme')
  expect(first.changes).toContain('+ key backend (master)')
  expect(first.changes).toContain('+ attribute children.age')
  const before = await everything()
  expect(await applyOne(text)).toEqual({ workspace: 'acme', created: false, changes: [], generatedKeys: [] })
  expect(await everything()).toEqual(before)
})

test('no secret of a file is kept in the clear', async () => {
  await applyOne(exampleText('acme'))
  const kept = JSON.stringify(await everything())
  const secrets = [
    'test-master-key',
    '0123456789abcdef0123456789abcdef',
    'Adm1n-password',
    'test-webhook-secret',
  ]
  for (const secret of secrets) expect(kept, secret).not.toContain(secret)
  for (const secret of ['test-endpoint-source', 'whsec_']) expect(kept, secret).not.toContain(secret)
})

test('a dry run tells what would change, and changes nothing', async () => {
  await applyOne(file('acme', { currency: 'EUR' }))
  const before = await everything()
  const files = [file('acme', { currency: 'CZK', keys: [key('new')] }), file('second')]
  const result = await applyWorkspaceFiles(
    db.database,
    files.map((text) => parsed(text)),
    { dryRun: true },
  )
  expect(result).toMatchObject({
    applied: [
      { workspace: 'acme', created: false, changes: expect.arrayContaining(['~ currency: "EUR" → "CZK"']) },
      { workspace: 'second', created: true },
    ],
  })
  expect(await everything()).toEqual(before)
})

test('of several files that are applied together all are, or none', async () => {
  await applyOne(file('owner', { keys: [key('k', 'their-secret-value')] }))
  const before = await everything()
  const result = await apply(
    file('fine', { keys: [key('k', 'another-secret-value')] }),
    file('thief', { keys: [key('own', 'yet-another-secret'), key('k', 'their-secret-value')] }),
  )
  expect(result).toMatchObject({ refused: 1, faults: [{ path: 'keys[1].secret' }] })
  expect(await everything()).toEqual(before)
})

test('a secret that another workspace of the same call brings is refused as well (S3)', async () => {
  const result = await apply(
    file('one', { keys: [key('k', 'the-same-secret')] }),
    file('two', { keys: [key('k', 'the-same-secret')] }),
  )
  expect(result).toMatchObject({ refused: 1, faults: [{ path: 'keys[0].secret' }] })
})

test('a host of another workspace is refused with its path and whose it is; a loopback name may be shared (S5)', async () => {
  await applyOne(file('owner', { domains: ['shop.example', 'localhost', '127.0.0.1'] }))
  const result = await apply(file('thief', { domains: ['localhost', '127.0.0.1', 'shop.example'] }))
  expect(result).toMatchObject({
    refused: 0,
    faults: [{ path: 'domains[2]', reason: expect.stringContaining('"owner"') }],
  })
  await applyOne(file('guest', { domains: ['localhost', '127.0.0.1', 'guest.example'] }))
})

test('a host that a file no longer lists is free for another workspace', async () => {
  await applyOne(file('owner', { domains: ['shop.example', 'old.example'] }))
  await applyOne(file('owner', { domains: ['shop.example'] }))
  await applyOne(file('heir', { domains: ['old.example'] }))
})

test('a key without a secret gets one that is shown once and kept as a hash', async () => {
  const first = await applyOne(file('acme', { keys: [key('backend')] }))
  const [generated] = first.generatedKeys
  expect(generated).toMatchObject({ name: 'backend', kind: 'master' })
  expect((await applyOne(file('acme', { keys: [key('backend')] }))).generatedKeys).toEqual([])
  const kept = JSON.stringify(await everything())
  expect(kept).not.toContain(generated?.secret)
  expect(kept).toContain(hashSecret(generated?.secret ?? '').toString('hex'))
})

test('a new secret replaces the old one; keys that a file no longer lists stay', async () => {
  await applyOne(file('acme', { keys: [key('a', 'first-secret-value'), key('b', 'secret-value-of-b')] }))
  const changed = await applyOne(file('acme', { keys: [key('a', 'second-secret-value')] }))
  expect(changed.changes).toContain('~ key a (master)')
  await db.directory.refresh()
  const slugOf = async (secret: string) => (await db.directory.byKey(secret, 'master'))?.slug
  expect(await slugOf('first-secret-value')).toBeUndefined()
  expect(await slugOf('second-secret-value')).toBe('acme')
  expect(await slugOf('secret-value-of-b')).toBe('acme')
})

test('a revoked key stays revoked when its file is applied again, and comes back with a new secret', async () => {
  const text = (secret: string) => file('acme', { keys: [key('a', secret)] })
  await applyOne(text('first-secret-value'))
  await db.directory.refresh()
  const id = db.workspace('acme').id
  await db.database.asOwner((connection) => revokeKey(connection, id, 'a'))
  await applyOne(text('first-secret-value'))
  await db.directory.refresh()
  expect(await db.directory.byKey('first-secret-value', 'master')).toBeUndefined()
  await applyOne(text('second-secret-value'))
  expect((await db.directory.byKey('second-secret-value', 'master'))?.slug).toBe('acme')
})

test('the type of an attribute is not changed under the values that profiles have: refused with the path', async () => {
  const withType = (type: string) => file('acme', { customerData: { attributes: [{ name: 'age', type }] } })
  await applyOne(withType('integer'))
  const before = await everything()
  expect(await apply(withType('string'))).toMatchObject({
    refused: 0,
    faults: [{ path: 'customerData.attributes[0]', reason: expect.stringContaining('another type') }],
  })
  expect(await everything()).toEqual(before)
})

test('attributes that a file no longer lists stay (C56)', async () => {
  await applyOne(file('acme', { customerData: { attributes: [{ name: 'age', type: 'integer' }] } }))
  await applyOne(file('acme', { customerData: { attributes: [{ name: 'size', type: 'integer' }] } }))
  await db.directory.refresh()
  expect([...(db.directory.bySlug('acme')?.attributes.keys() ?? [])]).toEqual(['age', 'size'])
})

test('more children than a workspace may have, those of earlier files included, are refused with the path (C52)', async () => {
  const withFields = (name: string) => {
    const fields = Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, type: 'string' }))
    return file('acme', { customerData: { attributes: [{ name, type: 'object', fields }] } })
  }
  await applyOne(withFields('one'))
  const result = await apply(withFields('two'))
  expect(result).toMatchObject({ refused: 0 })
  const [fault] = 'faults' in result ? result.faults : []
  expect(fault?.path).toBe('customerData.attributes[0].fields[10]')
})

test('the rule by which e-mails are unique does not change under the e-mails that profiles have (C12)', async () => {
  const withRule = (emailUniqueness: string) => file('acme', { customerData: { emailUniqueness } })
  await applyOne(withRule('business-unit'))
  await applyOne(withRule('workspace'))
  await applyOne(withRule('business-unit'))
  await db.directory.refresh()
  const workspaceId = db.workspace('acme').id
  const operations = JSON.stringify([{ customer: 'a', email: 'x@e', unit: 'DE' }])
  await db.database.transaction(workspaceId, (connection) =>
    applyUpserts(connection, { workspaceId, operations, emailPerUnit: true, fieldBindings: {} }),
  )
  const before = await everything()
  expect(await apply(withRule('workspace'))).toMatchObject({
    refused: 0,
    faults: [{ path: 'customerData.emailUniqueness' }],
  })
  expect(await everything()).toEqual(before)
})

test('files that are applied at the same time wait for each other', async () => {
  const text = file('acme', { keys: [key('a', 'a-secret-value')], domains: ['shop.example'] })
  const results = await Promise.all(Array.from({ length: 4 }, () => applyOne(text)))
  expect(results.filter(({ created }) => created)).toHaveLength(1)
})

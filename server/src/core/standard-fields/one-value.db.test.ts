import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { runs } from '../../testing/soak.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { consentParts } from '../consents/profile-parts.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { retried } from '../identity/retried.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import { blockOfRequest } from '../ingest/accept-operations.ts'
import { applyRun, applyRunOneByOne } from '../ingest/apply-run.ts'
import type { Operation } from '../ingest/operation.ts'
import { pickRun } from '../ingest/pick-run.ts'
import { postgresOperationLog } from '../ingest/postgres-operation-log.ts'
import { emailKey } from '../profiles/email.ts'
import { registerProfile } from '../registration/register-profile.ts'
import { updateProfile } from '../registration/update-profile.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { deriveFields } from './derive-fields.ts'
import { addressOfAttribute, fieldOfAttribute } from './field-bindings.ts'
import { type Address, type FieldChanges, fieldColumns, type StandardFields } from './standard-fields.ts'
import { writeFields } from './write-fields.ts'

let db: TestDatabase
let template: Workspace
let lastWorkspaceId = 1000
const parts = [...identityParts, ...consentParts]
const source = { api: 'test', actorKind: 'operator', actor: null } as const

const attributes = `
    - { name: firstName, type: string }
    - { name: sex, type: string }
    - { name: birthday, type: datetime }
    - { name: mobile, type: string, format: phone }
    - { name: speaks, type: string }
    - { name: home, type: object, fields: [{ name: city, type: string }, { name: countryCode, type: string }, { name: floor, type: integer }] }`
const bound = `
workspace: bound
customerData:
  attributes: ${attributes}
  standardFields: { first_name: firstName, gender: sex, birthdate: birthday, phone: mobile, language: speaks, address: home }
`

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(bound)
  template = db.workspace('bound')
})
afterAll(() => db[Symbol.asyncDispose]())

const phone = fc.constantFrom('+420221634695', '+420700000001', '+420700000002')
const birthdate = fc.constantFrom('1990-01-31', '2000-02-29')
const email = fc.constantFrom('x@e.example', 'y@e.example', 'X@e.example', 'z@e.example')
const anyAttributes = fc.record(
  {
    firstName: fc.constantFrom('Ann', 'Bob', '', 'ž'.repeat(100)),
    sex: fc.constantFrom('male', 'female', 'other', 'unknown', 'Male', ''),
    birthday: fc.oneof(
      birthdate,
      fc.constantFrom(
        '2000-02-29T10:00:00Z',
        '1990-01-31T23:59:59.999Z',
        '2001-02-29',
        '0000-01-01',
        'no date',
      ),
    ),
    mobile: fc.oneof(phone, fc.constantFrom('112', 'none', '')),
    speaks: fc.constantFrom('en', 'cs'),
    home: fc.record(
      { city: fc.constantFrom('Prague', ''), countryCode: fc.constant('cz'), floor: fc.nat(3) },
      { requiredKeys: [], noNullPrototype: true },
    ),
    other: fc.nat(3),
  },
  { requiredKeys: [], noNullPrototype: true },
)
const anyClear = fc.uniqueArray(
  fc.constantFrom('firstName', 'sex', 'birthday', 'mobile', 'speaks', 'home', 'other'),
  { minLength: 1, maxLength: 3 },
)
const anyFields: fc.Arbitrary<FieldChanges> = fc.record(
  {
    first_name: fc.constantFrom('Ann', 'Cyd', null),
    last_name: fc.constantFrom('Novák', null),
    gender: fc.constantFrom('male', 'miss', null),
    birthdate: fc.oneof(birthdate, fc.constant(null)),
    phone: fc.oneof(phone, fc.constant(null)),
    language: fc.constantFrom('en', 'de', null),
    address: fc.oneof(
      fc.constant(null),
      fc.record(
        { city: fc.constant('Brno'), zip: fc.constant('60200'), country_code: fc.constantFrom('cz', 'sk') },
        { requiredKeys: [], noNullPrototype: true },
      ),
    ),
    picture_url: fc.constantFrom('https://cdn.example/p.png', null),
  },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<FieldChanges>

const upsert = fc.record(
  {
    kind: fc.constant('upsert' as const),
    customer: fc.constantFrom('a', 'b', 'c'),
    email,
    set: anyAttributes,
    clear: anyClear,
  },
  { requiredKeys: ['kind', 'email', 'set'], noNullPrototype: true },
)

const anyStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant('apply' as const),
      operations: fc.array(upsert, { minLength: 1, maxLength: 4 }),
      oneByOne: fc.boolean(),
    }),
  },
  fc.record({
    verb: fc.constant('write' as const),
    who: fc.nat(5),
    fields: anyFields.map(({ phone: _phone, ...fields }) => fields),
    mode: fc.constantFrom('replace' as const, 'fill' as const),
  }),
  fc.record({ verb: fc.constant('register' as const), email: fc.option(email), fields: anyFields }),
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('update' as const),
      who: fc.nat(5),
      email: fc.option(email),
      fields: anyFields,
    }),
  },
  fc.record({ verb: fc.constant('merge' as const), who: fc.nat(5), other: fc.nat(5) }),
  fc.record({ verb: fc.constant('unmerge' as const) }),
)
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never

async function profileIds(connection: Connection, { id }: Workspace): Promise<readonly string[]> {
  const { rows } = await connection.query<{ id: string }>(
    'select id from profiles where workspace_id = $1 order by created_at, id',
    [id],
  )
  return rows.map((row) => row.id)
}

async function applyOperations(
  workspace: Workspace,
  operations: readonly Operation[],
  oneByOne: boolean,
): Promise<void> {
  const log = postgresOperationLog(db.database)
  await log.append(workspace.id, blockOfRequest(workspace.id, operations))
  const context = { database: db.database, log, parts, rules: async () => workspace }
  for (;;) {
    const run = pickRun(await log.pending(workspace.id, []), [])
    if (!run) return
    if (oneByOne) await applyRunOneByOne(context, workspace.id, run, 1)
    else await applyRun(context, workspace.id, run)
  }
}

async function perform(workspace: Workspace, step: Step, merges: string[]): Promise<void> {
  if (step.verb === 'apply') {
    const operations = step.operations.map((operation) => ({
      ...operation,
      email_key: emailKey(operation.email),
    }))
    return await applyOperations(workspace, operations as Operation[], step.oneByOne)
  }
  await retried(() =>
    db.database.transaction(workspace.id, async (connection) => {
      if (step.verb === 'register') {
        await registerProfile(
          connection,
          workspace,
          {
            level: 'proof',
            email: step.email ?? undefined,
            fields: step.fields,
            consents: [],
            consentSource: source,
            at: new Date(),
          },
          parts,
        )
        return
      }
      if (step.verb === 'unmerge') {
        const last = merges.pop()
        if (last !== undefined) await unmergeProfiles(connection, workspace, last, parts)
        return
      }
      const ids = await profileIds(connection, workspace)
      const who = ids[step.who % ids.length]
      if (who === undefined) return
      if (step.verb === 'write') await writeFields(connection, workspace, who, step.fields, step.mode)
      else if (step.verb === 'update') {
        const { email, fields } = step
        await updateProfile(connection, workspace, who, {
          level: 'proof',
          email,
          fields,
          consents: [],
          consentSource: source,
        })
      } else {
        const from = ids[step.other % ids.length] ?? who
        const merge = { from, into: who, cause: 'operator', keepsData: true } as const
        const id = await mergeProfiles(connection, workspace, merge, parts)
        if (id !== undefined) merges.push(id)
      }
    }),
  )
}

type ProfileRow = StandardFields & { attributes: Record<string, unknown>; phone_id: string | null }

/** Every bound field says what its attribute says, and a phone that is an identifier is its profile's phone. */
async function check(workspace: Workspace): Promise<void> {
  const { rows } = await db.database.inWorkspace(workspace.id, (connection) =>
    connection.query<ProfileRow>(
      `select ${fieldColumns}, p.attributes, (
         select value from identifiers i where i.workspace_id = $1 and i.profile_id = p.id and i.kind = 'phone'
       ) as phone_id
       from profiles p where p.workspace_id = $1`,
      [workspace.id],
    ),
  )
  for (const row of rows) {
    const { attributes: held } = row
    const { first_name, gender, birthdate, phone, language } = row
    expect({ first_name, gender, birthdate, phone, language }).toEqual({
      first_name: fieldOfAttribute('first_name', held.firstName),
      gender: fieldOfAttribute('gender', held.sex),
      birthdate: fieldOfAttribute('birthdate', held.birthday),
      phone: fieldOfAttribute('phone', held.mobile),
      language: fieldOfAttribute('language', held.speaks),
    })
    const { city, country_code }: Address = row.address ?? {}
    expect({ city, country_code }).toEqual({
      city: undefined,
      country_code: undefined,
      ...addressOfAttribute({ city: 'city', country_code: 'countryCode' }, held.home),
    })
    if (row.phone_id !== null) expect(row.phone).toBe(row.phone_id)
  }
}

test('whoever writes what, an attribute and the field bound to it are one value; a phone is its holder’s (S22, L60)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 10, size: 'max' }), async (steps) => {
      const workspace = { ...template, id: lastWorkspaceId++ }
      const merges: string[] = []
      for (const step of steps) {
        await perform(workspace, step, merges)
        await check(workspace)
      }
    }),
    runs(100),
  )
})

test('attributes and columns of profiles that were there become one value when a file binds them (S22)', async () => {
  const file = (more: string) => `
workspace: later
customerData:
  attributes: ${attributes}
${more}`
  await db.apply(file(''))
  const unbound = db.workspace('later')
  const people: Operation[] = Array.from({ length: 5 }, (_, index) => ({
    kind: 'upsert',
    customer: `c${index}`,
    email: `c${index}@e.example`,
    set: index % 2 === 0 ? { firstName: `Attribute ${index}`, mobile: '+420700000001', sex: 'unknown' } : {},
  }))
  await applyOperations(unbound, people, false)
  await db.database.transaction(unbound.id, async (connection) => {
    for (const id of await profileIds(connection, unbound)) {
      await writeFields(
        connection,
        unbound,
        id,
        { first_name: 'Column', address: { zip: '1', city: 'B' } },
        'replace',
      )
    }
  })
  const read = () =>
    db.database.inWorkspace(unbound.id, async (connection) => {
      const { rows } = await connection.query(
        `select customer_id, first_name, address, attributes ->> 'firstName' as attribute,
           attributes -> 'home' as home, (
             select value from identifiers i where i.workspace_id = $1 and i.profile_id = p.id and i.kind = 'phone'
           ) as phone
         from profiles p where workspace_id = $1 order by customer_id`,
        [unbound.id],
      )
      return rows
    })
  expect(await read()).toMatchObject([{ first_name: 'Column', attribute: 'Attribute 0' }, {}, {}, {}, {}])

  await db.apply(
    file(
      '  standardFields: { first_name: firstName, phone: mobile, gender: sex, birthdate: birthday, language: speaks, address: home }',
    ),
  )
  const workspace = db.workspace('later')
  await deriveFields(db.database, workspace)
  const derived = await read()
  const address = { zip: '1', city: 'B' }
  // What the attribute says goes before; where it says nothing, it gets what was in the column.
  expect(derived).toMatchObject([
    { first_name: 'Attribute 0', attribute: 'Attribute 0', address, home: { city: 'B' } },
    { first_name: 'Column', attribute: 'Column', address, home: { city: 'B' } },
    { first_name: 'Attribute 2', attribute: 'Attribute 2' },
    { first_name: 'Column', attribute: 'Column' },
    { first_name: 'Attribute 4', attribute: 'Attribute 4' },
  ])
  // Of those with the same phone attribute one has it as its identifier, and none is refused for it.
  expect(derived.map(({ phone }) => phone).filter((value) => value !== null)).toEqual(['+420700000001'])
  await check(workspace)
  await deriveFields(db.database, workspace)
  expect(await read()).toEqual(derived)
})

test('profiles become one value also beside a writer that locks them in another order (S22)', async () => {
  const file = (more: string) =>
    `{ workspace: crossed, customerData: { attributes: [{ name: firstName, type: string }]${more} } }`
  await db.apply(file(''))
  const unbound = db.workspace('crossed')
  const people: Operation[] = ['a', 'b'].map((customer) => ({
    kind: 'upsert',
    customer,
    email: `${customer}@e.example`,
    set: { firstName: 'Ada' },
  }))
  await applyOperations(unbound, people, false)
  await db.apply(file(', standardFields: { first_name: firstName }'))
  const workspace = db.workspace('crossed')
  let derived: Promise<void> | undefined
  await db.database
    .transaction(workspace.id, async (connection) => {
      const [first, last] = (await profileIds(connection, workspace)).toSorted()
      const touch = (id: string | undefined) =>
        connection.query('update profiles set updated_at = now() where workspace_id = $1 and id = $2', [
          workspace.id,
          id,
        ])
      await touch(last)
      derived = deriveFields(db.database, workspace)
      await expect
        .poll(async () => {
          const { rows } = await db.database.asOwner((owner) =>
            owner.query(
              `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%locked as mat%'`,
            ),
          )
          return rows.length
        })
        .toBe(1)
      await touch(first)
    })
    // Either of the two is ended by PostgreSQL; this one would be tried again by its caller.
    .catch(() => {})
  await derived
  await check(workspace)
})

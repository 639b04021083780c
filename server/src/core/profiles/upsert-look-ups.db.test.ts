import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { rowsRead } from '../../testing/rows-read.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { applyUpserts } from './upsert-profiles.ts'

const strangers = 300

let db: TestDatabase
let acme = 0

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  acme = db.workspace('acme').id
  await db.database.transaction(acme, (connection) => addStrangers(connection))
})
afterAll(() => db[Symbol.asyncDispose]())

/** People with an identifier of each kind, and somebody each was merged with; nobody takes statistics of them. */
async function addStrangers(connection: Connection): Promise<void> {
  await connection.query(
    `with made as (
       insert into profiles (workspace_id, id) select $1, gen_random_uuid() from generate_series(1, $2) returning id
     ), merged as (
       insert into merged_profiles (workspace_id, id, survivor_id, number)
       select $1, gen_random_uuid(), id, random_number() from made
     )
     insert into identifiers (workspace_id, kind, value, profile_id)
     select $1, kind, case kind when 'phone' then '+420' || (100000000 + row_number() over ())::text
       else kind || ' of ' || id end, id
     from made, unnest(array['customer_id', 'email', 'phone', 'card']) kind`,
    [acme, strangers],
  )
}

/** A profile, and its identifiers with the level they are held at. */
async function newProfile(
  connection: Connection,
  identifiers: readonly (readonly [kind: string, value: string, level: 'claim' | 'proof'])[],
): Promise<string> {
  const id = randomUUID()
  const customer = identifiers.find(([kind]) => kind === 'customer_id')?.[1] ?? null
  await connection.query('insert into profiles (workspace_id, id, customer_id) values ($1, $2, $3)', [
    acme,
    id,
    customer,
  ])
  for (const [kind, value, level] of identifiers) {
    await connection.query(
      'insert into identifiers (workspace_id, kind, value, level, profile_id) values ($1, $2, $3, $4, $5)',
      [acme, kind, value, level, id],
    )
  }
  return id
}

const undone = new Error('undone')

/** How many rows of each table a set of upserts reads; undone afterwards. */
async function readBy(
  prepare: (connection: Connection) => Promise<readonly object[]>,
  options: { readonly emailPerUnit?: boolean; readonly phone?: string } = {},
): Promise<{ decisions: readonly string[]; read: ReadonlyMap<string, number> }> {
  let decisions: readonly string[] = []
  let read: ReadonlyMap<string, number> = new Map()
  await db.database
    .transaction(acme, async (connection) => {
      const operations = await prepare(connection)
      read = await rowsRead(connection, async () => {
        const answers = await applyUpserts(connection, {
          workspaceId: acme,
          operations: JSON.stringify(operations.map((operation) => ({ result: true, ...operation }))),
          emailPerUnit: options.emailPerUnit ?? false,
          fieldBindings: options.phone === undefined ? {} : { phone: options.phone },
        })
        decisions = answers.map(({ decision }) => decision)
      })
      throw undone
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error
    })
  return { decisions, read }
}

/** Which rows are written is a join with the set, and good once there are statistics. */
function expectFew(read: ReadonlyMap<string, number>): void {
  for (const table of ['identifiers', 'merged_profiles']) expect(read.get(table) ?? 0, table).toBeLessThan(10)
}

const claimer = [
  ['email', 'claimed@x.example', 'claim'],
  ['card', 'c-1', 'proof'],
] as const

test('an upsert by a customer id or e-mail that is merely claimed looks up its claimer, and reads nobody else (S15)', async () => {
  const byEmail = await readBy(async (connection) => {
    await newProfile(connection, claimer)
    return [{ customer: 'new', email: 'claimed@x.example' }]
  })
  expect(byEmail.decisions).toEqual(['yield-email'])
  expectFew(byEmail.read)
  const byCustomer = await readBy(async (connection) => {
    await newProfile(connection, [
      ['customer_id', 'claimed', 'claim'],
      ['card', 'c-1', 'proof'],
    ])
    return [{ customer: 'claimed', set: { a: 1 } }]
  })
  expect(byCustomer.decisions).toEqual(['yield-customer'])
  expectFew(byCustomer.read)
})

test('an upsert in a business unit looks up the lead without one, and reads nobody else (C15, S15)', async () => {
  const taken = async (level: 'claim' | 'proof') =>
    await readBy(
      async (connection) => {
        await newProfile(connection, [...claimer.slice(1), ['email', 'lead@x.example', level]])
        return [{ customer: 'unit', email: 'lead@x.example', unit: 'North' }]
      },
      { emailPerUnit: true },
    )
  for (const [level, decision] of [
    ['claim', 'create'],
    ['proof', 'take-lead'],
  ] as const) {
    const { decisions, read } = await taken(level)
    expect(decisions).toEqual([decision])
    expectFew(read)
  }
})

test('an upsert with the id of a merged profile looks up its survivor, and reads nobody else (S9)', async () => {
  const { decisions, read } = await readBy(async (connection) => {
    const survivor = await newProfile(connection, [['customer_id', 'survivor', 'proof']])
    const merged = randomUUID()
    await connection.query(
      `insert into merged_profiles (workspace_id, id, survivor_id, number) values ($1, $2, $3, random_number())`,
      [acme, merged, survivor],
    )
    return [
      { customer: 'survivor', profile: merged },
      { customer: 'new', profile: randomUUID() },
    ]
  })
  expect(decisions).toEqual(['update', 'create'])
  expectFew(read)
})

test('an upsert of a phone looks up who holds it, and reads nobody else (S22, S15)', async () => {
  const { decisions, read } = await readBy(
    async (connection) => {
      await newProfile(connection, [
        ['phone', '+420777000001', 'claim'],
        ['card', 'c-1', 'proof'],
      ])
      await newProfile(connection, [
        ['customer_id', 'same', 'proof'],
        ['phone', '+420777000002', 'proof'],
      ])
      return [
        { customer: 'takes', set: { mobile: '+420777000001' } },
        { customer: 'same', set: { mobile: '+420777000002' } },
      ]
    },
    { phone: 'mobile' },
  )
  expect(decisions).toEqual(['create', 'update'])
  expectFew(read)
})

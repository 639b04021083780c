import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { appendEvents } from '../events/append-events.ts'
import { eventParts } from '../events/profile-parts.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { lockAlone, lockSurvivor, lockSurvivors } from '../profiles/lock-survivor.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { explainMerge } from './explain-merge.ts'
import { findNamedProfiles } from './find-named-profiles.ts'
import { identityParts } from './identity-parts.ts'
import { listMerges } from './list-merges.ts'
import { mergeByOperator } from './merge-by-operator.ts'
import { mergeProfiles } from './merge-profiles.ts'
import { type Parameter, readParameters, writeParameters } from './parameters.ts'
import { unmergeProfiles } from './unmerge-profiles.ts'

const parts = [...identityParts, ...eventParts]
let db: TestDatabase
let acme = 0

function workspace() {
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  return found
}
let other = 0

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme', 'workspace: other')
  acme = db.directory.bySlug('acme')?.id ?? 0
  other = db.directory.bySlug('other')?.id ?? 0
})
afterAll(() => db[Symbol.asyncDispose]())

const inAcme = <T>(work: (connection: Connection) => Promise<T>) => db.database.transaction(acme, work)

interface Made {
  readonly id: string
  readonly number: string
}

type Identifiers = readonly (readonly [kind: string, value: string, level?: string])[]

async function newProfile(identifiers: Identifiers, attributes: object = {}): Promise<Made> {
  return await inAcme(async (connection) => {
    const id = randomUUID()
    const named = new Map(identifiers.map(([kind, value]) => [kind, value]))
    const { rows } = await connection.query<{ number: string }>(
      `insert into profiles (workspace_id, id, customer_id, email, attributes, known_at)
       values ($1, $2, $3, $4, $5, case when $6 then now() end)
       returning number::text as number`,
      [
        acme,
        id,
        named.get('customer_id') ?? null,
        named.get('email') ?? null,
        JSON.stringify(attributes),
        identifiers.some(([kind]) => kind !== 'anonymous_id' && kind !== 'cookie_id'),
      ],
    )
    for (const [kind, value, level = 'proof'] of identifiers) {
      await connection.query(
        'insert into identifiers (workspace_id, kind, value, level, profile_id) values ($1, $2, $3, $4, $5)',
        [acme, kind, value, level, id],
      )
    }
    return { id, number: rows[0]?.number ?? '' }
  })
}

async function merge(from: Made, into: Made): Promise<string> {
  const result = await inAcme((connection) =>
    mergeByOperator(connection, workspace(), { from: from.id, into: into.id }, parts),
  )
  if (result.refusal) throw new Error(result.refusal)
  return result.merge
}

const undo = (id: string) => inAcme((connection) => unmergeProfiles(connection, workspace(), id, parts))

async function addEvents(profile: Made, count: number): Promise<void> {
  const now = new Date().toISOString()
  const event = { profile: profile.id, name: 'x', occurred_at: now, received_at: now, data: {} }
  await inAcme((connection) =>
    appendEvents(
      connection,
      acme,
      Array.from({ length: count }, () => ({ ...event, source: 'public' as const })),
    ),
  )
}

let people = 0
async function twoPeople(): Promise<{ ann: Made; bob: Made; ofAnn: string }> {
  const n = ++people
  const ann = await newProfile(
    [
      ['email', `ann${n}@e`],
      ['customer_id', `ann${n}`],
      ['card', `card${n}`, 'own-word'],
    ],
    { age: 30, size: 'M' },
  )
  const bob = await newProfile([['customer_id', `bob${n}`]], { size: 'L' })
  return { ann, bob, ofAnn: `ann${n}@e` }
}

test("an operator's merge is explained by what moved, what became free, and what was filled (S19)", async () => {
  const { ann, bob, ofAnn } = await twoPeople()
  await addEvents(ann, 3)
  await addEvents(bob, 1)
  const id = await merge(ann, bob)
  const explained = await inAcme((connection) => explainMerge(connection, acme, id))
  expect(explained).toMatchObject({
    id,
    cause: 'operator',
    undoneAt: null,
    intoIsGone: false,
    from: { id: ann.id, number: ann.number, email: ofAnn },
    into: { id: bob.id, number: bob.number },
    moved: [{ part: 'events', count: 3 }],
    filledAttributes: ['age'],
    movedRecipientStatus: false,
    olderMerges: 0,
  })
  expect(explained?.identifiers.map(({ kind, level, moved }) => [kind, level, moved])).toEqual(
    expect.arrayContaining([
      ['email', 'proof', true],
      ['card', 'own-word', true],
      ['customer_id', 'proof', false],
    ]),
  )
  expect(await inAcme((connection) => explainMerge(connection, acme, '1'))).toBeUndefined()
  const elsewhere = await db.database.inWorkspace(other, (connection) => explainMerge(connection, other, id))
  expect(elsewhere).toBeUndefined()
})

test('a person is named by id, number and identifier, before a merge and after it (S9)', async () => {
  const { ann, bob, ofAnn } = await twoPeople()
  const named = async (text: string) =>
    (await inAcme((connection) => findNamedProfiles(connection, acme, text))).map(({ id }) => id)
  for (const text of [ann.id, ann.id.toUpperCase(), ann.number, ofAnn, ` ${ofAnn.toUpperCase()} `]) {
    expect(await named(text), text).toEqual([ann.id])
  }
  await merge(ann, bob)
  for (const text of [ann.id, ann.number, ofAnn]) expect(await named(text), text).toEqual([bob.id])
  expect(await named('nobody@e')).toEqual([])
  expect(await named('9999999999999999999')).toEqual([])
})

test('merges are listed newest first, page by page, undone ones flagged, and by anybody they were of (S19)', async () => {
  const { ann, bob } = await twoPeople()
  const { ann: eve } = await twoPeople()
  const first = await merge(ann, bob)
  const second = await merge(bob, eve)
  expect(await undo(second)).toEqual({ profileId: bob.id })
  const third = await merge(bob, eve)

  const list = (query: object) =>
    inAcme((connection) => listMerges(connection, acme, { limit: 10, ...query }))
  const ids = async (query: object) => (await list(query)).map(({ id }) => id)
  expect((await ids({})).slice(0, 3)).toEqual([third, second, first])
  // Eve is the survivor of all of them.
  const ofEve = await list({ profileIds: [eve.id] })
  expect(ofEve.map(({ id, undoneAt }) => [id, undoneAt !== null])).toEqual([
    [third, false],
    [second, true],
    [first, false],
  ])
  expect(ofEve[2]).toMatchObject({ intoIsGone: true, into: { id: bob.id, number: bob.number } })
  expect(await ids({ profileIds: [eve.id], limit: 1 })).toEqual([third])
  expect(await ids({ profileIds: [eve.id], limit: 1, after: third })).toEqual([second])
  expect(await ids({ profileIds: [eve.id], after: second })).toEqual([first])
  expect(await ids({ after: '1' })).toEqual([])
  expect(await ids({ profileIds: [eve.id], cause: 'identified' })).toEqual([])
  const elsewhere = await db.database.inWorkspace(other, (connection) =>
    listMerges(connection, other, { limit: 10 }),
  )
  expect(elsewhere).toEqual([])
})

test('what is said of an anonymous profile moves to nobody, whoever merges it (S19)', async () => {
  const anonymous = await newProfile([['anonymous_id', 'a1']], { age: 5 })
  const { bob } = await twoPeople()
  const id = await merge(anonymous, bob)
  const explained = await inAcme((connection) => explainMerge(connection, acme, id))
  expect(explained?.filledAttributes).toEqual([])
  expect(await inAcme((c) => mergeByOperator(c, workspace(), { from: bob.id, into: bob.id }, parts))).toEqual(
    {
      refusal: 'same',
    },
  )
  const gone = { from: anonymous.id, into: bob.id }
  expect(await inAcme((c) => mergeByOperator(c, workspace(), gone, parts))).toEqual({ refusal: 'gone' })
})

test('who becomes known while an operator merges them brings what is said of them (S19)', async () => {
  const anonymous = await newProfile([['anonymous_id', 'a3']], { shoe: 43 })
  const { bob } = await twoPeople()
  let merging: Promise<string> | undefined
  await inAcme(async (connection) => {
    await connection.query('update profiles set known_at = now() where workspace_id = $1 and id = $2', [
      acme,
      anonymous.id,
    ])
    merging = merge(anonymous, bob)
    await untilSomebodyWaits(db.database)
  })
  const id = await merging
  const explained = await inAcme((connection) => explainMerge(connection, acme, id ?? ''))
  expect(explained?.filledAttributes).toEqual(['shoe'])
})

test('an anonymous profile that somebody known was merged into is anonymous again when that is undone (S7)', async () => {
  const anonymous = await newProfile([['anonymous_id', 'a2']])
  const { ann } = await twoPeople()
  const isKnown = async () => {
    const { rows } = await inAcme((connection) =>
      connection.query('select known_at is not null as known from profiles where id = $1', [anonymous.id]),
    )
    return rows[0].known
  }
  const id = await merge(ann, anonymous)
  expect(await isKnown()).toBe(true)
  await undo(id)
  expect(await isKnown()).toBe(false)
})

async function parametersOf(profile: Made): Promise<readonly unknown[]> {
  return await inAcme((connection) => readParameters(connection, acme, 'profile', profile.id))
}

test.each([
  ['as they came', false],
  ['the other way round', true],
])(
  'two profiles that bring a third one the same parameter, at once, get theirs back, undone %s (E61)',
  async (_, isReversed) => {
    const [one, other, into] = [await newProfile([]), await newProfile([]), await newProfile([])]
    for (const [size, profile] of [one, other].entries()) {
      await inAcme((connection) =>
        writeParameters(connection, acme, profile.id, { size, [`only ${size}`]: true }),
      )
    }
    const all = [one, other, into]
    const before = await Promise.all(all.map(parametersOf))
    const moves = [one, other].map((profile) => ({ from: profile.id, into: into.id }))
    const journals: { readonly part: ProfilePart; readonly kept: ReadonlyMap<string, unknown> }[] = []
    await inAcme(async (connection) => {
      for (const part of identityParts)
        journals.push({ part, kept: await part.move(connection, acme, moves) })
    })
    const united = { 'only 0': true, 'only 1': true }
    const names = Object.fromEntries((await parametersOf(into)).map((one) => [(one as Parameter).name, true]))
    expect(names).toEqual({ ...united, size: true })
    for (const move of isReversed ? moves.toReversed() : moves) {
      for (const { part, kept } of journals) {
        const journal = kept.get(move.from)
        if (journal !== undefined) await inAcme((c) => part.moveBack(c, acme, move, journal))
      }
    }
    expect(await Promise.all(all.map(parametersOf))).toEqual(before)
  },
)

test('a merge by identification is listed, and is not undone (S19)', async () => {
  const anonymous = await newProfile([])
  const { bob } = await twoPeople()
  const id =
    (await inAcme((connection) =>
      mergeProfiles(
        connection,
        workspace(),
        { from: anonymous.id, into: bob.id, cause: 'identified', keepsData: false },
        parts,
      ),
    )) ?? ''
  const listed = await inAcme((c) => listMerges(c, acme, { profileIds: [bob.id], limit: 10 }))
  expect(listed).toMatchObject([{ id, cause: 'identified' }])
  expect(await undo(id)).toEqual({ refusal: 'unknown' })
})

test('a merge can be undone on a connection that has just looked for a survivor (S9)', async () => {
  const { ann, bob } = await twoPeople()
  const id = await merge(ann, bob)
  const undone = await inAcme(async (connection) => {
    expect(await lockSurvivor(connection, acme, ann.id)).toBe(bob.id)
    return await unmergeProfiles(connection, workspace(), id, parts)
  })
  expect(undone).toEqual({ profileId: ann.id })
})

test('whoever waits for a merge to be undone locks the profile that is there again, and not the survivor (S9)', async () => {
  for (const lock of [lockSurvivor, lockAlone, lockOneOfSeveral]) {
    const { ann, bob } = await twoPeople()
    const id = await merge(ann, bob)
    let locking: Promise<string | undefined> | undefined
    await inAcme(async (connection) => {
      await unmergeProfiles(connection, workspace(), id, parts)
      locking = inAcme((other) => lock(other, acme, ann.id))
      await untilSomebodyWaits(db.database)
    })
    expect(await locking).toBe(ann.id)
  }
})

async function lockOneOfSeveral(connection: Connection, id: number, profileId: string) {
  return (await lockSurvivors(connection, id, [profileId])).get(profileId)
}

async function setStatus(profile: Made, channels: readonly string[], blacklisted: boolean): Promise<void> {
  await inAcme((connection) =>
    connection.query(
      `insert into recipient_statuses (workspace_id, profile_id, opted_out_channels, blacklisted)
       values ($1, $2, $3, $4)
       on conflict (workspace_id, profile_id) do update
       set opted_out_channels = excluded.opted_out_channels, blacklisted = excluded.blacklisted`,
      [acme, profile.id, channels, blacklisted],
    ),
  )
}

async function statusOf(profile: Made): Promise<unknown> {
  return await inAcme(async (connection) => {
    const { rows } = await connection.query(
      `select array(select unnest(opted_out_channels) order by 1) as channels, blacklisted
       from recipient_statuses where workspace_id = $1 and profile_id = $2`,
      [acme, profile.id],
    )
    return rows[0]
  })
}

test('undoing a merge keeps every opt-out that was made since, and takes along only what came (S19, C68)', async () => {
  const { ann, bob } = await twoPeople()
  await setStatus(ann, ['MAIL', 'PUSH_NOTIFICATION'], true)
  await setStatus(bob, ['SMS', 'WEBHOOK'], false)
  const id = await merge(ann, bob)
  expect(await statusOf(bob)).toEqual({
    channels: ['MAIL', 'PUSH_NOTIFICATION', 'SMS', 'WEBHOOK'],
    blacklisted: true,
  })
  // Out of direct mail, and in again to web hooks.
  await setStatus(bob, ['MAIL', 'PUSH_NOTIFICATION', 'SMS', 'DIRECT_MAIL'], true)
  await undo(id)
  expect(await statusOf(ann)).toEqual({ channels: ['MAIL', 'PUSH_NOTIFICATION'], blacklisted: true })
  expect(await statusOf(bob)).toEqual({ channels: ['DIRECT_MAIL', 'SMS'], blacklisted: false })
})

test('a survivor that was blacklisted since the merge stays so when it is undone (S19)', async () => {
  const { ann, bob } = await twoPeople()
  await setStatus(ann, ['MAIL'], false)
  const id = await merge(ann, bob)
  await setStatus(bob, ['MAIL'], true)
  await undo(id)
  expect(await statusOf(bob)).toEqual({ channels: [], blacklisted: true })
})

test('the journal of merges ends with the survivor, whoever was merged into whom before (S20)', async () => {
  const { ann, bob } = await twoPeople()
  const { ann: eve } = await twoPeople()
  const ids = [await merge(ann, bob), await merge(bob, eve)]
  await inAcme((connection) => deleteProfiles(connection, acme, [{ profile: eve.id }], parts))
  for (const id of ids) {
    expect(await inAcme((connection) => explainMerge(connection, acme, id))).toBeUndefined()
  }
})

test('undoing a merge gives back every column of the profile, and one that is younger than the merge its default (S19)', async () => {
  const [before, after] = [await twoPeople(), await twoPeople()]
  const older = await merge(before.ann, before.bob)
  await db.database.asOwner((connection) =>
    connection.query(`alter table profiles add column "younger Column" text not null default 'as ever'`),
  )
  await inAcme((connection) =>
    connection.query(`update profiles set "younger Column" = 'ann''s' where workspace_id = $1 and id = $2`, [
      acme,
      after.ann.id,
    ]),
  )
  const younger = await merge(after.ann, after.bob)
  for (const id of [older, younger]) await undo(id)
  const { rows } = await inAcme((connection) =>
    connection.query(
      `select id, "younger Column" as value, attributes from profiles where workspace_id = $1 and id = any ($2)`,
      [acme, [before.ann.id, after.ann.id]],
    ),
  )
  const attributes = { age: 30, size: 'M' }
  expect(new Map(rows.map(({ id, ...row }) => [id, row]))).toEqual(
    new Map([
      [before.ann.id, { value: 'as ever', attributes }],
      [after.ann.id, { value: "ann's", attributes }],
    ]),
  )
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendEvents } from '../events/append-events.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { takeLeads } from '../profiles/take-leads.ts'
import { deriveFields } from '../standard-fields/derive-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { explainMerge } from './explain-merge.ts'
import type { Identity } from './identifiers.ts'
import { type IdentityFixture, openIdentity } from './identity.fixture.ts'
import { verifyToken } from './verify-token.ts'

let people: IdentityFixture
let workspace: Workspace
beforeAll(async () => {
  people = await openIdentity()
  workspace = await people.newWorkspace()
})
afterAll(() => people[Symbol.asyncDispose]())

async function query<T extends object>(text: string, values: readonly unknown[]): Promise<readonly T[]> {
  return await people.db.database.inWorkspace(
    workspace.id,
    async (connection) => (await connection.query<T>(text, [workspace.id, ...values])).rows,
  )
}

async function known(
  email = `${randomUUID()}@example.com`,
): Promise<{ readonly id: string; readonly email: string }> {
  const said = await people.identifyDevice(workspace, await people.newDevice(workspace), { email }, 'proof')
  return { id: said?.profileId ?? '', email }
}

async function merge(from: string, into: string): Promise<string> {
  return (await people.merge(workspace, from, into)) ?? ''
}

async function undo(id: string): Promise<void> {
  expect(await people.unmerge(workspace, id)).not.toHaveProperty('refusal')
}

/** A new device that proves an identifier: its token is verified. */
async function comeIn(identity: Identity, proved: string) {
  const device = await people.newDevice(workspace)
  const said = await people.identifyDevice(workspace, device, identity, 'proof')
  const { tokenId } = await people.standingOf(workspace, device)
  const verified = { tokenId, bindingId: said?.bindingId ?? '', proved: [proved] }
  await people.db.database.transaction(workspace.id, (connection) =>
    verifyToken(connection, workspace, verified),
  )
  return device
}

test('who came in by what is the other one’s is theirs once a merge is undone, and nobody is verified by it any more (S16, S19)', async () => {
  const [ann, bob] = [await known(), await known()]
  // Bob has no such id, so that it comes along.
  const partnerUserId = randomUUID()
  await people.identifyDevice(
    workspace,
    await people.newDevice(workspace),
    { email: ann.email, partnerUserId },
    'proof',
  )
  const id = await merge(ann.id, bob.id)
  const byAnn = await comeIn({ partnerUserId }, `customer_id:${partnerUserId}`)
  const byBob = await comeIn({ email: bob.email }, `email:${bob.email}`)
  const byBoth = await comeIn({ email: bob.email, partnerUserId }, `customer_id:${partnerUserId}`)
  for (const device of [byAnn, byBob, byBoth]) {
    expect(await people.standingOf(workspace, device)).toMatchObject({ profileId: bob.id, trust: 'verified' })
  }
  await undo(id)
  expect(await people.standingOf(workspace, byAnn)).toMatchObject({ profileId: ann.id, trust: 'verified' })
  expect(await people.standingOf(workspace, byBob)).toMatchObject({ profileId: bob.id, trust: 'verified' })
  // It named both, and proved what is not Bob's.
  expect(await people.standingOf(workspace, byBoth)).toMatchObject({ profileId: bob.id, trust: 'identified' })
})

test('what was sent since under an identifier of the other one, or by their device, is theirs once a merge is undone (S19)', async () => {
  const [ann, bob] = [await known(), await known()]
  const device = await people.newDevice(workspace)
  await people.identifyDevice(workspace, device, { email: ann.email }, 'proof')
  const customer = randomUUID()
  await people.identifyDevice(workspace, device, { email: ann.email, partnerUserId: customer }, 'proof')
  const id = await merge(ann.id, bob.id)
  const { bindingId: binding } = await people.standingOf(workspace, device)
  const now = new Date().toISOString()
  const sent = { occurred_at: now, received_at: now, source: 'back end', data: {} } as const
  await people.db.database.inWorkspace(workspace.id, (connection) =>
    appendEvents(connection, workspace.id, [
      { ...sent, name: 'by id', customer },
      { ...sent, name: 'by device', profile: bob.id, binding },
      { ...sent, name: 'by Bob', email_key: bob.email },
    ]),
  )
  await undo(id)
  const events = await query(`select name, profile_id from events where workspace_id = $1 order by name`, [])
  expect(events).toEqual([
    { name: 'by Bob', profile_id: bob.id },
    { name: 'by device', profile_id: ann.id },
    { name: 'by id', profile_id: ann.id },
  ])
})

test('links that went to the other one’s address since are of no use once a merge is undone (S16, E52, L64)', async () => {
  const [ann, bob] = [await known(), await known()]
  const id = await merge(ann.id, bob.id)
  for (const email of [ann.email, bob.email]) {
    await query(
      `insert into email_verifications (workspace_id, secret_hash, token_id, binding_id, profile_id, email)
       values ($1, sha256(gen_random_uuid()::text::bytea), gen_random_uuid(), gen_random_uuid(), $2, $3)`,
      [bob.id, email],
    )
  }
  await undo(id)
  const links = await query(`select profile_id, email from email_verifications where workspace_id = $1`, [])
  expect(links).toEqual([{ profile_id: bob.id, email: bob.email }])
})

interface Marks {
  readonly opted_out_channels: readonly string[]
  readonly blacklisted: boolean
}

async function setMarks(profileId: string, channels: readonly string[], blacklisted: boolean): Promise<void> {
  await query(
    `insert into recipient_statuses (workspace_id, profile_id, opted_out_channels, blacklisted) values ($1, $2, $3, $4)`,
    [profileId, channels, blacklisted],
  )
}

async function marksOf(profileId: string): Promise<Marks | undefined> {
  const [marks] = await query<Marks>(
    `select array(select unnest(opted_out_channels) order by 1) as opted_out_channels, blacklisted
     from recipient_statuses where workspace_id = $1 and profile_id = $2`,
    [profileId],
  )
  return marks
}

test.each([
  ['the first one first', [0, 1]],
  ['the last one first', [1, 0]],
])(
  'of two who opted out and are merged into one, the opt-out of each lasts as long as its merge, undone %s (S19, C68)',
  async (_, order) => {
    const [ann, bob, eve] = [await known(), await known(), await known()]
    await setMarks(ann.id, ['MAIL', 'SMS'], true)
    await setMarks(bob.id, ['MAIL', 'WEBHOOK'], true)
    const merges = [await merge(ann.id, eve.id), await merge(bob.id, eve.id)]
    const [first = 0, second = 0] = order
    await undo(merges[first] ?? '')
    const left = first === 0 ? ['MAIL', 'WEBHOOK'] : ['MAIL', 'SMS']
    expect(await marksOf(eve.id)).toEqual({ opted_out_channels: left, blacklisted: true })
    await undo(merges[second] ?? '')
    expect(await marksOf(eve.id)).toEqual({ opted_out_channels: [], blacklisted: false })
  },
)

test('an anonymous profile is known while anybody known is merged into it, and no longer (S7, S19)', async () => {
  const device = await people.newDevice(workspace)
  const { profileId } = await people.standingOf(workspace, device)
  const isKnown = async () => {
    const rows = await query(
      'select from profiles where workspace_id = $1 and id = $2 and known_at is not null',
      [profileId],
    )
    return rows.length === 1
  }
  const merges = [await merge((await known()).id, profileId), await merge((await known()).id, profileId)]
  await undo(merges[0] ?? '')
  expect(await isKnown()).toBe(true)
  await undo(merges[1] ?? '')
  expect(await isKnown()).toBe(false)
})

test('the journal of a merge that was undone ends with whoever had been merged into its profile before (S20)', async () => {
  const [ann, bob, eve] = [await known(), await known(), await known()]
  const merges = [await merge(ann.id, bob.id), await merge(bob.id, eve.id)]
  for (const id of merges.toReversed()) await undo(id)
  await people.db.database.transaction(workspace.id, (connection) =>
    deleteProfiles(connection, workspace.id, [{ profile: ann.id }], people.parts),
  )
  for (const id of merges) {
    const explained = await people.db.database.inWorkspace(workspace.id, (connection) =>
      explainMerge(connection, workspace.id, id),
    )
    expect(explained).toBeUndefined()
  }
})

async function identifiersOf(profileId: string): Promise<readonly string[]> {
  const rows = await query<{ named: string }>(
    `select concat_ws(' ', kind, value, scope) as named from identifiers
     where workspace_id = $1 and profile_id = $2 order by 1`,
    [profileId],
  )
  return rows.map(({ named }) => named)
}

test('an identifier that the survivor gave up since is the other one’s again, unless somebody else has it (S19)', async () => {
  const [ann, bob] = [await known(), await people.newDevice(workspace)]
  const before = await identifiersOf(ann.id)
  const { profileId } = await people.standingOf(workspace, bob)
  const first = await merge(ann.id, profileId)
  await query(`delete from identifiers where workspace_id = $1 and profile_id = $2`, [profileId])
  await undo(first)
  expect(await identifiersOf(ann.id)).toEqual(before)

  const second = await merge(ann.id, profileId)
  await query(`delete from identifiers where workspace_id = $1 and profile_id = $2`, [profileId])
  const eve = await known(ann.email)
  await undo(second)
  expect(await identifiersOf(ann.id)).toEqual([])
  expect(await identifiersOf(eve.id)).toEqual(before)
})

test('an e-mail goes back though the survivor is of another business unit by now (S11, S19)', async () => {
  const [ann, bob] = [await known(), await people.newDevice(workspace)]
  const { profileId } = await people.standingOf(workspace, bob)
  const id = await merge(ann.id, profileId)
  await query(`update identifiers set scope = 'at' where workspace_id = $1 and profile_id = $2`, [profileId])
  await undo(id)
  expect(await identifiersOf(ann.id)).toEqual([`email ${ann.email} `])
})

test('a profile that comes back has one value in a field and the attribute that it is bound to since (S22)', async () => {
  const { db } = people
  const file = (bindings: string) => `
workspace: bound
customerData: { attributes: [{ name: firstName, type: string }], standardFields: ${bindings} }`
  await db.apply(file('{}'))
  const unbound = db.workspace('bound')
  const ids = await db.database.inWorkspace(unbound.id, async (connection) => {
    const { rows } = await connection.query<{ id: string }>(
      `insert into profiles (workspace_id, id, first_name, known_at)
       select $1, gen_random_uuid(), name, now() from unnest('{Ann,Bob}'::text[]) name returning id`,
      [unbound.id],
    )
    return rows.map((row) => row.id)
  })
  const [ann = '', bob = ''] = ids
  const id = await people.merge(unbound, ann, bob)
  await db.apply(file('{ first_name: firstName }'))
  await deriveFields(db.database, db.workspace('bound'))
  expect(await people.unmerge(db.workspace('bound'), id ?? '')).toEqual({ profileId: ann })
  const { rows } = await db.database.inWorkspace(unbound.id, (connection) =>
    connection.query(
      `select first_name, attributes from profiles where workspace_id = $1 order by first_name`,
      [unbound.id],
    ),
  )
  expect(rows).toEqual(['Ann', 'Bob'].map((name) => ({ first_name: name, attributes: { firstName: name } })))
})

test('a lead that a user absorbs brings what it is not to be sent (S19, C15)', async () => {
  const lead = await known()
  const customer = randomUUID()
  await people.identifyDevice(
    workspace,
    await people.newDevice(workspace),
    { partnerUserId: customer },
    'proof',
  )
  await setMarks(lead.id, ['MAIL'], true)
  const options = { parts: people.parts, fieldBindings: {} }
  await people.db.database.transaction(workspace.id, (connection) =>
    takeLeads(connection, workspace.id, [{ lead: lead.id, customer }], options),
  )
  const rows = await query<{ marks: string }>(
    `select s.opted_out_channels || s.blacklisted::text as marks from recipient_statuses s
     join identifiers i on i.workspace_id = $1 and i.profile_id = s.profile_id and i.kind = 'customer_id' and i.value = $2
     where s.workspace_id = $1`,
    [customer],
  )
  expect(rows).toEqual([{ marks: ['MAIL', 'true'] }])
  expect(await marksOf(lead.id)).toBeUndefined()
})

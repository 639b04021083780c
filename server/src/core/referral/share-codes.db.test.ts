import { afterAll, beforeAll, expect, test } from 'vitest'
import { referralParts } from './profile-parts.ts'
import { openReferral, type Person, type ReferralFixture } from './referral.fixture.ts'
import { selectReferralCampaign } from './referral-campaign.ts'
import { insertShareCode, makeShareCode, readShareCodes } from './share-codes.ts'

let referral: ReferralFixture
beforeAll(async () => {
  referral = await openReferral()
})
afterAll(() => referral[Symbol.asyncDispose]())

test('a label selects the live campaign that has it as label or id, else the default one (extole 9)', () => {
  const now = new Date()
  const selected = (label?: string) => selectReferralCampaign(referral.workspace, label, now)?.id
  expect(['bring', 'refer', 'tills', 'paused', 'over', 'nothing', undefined].map(selected)).toEqual([
    'refer',
    'refer',
    'tills',
    'refer',
    'refer',
    'refer',
    'refer',
  ])
})

test('asking again for a key, also at once, gives the one code that there is; a code is taken in any letter case (E66, E67)', async () => {
  const [ann, bob] = [await referral.known(), await referral.known()]
  const made = await Promise.all(Array.from({ length: 20 }, () => referral.codeOf(ann)))
  expect(new Set(made.map(({ code }) => code)).size).toBe(1)
  const wanted = { profileId: bob.id, bindingId: null, campaignId: 'refer', label: 'bring', key: 'k' }
  const [first] = made
  const again = await referral.inWorkspace((connection) =>
    insertShareCode(connection, referral.workspace.id, wanted, first?.code.toUpperCase() ?? ''),
  )
  expect(again).toBe('code-taken')
  const preferred = await referral.inWorkspace((connection) =>
    makeShareCode(connection, referral.workspace.id, wanted, [first?.code ?? '', 'Bobs-Code']),
  )
  expect(preferred).toMatchObject({ existing: false, shareCode: { code: 'Bobs-Code' } })
})

async function move(from: Person, into: Person): Promise<readonly (readonly [string, unknown])[]> {
  return await referral.inWorkspace(async (connection) => {
    const moved: [string, unknown][] = []
    for (const part of referralParts) {
      const result = await part.move(connection, referral.workspace.id, [{ from: from.id, into: into.id }])
      if (result.has(from.id)) moved.push([part.name, JSON.parse(JSON.stringify(result.get(from.id)))])
    }
    return moved
  })
}

async function moveBack(
  from: Person,
  into: Person,
  moved: readonly (readonly [string, unknown])[],
): Promise<void> {
  await referral.inWorkspace(async (connection) => {
    for (const [name, what] of moved.toReversed()) {
      const part = referralParts.find((candidate) => candidate.name === name)
      await part?.moveBack(connection, referral.workspace.id, { from: from.id, into: into.id }, what)
    }
  })
}

async function everything(): Promise<unknown> {
  return await referral.db.database.asOwner(async (connection) => {
    const tables = ['share_codes', 'shares', 'attributions']
    const states = []
    for (const table of tables) {
      const { rows } = await connection.query(
        `select (to_jsonb(t) - 'updated_at')::text as row from ${table} t order by 1`,
      )
      states.push(rows)
    }
    return states
  })
}

test('a merge moves codes and attributions, a taken key gives way to the code, and undoing it restores all (E26, S19)', async () => {
  const [ann, cleo, bob, survivor] = [
    await referral.known(),
    await referral.known(),
    await referral.person(),
    await referral.known(),
  ]
  const own = await referral.codeOf(bob)
  await referral.codeOf(survivor)
  await referral.arrive(survivor, (await referral.codeOf(ann)).code)
  await referral.arrive(bob, (await referral.codeOf(cleo)).code)
  await referral.arrive(bob, (await referral.codeOf(ann, 'tills')).code)
  await referral.settle()
  const before = await everything()
  const moved = await move(bob, survivor)
  const codes = await referral.inWorkspace((connection) =>
    readShareCodes(connection, referral.workspace.id, { profileId: survivor.id }),
  )
  expect(codes.map(({ key }) => key).sort()).toEqual([own.code, 'refer'].sort())
  expect(codes.map(({ code }) => code)).toContain(own.code)
  expect(await referral.advocateOf(survivor)).toBe(cleo.id)
  expect(await referral.advocateOf(survivor, 'tills')).toBe(ann.id)
  expect(await referral.advocateOf(bob)).toBeUndefined()
  await moveBack(bob, survivor, moved)
  expect(await everything()).toEqual(before)
})

test('who converted stays converted through a merge (E77, E78)', async () => {
  const [ann, cleo, bob, survivor] = [
    await referral.known(),
    await referral.known(),
    await referral.known(),
    await referral.known(),
  ]
  await referral.arrive(survivor, (await referral.codeOf(ann)).code)
  await referral.purchase(survivor)
  await referral.arrive(bob, (await referral.codeOf(cleo)).code)
  await referral.settle()
  await move(bob, survivor)
  expect(await referral.advocateOf(survivor)).toBe(ann.id)
  await referral.purchase(survivor)
  await referral.settle()
  expect(await referral.rolesOf(survivor)).toEqual([['off', 'friend']])
})

test('a click on one’s own link, or on that of somebody one brought, before signing in replaces nobody who did bring one (E77, E80)', async () => {
  for (const isCircle of [false, true]) {
    const [ann, friend, guest] = [await referral.known(), await referral.known(), await referral.person()]
    await referral.arrive(friend, (await referral.codeOf(ann)).code)
    let clicked = friend
    if (isCircle) {
      clicked = await referral.known()
      await referral.arrive(clicked, (await referral.codeOf(friend)).code)
    }
    await referral.settle()
    await referral.arrive(guest, (await referral.codeOf(clicked)).code)
    await referral.settle()
    const before = await everything()
    const moved = await move(guest, friend)
    expect(await referral.advocateOf(friend)).toBe(ann.id)
    await moveBack(guest, friend, moved)
    expect(await everything()).toEqual(before)
  }
})

test('a code whose key is taken keeps its letters as key, also where that key is taken as well (E26, E66)', async () => {
  const [guest, survivor] = [await referral.person(), await referral.known()]
  const own = (owner: Person, key: string, code: string) =>
    referral.inWorkspace((connection) => {
      const wanted = { profileId: owner.id, bindingId: null, campaignId: 'refer', label: 'refer', key }
      return insertShareCode(connection, referral.workspace.id, wanted, code)
    })
  await own(guest, 'one', 'Guest-One')
  await own(guest, 'two', 'Guest-Two')
  await own(guest, 'three', 'Guest-Three')
  await own(guest, 'Guest-Three', 'Guest-Four')
  await own(survivor, 'one', 'Known-One')
  await own(survivor, 'two', 'Known-Two')
  await own(survivor, 'three', 'Known-Three')
  await own(survivor, 'Guest-Two', 'Known-Four')
  const before = await everything()
  const moved = await move(guest, survivor)
  const codes = await referral.inWorkspace((connection) =>
    readShareCodes(connection, referral.workspace.id, { profileId: survivor.id }),
  )
  const keyOf = new Map(codes.map(({ code, key }) => [code, key]))
  expect(keyOf.get('Guest-One')).toBe('Guest-One')
  expect(keyOf.get('Guest-Two')).toMatch(/^Guest-Two\/\d+$/)
  expect(keyOf.get('Guest-Three')).toMatch(/^Guest-Three\/\d+$/)
  expect(keyOf.get('Guest-Four')).toBe('Guest-Three')
  await moveBack(guest, survivor, moved)
  expect(await everything()).toEqual(before)
})

test('who was brought by a merged advocate and by the one they were merged into counts as brought by either once they are two, in any order (S19)', async () => {
  const [ann, bob, cleo, dora] = await Promise.all([1, 2, 3, 4].map(referral.known))
  if (!ann || !bob || !cleo || !dora) throw new Error('nobody')
  const code = await referral.codeOf(ann)
  await referral.arrive(bob, (await referral.codeOf(dora)).code)
  await referral.settle()
  const annIntoBob = await move(ann, bob)
  await referral.arrive(cleo, code.code)
  await referral.settle()
  expect(await referral.advocateOf(cleo)).toBe(bob.id)
  const cleoIntoBob = await move(cleo, bob)
  // Nobody has brought themselves, so what brought them before counts.
  expect(await referral.advocateOf(bob)).toBe(dora.id)
  await moveBack(ann, bob, annIntoBob)
  expect(await referral.advocateOf(bob)).toBe(ann.id)
  await moveBack(cleo, bob, cleoIntoBob)
  expect(await referral.advocateOf(bob)).toBe(dora.id)
  expect(await referral.advocateOf(cleo)).toBe(ann.id)
})

test('a friend who was merged since is back with the advocate, whose own merge is undone (S19)', async () => {
  const [ann, bob, cleo, dora] = await Promise.all([1, 2, 3, 4].map(referral.known))
  if (!ann || !bob || !cleo || !dora) throw new Error('nobody')
  await referral.arrive(cleo, (await referral.codeOf(ann)).code)
  await referral.settle()
  const moved = await move(ann, bob)
  await move(cleo, dora)
  expect(await referral.advocateOf(dora)).toBe(bob.id)
  await moveBack(ann, bob, moved)
  expect(await referral.advocateOf(dora)).toBe(ann.id)
})

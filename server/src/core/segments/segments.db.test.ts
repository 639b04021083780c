import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { addToSegment, removeFromSegment } from './change-list.ts'
import { createListSegment } from './create-list-segment.ts'
import { isInAudience } from './is-in-audience.ts'
import { findSegment, listSegments } from './list-segments.ts'
import { segmentParts } from './profile-parts.ts'
import { membershipsOf, membersOf } from './read-memberships.ts'
import { campaignList } from './segment.ts'
import { attributesOfTests, openTestSegments, type TestSegments } from './segments.fixture.ts'

let tested: TestSegments
let customers = 0

beforeAll(async () => {
  tested = await openTestSegments(`${attributesOfTests}
campaigns:
  - { id: invited, type: referral, name: Invited, audience: api, landingUrl: "https://shop.example/",
      conversion: { event: purchase } }
`)
  tested.setRules({ rich: { attribute: 'worth', is: '>=', value: 100 }, beta: null, gamma: null })
  await tested.settle()
})
afterAll(() => tested[Symbol.asyncDispose]())

const newProfile = (set: object = {}) => tested.upsert(`customer-${customers++}`, set)
const add = (segment: string, ...profiles: readonly string[]) =>
  tested.run((connection) => addToSegment(connection, tested.workspace(), segment, profiles))
const remove = (segment: string, ...profiles: readonly string[]) =>
  tested.run((connection) => removeFromSegment(connection, tested.workspace(), segment, profiles))
const memberships = (profile: string) =>
  tested.run((connection) => membershipsOf(connection, tested.workspace(), profile))
const idsOf = async (profile: string) => (await memberships(profile)).map(({ segmentId }) => segmentId)

test('a list segment has who was put on it, once, until taken off; neither is an error twice (L120, G68)', async () => {
  const profile = await newProfile()
  expect(await add('beta', profile)).toEqual({ profileIds: [profile] })
  const [first] = await memberships(profile)
  expect(first).toMatchObject({ segmentId: 'beta', updatedAt: first?.enteredAt })
  expect(await add('beta', profile, profile)).toEqual({ profileIds: [profile] })
  const [again] = await memberships(profile)
  expect(again?.enteredAt).toEqual(first?.enteredAt)
  expect(again?.updatedAt.getTime()).toBeGreaterThanOrEqual(first?.updatedAt.getTime() ?? Infinity)
  expect(await remove('beta', profile)).toEqual({ profileIds: [profile] })
  expect(await remove('beta', profile)).toEqual({ profileIds: [] })
  expect(await memberships(profile)).toEqual([])
})

test('nobody is put into, or taken out of, a segment by rule, or one that is not there (L120)', async () => {
  const profile = await newProfile({ worth: 500 })
  await tested.settle()
  expect(await idsOf(profile)).toEqual(['rich'])
  expect(await add('rich', profile)).toEqual({ refusal: 'segment-is-by-rule' })
  expect(await remove('rich', profile)).toEqual({ refusal: 'segment-is-by-rule' })
  expect(await add('nowhere', profile)).toEqual({ refusal: 'unknown-segment' })
  expect(await add('campaign:other', profile)).toEqual({ refusal: 'unknown-segment' })
  expect(await idsOf(profile)).toEqual(['rich'])
})

test('who is gone is not put on a list, and who was merged away stands for the survivor (S9)', async () => {
  const [from, into] = [await newProfile(), await newProfile()]
  const merge = { from, into, cause: 'operator', keepsData: false } as const
  await tested.run((connection) => mergeProfiles(connection, tested.workspace(), merge, segmentParts))
  expect(await add('beta', from, randomUUID())).toEqual({ profileIds: [into] })
  expect(await idsOf(into)).toEqual(['beta'])
  expect(await remove('beta', from)).toEqual({ profileIds: [into] })
})

test('segments are those of the file, then the lists that an API made; their members are read in pages (L57)', async () => {
  const made = await tested.run((connection) =>
    createListSegment(connection, tested.workspace(), { name: 'Summer', note: 'of love', priority: 3 }),
  )
  expect(made).toMatchObject({ name: 'Summer', note: 'of love', priority: 3, byRule: false })
  expect(made.id).toMatch(/^\d{16,19}$/)
  const all = await tested.run((connection) => listSegments(connection, tested.workspace()))
  expect(all.map(({ id, byRule }) => [id, byRule])).toEqual([
    ['rich', true],
    ['beta', false],
    ['gamma', false],
    [made.id, false],
  ])
  expect(await tested.run((connection) => findSegment(connection, tested.workspace(), made.id))).toEqual(made)

  const profiles = await Promise.all(Array.from({ length: 5 }, () => newProfile()))
  await add(made.id, ...profiles)
  const read: string[] = []
  for (let after: string | undefined; ; after = read.at(-1)) {
    const page = await tested.run((connection) =>
      membersOf(connection, tested.workspace(), made, { limit: 2, ...(after !== undefined && { after }) }),
    )
    if (page.length === 0) break
    expect(page.every(({ number }) => /^\d{16,19}$/.test(number))).toBe(true)
    read.push(...page.map(({ profileId }) => profileId))
  }
  expect(read).toEqual(profiles.toSorted())
})

test('an audience is all, the members of a segment, or those on the own list of a campaign (G70, G79)', async () => {
  const [rich, poor] = [await newProfile({ worth: 100 }), await newProfile({ worth: 99 })]
  await tested.settle()
  const isIn = (audience: string, profile: string) =>
    tested.run((connection) =>
      isInAudience(connection, tested.workspace(), { id: 'invited', audience }, profile),
    )
  expect([await isIn('all', rich), await isIn('all', poor)]).toEqual([true, true])
  expect([await isIn('rich', rich), await isIn('rich', poor)]).toEqual([true, false])
  expect([await isIn('gone', rich), await isIn('gone', poor)]).toEqual([false, false])
  expect(await isIn('api', poor)).toBe(false)
  await add(campaignList({ id: 'invited' }), poor)
  expect([await isIn('api', poor), await isIn('api', rich)]).toEqual([true, false])
  // It is no segment, so no reader of memberships is told.
  expect(await idsOf(poor)).toEqual([])
  await remove(campaignList({ id: 'invited' }), poor)
  expect(await isIn('api', poor)).toBe(false)
})

test('a segment that changes from list to rule and back has what each says, and the list is kept', async () => {
  const [listed, loyal] = [await newProfile(), await newProfile({ loyal: true })]
  await add('gamma', listed)
  const before = tested.workspace().settings.segments
  const rules = Object.fromEntries(before.map(({ id, where }) => [id, where ?? null]))
  tested.setRules({ ...rules, gamma: { attribute: 'loyal', is: '=', value: true } })
  await tested.settle()
  expect([await idsOf(listed), await idsOf(loyal)]).toEqual([[], ['gamma']])
  tested.setRules(rules)
  await tested.settle()
  expect([await idsOf(listed), await idsOf(loyal)]).toEqual([['gamma'], []])
})

test('a merge unites memberships, and undoing it gives each back what it had and keeps what came since (S19)', async () => {
  const workspace = tested.workspace()
  const [from, into] = [await newProfile({ worth: 1000 }), await newProfile()]
  await add('beta', from, into)
  await add('gamma', from)
  await tested.settle()
  const [before, beforeInto] = [await memberships(from), await memberships(into)]
  expect(before.map(({ segmentId }) => segmentId).toSorted()).toEqual(['beta', 'gamma', 'rich'])

  const merge = { from, into, cause: 'operator', keepsData: true } as const
  const id = await tested.run((connection) => mergeProfiles(connection, workspace, merge, segmentParts))
  expect(await memberships(from)).toEqual([])
  expect((await idsOf(into)).toSorted()).toEqual(['beta', 'gamma', 'rich'])
  await tested.settle()
  expect((await idsOf(into)).toSorted()).toEqual(['beta', 'gamma', 'rich'])

  await tested.run((connection) => unmergeProfiles(connection, workspace, id ?? '', segmentParts))
  await tested.settle()
  expect(await memberships(from)).toEqual(before)
  expect(await memberships(into)).toEqual(beforeInto)
})

test('after a merge is undone, who was put on the list again stays on it, and who was taken off stays off', async () => {
  const workspace = tested.workspace()
  const [from, into] = [await newProfile(), await newProfile()]
  await add('beta', from)
  await add('gamma', from)
  const merge = { from, into, cause: 'operator', keepsData: true } as const
  const id = await tested.run((connection) => mergeProfiles(connection, workspace, merge, segmentParts))
  await add('beta', into)
  await remove('gamma', into)
  await tested.run((connection) => unmergeProfiles(connection, workspace, id ?? '', segmentParts))
  expect([await idsOf(from), await idsOf(into)]).toEqual([['beta'], ['beta']])
})

test('two profiles that are merged into one at once bring a membership they share once, and it is kept', async () => {
  const { id } = tested.workspace()
  const [one, other, into] = [await newProfile(), await newProfile(), await newProfile()]
  await add('beta', one, other)
  const [part] = segmentParts
  const journal = await tested.run(
    async (connection) =>
      await part?.move(connection, id, [
        { from: one, into },
        { from: other, into },
      ]),
  )
  expect(await idsOf(into)).toEqual(['beta'])
  for (const from of [one, other]) {
    await tested.run(async (connection) => part?.moveBack(connection, id, { from, into }, journal?.get(from)))
  }
  expect([await idsOf(one), await idsOf(other), await idsOf(into)]).toEqual([['beta'], ['beta'], []])
})

test('memberships end with the profile (S20)', async () => {
  const workspace = tested.workspace()
  const profile = await newProfile({ worth: 100 })
  await add('beta', profile)
  await tested.settle()
  expect((await idsOf(profile)).toSorted()).toEqual(['beta', 'rich'])
  await tested.run((connection) => deleteProfiles(connection, workspace.id, [{ profile }], segmentParts))
  await tested.settle()
  expect(await memberships(profile)).toEqual([])
  expect(await tested.members('rich')).not.toContain(profile)
})

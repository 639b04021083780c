import { afterAll, beforeAll, expect, test } from 'vitest'
import { type IdentityFixture, openIdentity } from './identity.fixture.ts'

let people: IdentityFixture
beforeAll(async () => {
  people = await openIdentity()
})
afterAll(() => people[Symbol.asyncDispose]())

test('a merge that a later one rests on is undone after that, and an identifier taken since is not taken back', async () => {
  const workspace = await people.newWorkspace()
  const known = async (email: string) => {
    const one = await people.newDevice(workspace)
    await people.identifyDevice(workspace, one, { email }, 'proof')
    return (await people.standingOf(workspace, one)).profileId
  }
  const [a, b, c] = [await known('a@e'), await known('b@e'), await known('c@e')]
  const before = await people.snapshot(workspace)
  const first = (await people.merge(workspace, a, b)) ?? ''
  const second = (await people.merge(workspace, b, c)) ?? ''
  expect(await people.unmerge(workspace, first)).toEqual({ refusal: 'survivor-gone' })
  expect(await people.unmerge(workspace, second)).toEqual({ profileId: b })
  expect(await people.unmerge(workspace, first)).toEqual({ profileId: a })
  expect(await people.snapshot(workspace)).toEqual(before)
  expect(await people.unmerge(workspace, first)).toEqual({ refusal: 'undone' })
  expect(await people.unmerge(workspace, '1')).toEqual({ refusal: 'unknown' })
  const third = (await people.merge(workspace, a, b)) ?? ''
  await known('a@e')
  expect(await people.unmerge(workspace, third)).toEqual({ refusal: 'identifier-taken' })
})

test('a hundred merges of one pair at the same time are one merge, exactly (S19)', async () => {
  const workspace = await people.newWorkspace()
  const [one, two] = [await people.newDevice(workspace), await people.newDevice(workspace)]
  for (const [index, each] of [one, two].entries()) {
    await people.identifyDevice(workspace, each, { email: `m${index}@e` }, 'proof')
    await people.sendEvent(workspace, each, `e${index}`)
  }
  const [from, into] = [
    (await people.standingOf(workspace, one)).profileId,
    (await people.standingOf(workspace, two)).profileId,
  ]
  const before = await people.snapshot(workspace)
  const ids = await Promise.all(Array.from({ length: 100 }, () => people.merge(workspace, from, into)))
  const [made = '', ...more] = ids.filter((id) => id !== undefined)
  expect(more).toEqual([])
  const after = await people.snapshot(workspace)
  expect(after.profiles).toHaveLength(1)
  expect(after.events?.map(({ profile_id }) => profile_id)).toEqual([into, into])
  expect(await people.unmerge(workspace, made)).toEqual({ profileId: from })
  expect(await people.snapshot(workspace)).toEqual(before)
})

test("an operator's merge ends every verification of both profiles (S16)", async () => {
  const workspace = await people.newWorkspace()
  const [one, two] = [await people.newDevice(workspace), await people.newDevice(workspace)]
  for (const [index, each] of [one, two].entries()) {
    await people.identifyDevice(workspace, each, { email: `v${index}@e` }, 'proof')
    await people.db.database.asOwner((connection) =>
      connection.query(
        `update access_tokens t set verified_binding_id = d.binding_id, proved = '{email:v${index}@e}'
         from devices d where d.id = t.device_id and d.id = $1`,
        [each.deviceId],
      ),
    )
  }
  expect((await people.standingOf(workspace, one)).trust).toBe('verified')
  await people.merge(
    workspace,
    (await people.standingOf(workspace, one)).profileId,
    (await people.standingOf(workspace, two)).profileId,
  )
  expect((await people.standingOf(workspace, one)).trust).toBe('identified')
  expect((await people.standingOf(workspace, two)).trust).toBe('identified')
})

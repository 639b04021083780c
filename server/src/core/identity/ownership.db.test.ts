import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../../testing/soak.ts'
import { blockOfRequest } from '../ingest/accept-operations.ts'
import { applyRun } from '../ingest/apply-run.ts'
import { pickRun } from '../ingest/pick-run.ts'
import { postgresOperationLog } from '../ingest/postgres-operation-log.ts'
import { createLedger } from '../points/create-ledger.ts'
import { makeShareCode } from '../referral/share-codes.ts'
import { grantReward } from '../rewards/grant-reward.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type Device, type IdentityFixture, openIdentity } from './identity.fixture.ts'
import { writeParameters } from './parameters.ts'
import { retried } from './retried.ts'

let people: IdentityFixture
beforeAll(async () => {
  people = await openIdentity()
})
afterAll(() => people[Symbol.asyncDispose]())

/** What devices did, by the names under which it is to be found again. */
interface Done {
  readonly sent: Set<string>
  readonly written: Set<string>
  readonly granted: Set<string>
  readonly codes: Set<string>
  readonly optedOut: Set<string>
}

const nothingDone = (): Done => ({
  sent: new Set(),
  written: new Set(),
  granted: new Set(),
  codes: new Set(),
  optedOut: new Set(),
})

/** Nothing is lost, nothing is anybody's who is not there, and nobody has two identifiers of a single kind. */
async function checkOwnership(workspace: Workspace, { sent, written, granted, codes, optedOut }: Done) {
  const state = await people.snapshot(workspace)
  const ids = new Set(state.profiles?.map(({ id }) => id))
  expect(state.events?.map(({ name }) => name).sort()).toEqual([...sent].sort())
  expect(state.grants?.map(({ number }) => number).sort()).toEqual([...granted].sort())
  expect(state.codes?.map(({ code }) => code).sort()).toEqual([...codes].sort())
  const marks = state.consents?.flatMap(({ channels }) => channels as string[]) ?? []
  expect(marks.sort()).toEqual([...optedOut].sort())
  for (const table of [
    'events',
    'identifiers',
    'parameters',
    'bindings',
    'grants',
    'codes',
    'consents',
  ] as const) {
    for (const { profile_id } of state[table] ?? []) expect(ids).toContain(profile_id)
  }
  const keys = (state.codes ?? []).map(({ profile_id, key }) => `${profile_id} ${key}`)
  expect(new Set(keys).size).toBe(keys.length)
  const onProfiles = state.parameters?.map(({ name }) => name) ?? []
  expect(new Set(onProfiles).size).toBe(onProfiles.length)
  const anywhere = new Set([...onProfiles, ...(state.deviceParameters ?? []).map(({ name }) => name)])
  expect([...anywhere].sort()).toEqual([...written].sort())
  const kinds = (state.identifiers ?? []).map(({ profile_id, kind }) => `${profile_id} ${kind}`)
  expect(new Set(kinds).size).toBe(kinds.length)
  for (const profile of state.profiles ?? []) {
    const own = (kind: string) =>
      state.identifiers?.find((one) => one.profile_id === profile.id && one.kind === kind)
    expect(profile.customer_id).toBe(own('customer_id')?.value ?? null)
    if (profile.email !== null) expect(own('email')?.value).toBe(profile.email)
  }
}

const device = fc.nat({ max: 3 })
const identity = fc.record(
  { email: fc.constantFrom('a@e', 'b@e', 'c@e'), partnerUserId: fc.constantFrom('1', '2') },
  { requiredKeys: [] },
)
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('send' as const), device }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('write' as const), device }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('grant' as const), device }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('code' as const), device }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('opt out' as const), device }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('identify' as const),
      device,
      identity,
      level: fc.constantFrom('claim' as const, 'proof' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('merge' as const),
      device,
      other: device,
      undoneAtOnce: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unmerge' as const), pick: fc.nat() }) },
)

/** Gives a profile something; @returns the name under which it is to be found again. */
async function give(workspace: Workspace, what: 'grant' | 'code' | 'opt out', one: Device, mark: string) {
  const { profileId, bindingId } = await people.standingOf(workspace, one)
  return await people.db.database.transaction(workspace.id, async (connection) => {
    if (what === 'grant') {
      const { grant = '' } = await grantReward(connection, workspace, createLedger([]), {
        rewardId: 'gift',
        profileId,
      })
      return grant
    }
    if (what === 'code') {
      // A few keys, so that codes of one key meet; the code that a profile has already is no new one.
      const key = `key-${mark.length % 2}`
      const wanted = { profileId, bindingId, campaignId: 'refer', label: 'refer', key }
      return (await makeShareCode(connection, workspace.id, wanted)).shareCode.code
    }
    await connection.query(
      `insert into recipient_statuses as s (workspace_id, profile_id, opted_out_channels) values ($1, $2, array[$3])
       on conflict (workspace_id, profile_id) do update
         set opted_out_channels = s.opted_out_channels || excluded.opted_out_channels`,
      [workspace.id, profileId, mark],
    )
    return mark
  })
}

test('whatever is identified, merged and unmerged, every event, parameter, grant, share code and opt-out is on exactly one profile (S19)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const workspace = await people.newWorkspace()
      const devices = await Promise.all([0, 1, 2, 3].map(() => people.newDevice(workspace)))
      const at = (index: number) => devices[index] as Device
      const done = nothingDone()
      const { sent, written, granted, codes, optedOut } = done
      const merges: string[] = []
      for (const [index, one] of devices.entries()) {
        await people.sendEvent(workspace, one, `first${index}`)
        sent.add(`first${index}`)
        const { profileId } = await people.standingOf(workspace, one)
        await people.db.database.inWorkspace(workspace.id, (connection) =>
          writeParameters(connection, workspace.id, profileId, { [`first${index}`]: index }),
        )
        written.add(`first${index}`)
      }
      // Two people to begin with, so that there is somebody to merge.
      await people.identifyDevice(workspace, at(0), { email: 'a@e' }, 'proof')
      await people.identifyDevice(workspace, at(1), { email: 'b@e' }, 'claim')
      for (const [index, one] of steps.entries()) {
        if (one.kind === 'send') {
          await people.sendEvent(workspace, at(one.device), `e${index}`)
          sent.add(`e${index}`)
        } else if (one.kind === 'write') {
          const { profileId, trust } = await people.standingOf(workspace, at(one.device))
          if (trust === 'identified') continue
          await people.db.database.inWorkspace(workspace.id, (connection) =>
            writeParameters(connection, workspace.id, profileId, { [`p${index}`]: index }),
          )
          written.add(`p${index}`)
        } else if (one.kind === 'grant')
          granted.add(await give(workspace, 'grant', at(one.device), `g${index}`))
        else if (one.kind === 'code') codes.add(await give(workspace, 'code', at(one.device), `c${index}`))
        else if (one.kind === 'opt out')
          optedOut.add(await give(workspace, 'opt out', at(one.device), `o${index}`))
        else if (one.kind === 'identify') {
          if (Object.keys(one.identity).length > 0)
            await people.identifyDevice(workspace, at(one.device), one.identity, one.level)
        } else if (one.kind === 'merge') {
          const [from, into] = [
            await people.standingOf(workspace, at(one.device)),
            await people.standingOf(workspace, at(one.other)),
          ]
          if (from.trust === 'anonymous' || into.trust === 'anonymous') continue
          const before = await people.snapshot(workspace)
          const id = await people.merge(workspace, from.profileId, into.profileId)
          if (id === undefined) continue
          if (one.undoneAtOnce) {
            await people.unmerge(workspace, id)
            expect(await people.snapshot(workspace)).toEqual(before)
          } else merges.push(id)
        } else if (one.kind === 'unmerge' && merges.length > 0) {
          await people.unmerge(workspace, merges[one.pick % merges.length] ?? '')
        }
      }
      await checkOwnership(workspace, done)
    }),
    runs(40),
  )
})

test('devices that give one e-mail at the same time, beside the applier, end as one person (E26, S15)', async () => {
  const workspace = await people.newWorkspace()
  const log = postgresOperationLog(people.db.database)
  const context = {
    database: people.db.database,
    log,
    parts: people.parts,
    rules: async () => ({ emailPerUnit: true, fieldBindings: {} }),
  }
  const devices = await Promise.all(Array.from({ length: 8 }, () => people.newDevice(workspace)))
  const sent = new Set(devices.map((_device, index) => `e${index}`))
  for (const [index, one] of devices.entries()) await people.sendEvent(workspace, one, `e${index}`)
  const apply = () =>
    retried(async () => {
      await log.append(
        workspace.id,
        blockOfRequest(workspace.id, [{ kind: 'upsert', customer: 'ann', email: 'ann@e', set: { a: 1 } }]),
      )
      const run = pickRun(await log.pending(workspace.id, []), [])
      if (run) await applyRun(context, workspace.id, run)
    })
  await Promise.all([
    ...devices.map((one) => people.identifyDevice(workspace, one, { email: 'ann@e' }, 'claim')),
    apply(),
  ])
  const owners = new Set(
    (await Promise.all(devices.map((one) => people.standingOf(workspace, one)))).map(
      ({ profileId }) => profileId,
    ),
  )
  expect(owners.size).toBe(1)
  await checkOwnership(workspace, { ...nothingDone(), sent })
  const state = await people.snapshot(workspace)
  expect(state.identifiers).toHaveLength(2)
  expect(state.identifiers?.every(({ level }) => level === 'proof')).toBe(true)
})

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { eventParts } from '../events/profile-parts.ts'
import { blockOfRequest } from '../ingest/accept-operations.ts'
import { applyRun } from '../ingest/apply-run.ts'
import { pickRun } from '../ingest/pick-run.ts'
import { postgresOperationLog } from '../ingest/postgres-operation-log.ts'
import { createLedger } from '../points/create-ledger.ts'
import { referralParts } from '../referral/profile-parts.ts'
import { makeShareCode } from '../referral/share-codes.ts'
import { grantReward } from '../rewards/grant-reward.ts'
import { rewardParts } from '../rewards/profile-parts.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Identity } from './identifiers.ts'
import { identify } from './identify.ts'
import { identityParts } from './identity-parts.ts'
import { mergeProfiles } from './merge-profiles.ts'
import { newDeviceToken } from './new-device.fixture.ts'
import { writeParameters } from './parameters.ts'
import { retried } from './retried.ts'
import { findDevice, type TokenStanding } from './token-standing.ts'
import { unmergeProfiles } from './unmerge-profiles.ts'

const parts = [...identityParts, ...eventParts, ...rewardParts, ...referralParts]
let db: TestDatabase
let workspaces = 0

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

async function newWorkspace(): Promise<Workspace> {
  const slug = `w${++workspaces}`
  await db.apply(`workspace: ${slug}\nrewards: [{ id: gift, kind: freebie, name: Gift }]`)
  const workspace = db.directory.bySlug(slug)
  if (!workspace) throw new Error('no workspace')
  return workspace
}

interface Device {
  readonly deviceId: string
  readonly token: string
}

const newDevice = (workspace: Workspace): Promise<Device> =>
  db.database.transaction(workspace.id, (connection) => newDeviceToken(connection, workspace.id))

async function standingOf(workspace: Workspace, { token }: Device): Promise<TokenStanding> {
  const standing = await db.database.inWorkspace(workspace.id, (connection) =>
    findDevice(connection, workspace.id, token, new Date()),
  )
  if ('refusal' in standing) throw new Error(standing.refusal)
  return standing
}

const identifyDevice = (
  workspace: Workspace,
  { deviceId }: Device,
  identity: Identity,
  level: 'claim' | 'proof',
) =>
  retried(() =>
    db.database.transaction(workspace.id, (connection) =>
      identify(
        connection,
        workspace,
        { deviceId, identity, level, partnerFirst: level === 'proof', fields: {}, mayRebind: true },
        parts,
      ),
    ),
  )

async function sendEvent(workspace: Workspace, device: Device, name: string): Promise<void> {
  const { profileId } = await standingOf(workspace, device)
  await db.database.inWorkspace(workspace.id, (connection) =>
    connection.query(
      `insert into events (workspace_id, received_at, profile_id, name, occurred_at, source, data)
       values ($1, now(), $2, $3, now(), 'public', '{}')`,
      [workspace.id, profileId, name],
    ),
  )
}

const merge = (workspace: Workspace, from: string, into: string) =>
  db.database.transaction(workspace.id, (connection) =>
    mergeProfiles(connection, workspace, { from, into, cause: 'operator', keepsData: true }, parts),
  )

const unmerge = (workspace: Workspace, id: string) =>
  db.database.transaction(workspace.id, (connection) => unmergeProfiles(connection, workspace, id, parts))

/** All that says whose anything is; times of change aside. */
async function snapshot(workspace: Workspace): Promise<Record<string, readonly Record<string, unknown>[]>> {
  const tables = {
    profiles: `select to_jsonb(p) - 'updated_at' || jsonb_build_object('number', number::text) as row from profiles p`,
    identifiers: 'select to_jsonb(p) as row from identifiers p',
    events: `select jsonb_build_object('name', name, 'profile_id', profile_id) as row from events p`,
    parameters: 'select to_jsonb(p) as row from profile_parameters p',
    deviceParameters: 'select to_jsonb(p) as row from device_parameters p',
    bindings: 'select to_jsonb(p) as row from device_bindings p',
    grants: `select to_jsonb(p) || jsonb_build_object('number', number::text) as row from grants p`,
    codes: `select jsonb_build_object('code', code, 'key', key, 'profile_id', profile_id) as row from share_codes p`,
    consents: `select jsonb_build_object('profile_id', profile_id, 'blacklisted', blacklisted, 'channels',
                 array(select unnest(opted_out_channels) order by 1)) as row
               from (select * from recipient_statuses where blacklisted or opted_out_channels <> '{}') p`,
  }
  return await db.database.asOwner(async (connection) => {
    const state: Record<string, readonly Record<string, unknown>[]> = {}
    for (const [name, text] of Object.entries(tables)) {
      const { rows } = await connection.query(`${text} where workspace_id = $1 order by 1`, [workspace.id])
      state[name] = rows.map(({ row }) => row)
    }
    return state
  })
}

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
  const state = await snapshot(workspace)
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
  const { profileId, bindingId } = await standingOf(workspace, one)
  return await db.database.transaction(workspace.id, async (connection) => {
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
      const workspace = await newWorkspace()
      const devices = await Promise.all([0, 1, 2, 3].map(() => newDevice(workspace)))
      const at = (index: number) => devices[index] as Device
      const done = nothingDone()
      const { sent, written, granted, codes, optedOut } = done
      const merges: string[] = []
      for (const [index, one] of devices.entries()) {
        await sendEvent(workspace, one, `first${index}`)
        sent.add(`first${index}`)
        const { profileId } = await standingOf(workspace, one)
        await db.database.inWorkspace(workspace.id, (connection) =>
          writeParameters(connection, workspace.id, profileId, { [`first${index}`]: index }),
        )
        written.add(`first${index}`)
      }
      // Two people to begin with, so that there is somebody to merge.
      await identifyDevice(workspace, at(0), { email: 'a@e' }, 'proof')
      await identifyDevice(workspace, at(1), { email: 'b@e' }, 'claim')
      for (const [index, one] of steps.entries()) {
        if (one.kind === 'send') {
          await sendEvent(workspace, at(one.device), `e${index}`)
          sent.add(`e${index}`)
        } else if (one.kind === 'write') {
          const { profileId, trust } = await standingOf(workspace, at(one.device))
          if (trust === 'identified') continue
          await db.database.inWorkspace(workspace.id, (connection) =>
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
            await identifyDevice(workspace, at(one.device), one.identity, one.level)
        } else if (one.kind === 'merge') {
          const [from, into] = [
            await standingOf(workspace, at(one.device)),
            await standingOf(workspace, at(one.other)),
          ]
          if (from.trust === 'anonymous' || into.trust === 'anonymous') continue
          const before = await snapshot(workspace)
          const id = await merge(workspace, from.profileId, into.profileId)
          if (id === undefined) continue
          if (one.undoneAtOnce) {
            await unmerge(workspace, id)
            expect(await snapshot(workspace)).toEqual(before)
          } else merges.push(id)
        } else if (one.kind === 'unmerge' && merges.length > 0) {
          await unmerge(workspace, merges[one.pick % merges.length] ?? '')
        }
      }
      await checkOwnership(workspace, done)
    }),
    { numRuns: 40 },
  )
})

test('devices that give one e-mail at the same time, beside the applier, end as one person (E26, S15)', async () => {
  const workspace = await newWorkspace()
  const log = postgresOperationLog(db.database)
  const context = {
    database: db.database,
    log,
    parts,
    rules: async () => ({ emailPerUnit: true, fieldBindings: {} }),
  }
  const devices = await Promise.all(Array.from({ length: 8 }, () => newDevice(workspace)))
  const sent = new Set(devices.map((_device, index) => `e${index}`))
  for (const [index, one] of devices.entries()) await sendEvent(workspace, one, `e${index}`)
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
    ...devices.map((one) => identifyDevice(workspace, one, { email: 'ann@e' }, 'claim')),
    apply(),
  ])
  const owners = new Set(
    (await Promise.all(devices.map((one) => standingOf(workspace, one)))).map(({ profileId }) => profileId),
  )
  expect(owners.size).toBe(1)
  await checkOwnership(workspace, { ...nothingDone(), sent })
  const state = await snapshot(workspace)
  expect(state.identifiers).toHaveLength(2)
  expect(state.identifiers?.every(({ level }) => level === 'proof')).toBe(true)
})

test('a merge that a later one rests on is undone after that, and an identifier taken since is not taken back', async () => {
  const workspace = await newWorkspace()
  const known = async (email: string) => {
    const one = await newDevice(workspace)
    await identifyDevice(workspace, one, { email }, 'proof')
    return (await standingOf(workspace, one)).profileId
  }
  const [a, b, c] = [await known('a@e'), await known('b@e'), await known('c@e')]
  const before = await snapshot(workspace)
  const first = (await merge(workspace, a, b)) ?? ''
  const second = (await merge(workspace, b, c)) ?? ''
  expect(await unmerge(workspace, first)).toEqual({ refusal: 'survivor-gone' })
  expect(await unmerge(workspace, second)).toEqual({ profileId: b })
  expect(await unmerge(workspace, first)).toEqual({ profileId: a })
  expect(await snapshot(workspace)).toEqual(before)
  expect(await unmerge(workspace, first)).toEqual({ refusal: 'undone' })
  expect(await unmerge(workspace, '1')).toEqual({ refusal: 'unknown' })
  const third = (await merge(workspace, a, b)) ?? ''
  await known('a@e')
  expect(await unmerge(workspace, third)).toEqual({ refusal: 'identifier-taken' })
})

test('a hundred merges of one pair at the same time are one merge, exactly (S19)', async () => {
  const workspace = await newWorkspace()
  const [one, two] = [await newDevice(workspace), await newDevice(workspace)]
  for (const [index, each] of [one, two].entries()) {
    await identifyDevice(workspace, each, { email: `m${index}@e` }, 'proof')
    await sendEvent(workspace, each, `e${index}`)
  }
  const [from, into] = [
    (await standingOf(workspace, one)).profileId,
    (await standingOf(workspace, two)).profileId,
  ]
  const before = await snapshot(workspace)
  const ids = await Promise.all(Array.from({ length: 100 }, () => merge(workspace, from, into)))
  const [made = '', ...more] = ids.filter((id) => id !== undefined)
  expect(more).toEqual([])
  const after = await snapshot(workspace)
  expect(after.profiles).toHaveLength(1)
  expect(after.events?.map(({ profile_id }) => profile_id)).toEqual([into, into])
  expect(await unmerge(workspace, made)).toEqual({ profileId: from })
  expect(await snapshot(workspace)).toEqual(before)
})

test("an operator's merge ends every verification of both profiles (S16)", async () => {
  const workspace = await newWorkspace()
  const [one, two] = [await newDevice(workspace), await newDevice(workspace)]
  for (const [index, each] of [one, two].entries()) {
    await identifyDevice(workspace, each, { email: `v${index}@e` }, 'proof')
    await db.database.asOwner((connection) =>
      connection.query(
        `update access_tokens t set verified_binding_id = d.binding_id, proved = '{email:v${index}@e}'
         from devices d where d.id = t.device_id and d.id = $1`,
        [each.deviceId],
      ),
    )
  }
  expect((await standingOf(workspace, one)).trust).toBe('verified')
  await merge(
    workspace,
    (await standingOf(workspace, one)).profileId,
    (await standingOf(workspace, two)).profileId,
  )
  expect((await standingOf(workspace, one)).trust).toBe('identified')
  expect((await standingOf(workspace, two)).trust).toBe('identified')
})

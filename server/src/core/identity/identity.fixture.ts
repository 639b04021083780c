import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { eventParts } from '../events/profile-parts.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { referralParts } from '../referral/profile-parts.ts'
import { rewardParts } from '../rewards/profile-parts.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Identity } from './identifiers.ts'
import { type Identified, identify } from './identify.ts'
import { identityParts } from './identity-parts.ts'
import { mergeProfiles } from './merge-profiles.ts'
import { newDeviceToken } from './new-device.fixture.ts'
import { retried } from './retried.ts'
import { findDevice, type TokenStanding } from './token-standing.ts'
import { unmergeProfiles } from './unmerge-profiles.ts'

const parts = [...identityParts, ...eventParts, ...rewardParts, ...referralParts]

export interface Device {
  readonly deviceId: string
  readonly token: string
}

type Snapshot = Record<string, readonly Record<string, unknown>[]>

/** Devices, who they are, and merges, in as many workspaces as a test wants. */
export interface IdentityFixture extends AsyncDisposable {
  readonly db: TestDatabase
  readonly parts: readonly ProfilePart[]
  newWorkspace(): Promise<Workspace>
  newDevice(workspace: Workspace): Promise<Device>
  standingOf(workspace: Workspace, device: Device): Promise<TokenStanding>
  identifyDevice(
    workspace: Workspace,
    device: Device,
    identity: Identity,
    level: 'claim' | 'proof',
  ): Promise<Identified | undefined>
  sendEvent(workspace: Workspace, device: Device, name: string): Promise<void>
  /** As an operator does it; undefined: one of them is gone. */
  merge(workspace: Workspace, from: string, into: string): Promise<string | undefined>
  unmerge(workspace: Workspace, id: string): ReturnType<typeof unmergeProfiles>
  /** All that says whose anything is; times of change aside. */
  snapshot(workspace: Workspace): Promise<Snapshot>
}

export async function openIdentity(): Promise<IdentityFixture> {
  const db = await createTestDatabase()
  let workspaces = 0

  async function newWorkspace(): Promise<Workspace> {
    const slug = `w${++workspaces}`
    await db.apply(`workspace: ${slug}\nrewards: [{ id: gift, kind: freebie, name: Gift }]`)
    return db.workspace(slug)
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

  return {
    db,
    parts,
    newWorkspace,
    newDevice,
    standingOf,
    identifyDevice,
    sendEvent,
    merge,
    unmerge,
    snapshot,
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
}

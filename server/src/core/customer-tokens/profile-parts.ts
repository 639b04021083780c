import type { Connection } from '../../platform/postgres/database.ts'
import { type Parting, type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'
import { handOverMinutes } from './hand-over.ts'

const rows = rowsOfProfile('customer_tokens', { key: ['id'] })

interface Journal {
  readonly at: string
  /** Those that were logged in as the merged profile, and since when. */
  readonly moved: readonly { readonly id: string; readonly logged_in_at: string }[]
}

/**
 * Whoever is logged in as the one is logged in as the other (L59), until the merge is undone. Whoever logged in
 * meanwhile is logged out then: they may have done so by what was the other one's, and trust is not inherited (S16). Of
 * a profile that ends nobody is logged in.
 */
const tokens: ProfilePart = {
  name: rows.name,
  async move(connection, workspaceId, moves) {
    const { rows: journals } = await connection.query<Journal & { from_id: string }>({
      name: 'move-logins',
      text: `with move as (select * from unnest($2::uuid[], $3::uuid[]) as m (from_id, into_id)),
             moved as (
               update customer_tokens t set profile_id = move.into_id from move
               where t.workspace_id = $1 and t.profile_id = move.from_id
               returning move.from_id, jsonb_build_object('id', t.id, 'logged_in_at', t.logged_in_at) as login
             )
             select from_id, to_jsonb(clock_timestamp()) as at, coalesce((
               select jsonb_agg(login) from moved where moved.from_id = move.from_id
             ), '[]') as moved
             from move`,
      values: [workspaceId, moves.map(({ from }) => from), moves.map(({ into }) => into)],
    })
    return new Map(journals.map(({ from_id, at, moved }) => [from_id, { at, moved } satisfies Journal]))
  },
  async moveBack(connection, workspaceId, move, journal) {
    // Older journals hold the ids alone.
    if (Array.isArray(journal)) return await rows.moveBack(connection, workspaceId, move, journal)
    const { at, moved } = journal as Journal
    await connection.query({
      name: 'move-logins-back',
      text: `with login as materialized (
               select t.id, j.id is not null as is_theirs
               from customer_tokens t
               left join jsonb_to_recordset($4) as j (id uuid, logged_in_at timestamptz)
                 on j.id = t.id and j.logged_in_at is not distinct from t.logged_in_at
               where t.workspace_id = $1 and t.profile_id = $3 and (j.id is not null or t.logged_in_at > $5)
             )
             update customer_tokens t
             set profile_id = case when login.is_theirs then $2::uuid end,
               logged_in_at = case when login.is_theirs then t.logged_in_at end
             from login where t.workspace_id = $1 and t.id = login.id`,
      values: [workspaceId, move.from, move.into, JSON.stringify(moved), at],
    })
  },
  async erase(connection, workspaceId, profileIds) {
    await connection.query({
      name: 'log-erased-out',
      text: `update customer_tokens set profile_id = null, logged_in_at = null
             where workspace_id = $1 and profile_id = any ($2)`,
      values: [workspaceId, profileIds],
    })
  },
  parted: logOutSince,
}

/**
 * Who logged in while two were one may have been either: nobody can tell any more, so they log in again.
 */
async function logOutSince(
  connection: Connection,
  workspaceId: number,
  { into, mergedAt }: Parting,
): Promise<void> {
  await connection.query({
    name: 'log-out-since-merge',
    text: `with handed as (
             delete from login_hand_overs
             where workspace_id = $1 and profile_id = $2
               and valid_to >= $3::timestamptz + make_interval(mins => ${handOverMinutes})
           )
           update customer_tokens set profile_id = null, logged_in_at = null
           where workspace_id = $1 and profile_id = $2 and logged_in_at >= $3`,
    values: [workspaceId, into, mergedAt],
  })
}

/** A token reaches whom it made until somebody comes with better identifiers: trust is not inherited (S16, L27). */
const creations: ProfilePart = {
  name: 'token_creations',
  async move(connection, workspaceId, moves) {
    await dropCreations(
      connection,
      workspaceId,
      moves.map(({ from }) => from),
    )
    return new Map()
  },
  moveBack: async () => {},
  async erase(connection, workspaceId, profileIds) {
    await dropCreations(connection, workspaceId, profileIds)
  },
  async standingChanged(connection, workspaceId, changes) {
    await dropCreations(
      connection,
      workspaceId,
      changes.map(({ profileId }) => profileId),
    )
  },
}

export const customerTokenParts: readonly ProfilePart[] = [
  tokens,
  creations,
  rowsOfProfile('login_hand_overs', { key: ['number'] }),
]

async function dropCreations(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<void> {
  await connection.query({
    name: 'drop-creations',
    text: 'delete from token_creations where workspace_id = $1 and profile_id = any ($2)',
    values: [workspaceId, profileIds],
  })
}

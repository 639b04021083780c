import type { Connection } from '../../platform/postgres/database.ts'
import { type Parting, type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'
import { handOverMinutes } from './hand-over.ts'

/** Whoever is logged in as the one is logged in as the other (L59); of a profile that ends nobody is logged in. */
const tokens: ProfilePart = {
  ...rowsOfProfile('customer_tokens', { key: ['id'] }),
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
 * Who logged in while two were one may have been either, also on a device that came along: nobody can tell any more, and
 * trust is not inherited (S16), so they log in again.
 */
async function logOutSince(
  connection: Connection,
  workspaceId: number,
  { from, into, mergedAt }: Parting,
): Promise<void> {
  await connection.query({
    name: 'log-out-since-merge',
    text: `with handed as (
             delete from login_hand_overs
             where workspace_id = $1 and profile_id = any ($2)
               and valid_to >= $3::timestamptz + make_interval(mins => ${handOverMinutes})
           )
           update customer_tokens set profile_id = null, logged_in_at = null
           where workspace_id = $1 and profile_id = any ($2) and logged_in_at >= $3`,
    values: [workspaceId, [from, into], mergedAt],
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

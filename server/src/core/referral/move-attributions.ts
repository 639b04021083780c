import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfileMove, ProfilePart } from '../profiles/profile-part.ts'
import { restoreRows } from '../profiles/restore-rows.ts'

/**
 * Rows as JSON texts (parsed here, their numbers would lose digits): those that gave way, whosever they were, and
 * those that are the survivor's now.
 */
interface Moved {
  readonly gone: readonly string[]
  readonly moved: readonly string[]
}

/**
 * By whom a profile was brought. Where both were brought in one campaign, the one who converted stays, else the
 * attribution that is final, else the later one (E77, S30).
 */
export const friendsPart: ProfilePart = {
  name: 'attributions.friend_id',
  async move(connection, workspaceId, moves) {
    const results = new Map<string, Moved>()
    for (const move of moves) {
      const moved = await moveOne(connection, workspaceId, move)
      if (moved.gone.length > 0 || moved.moved.length > 0) results.set(move.from, moved)
    }
    return results
  },
  async moveBack(connection, workspaceId, { from, into }, moved) {
    const { gone, moved: rows } = moved as Moved
    await connection.query({
      name: 'move-attributions-back',
      text: `update attributions a set friend_id = $2
             from jsonb_populate_recordset(null::attributions, $4) as m
             where a.workspace_id = $1 and a.friend_id = $3 and a.campaign_id = m.campaign_id
               and a.attributed_at = m.attributed_at`,
      values: [workspaceId, from, into, jsonArray(rows)],
    })
    await restoreRows(connection, 'attributions', gone)
  },
  async erase(connection, workspaceId, profileIds) {
    await connection.query({
      name: 'erase-attributions',
      text: 'delete from attributions where workspace_id = $1 and friend_id = any ($2)',
      values: [workspaceId, profileIds],
    })
  },
}

async function moveOne(
  connection: Connection,
  workspaceId: number,
  { from, into }: ProfileMove,
): Promise<Moved> {
  const gone = await connection.query<{ row: string }>({
    name: 'drop-weaker-attributions',
    text: `with ranked as (
             select a.friend_id, a.campaign_id, row_number() over (
               partition by a.campaign_id
               order by a.converted_at is not null desc, a.final desc, a.attributed_at desc, a.friend_id = $3 desc
             ) as rank
             from attributions a where a.workspace_id = $1 and a.friend_id in ($2, $3)
           )
           delete from attributions a using ranked r
           where a.workspace_id = $1 and a.friend_id = r.friend_id and a.campaign_id = r.campaign_id and r.rank > 1
           returning to_jsonb(a)::text as row`,
    values: [workspaceId, from, into],
  })
  const moved = await connection.query<{ row: string }>({
    name: 'move-attributions',
    text: `update attributions a set friend_id = $3
           where a.workspace_id = $1 and a.friend_id = $2
           returning jsonb_build_object('campaign_id', a.campaign_id, 'attributed_at', a.attributed_at)::text as row`,
    values: [workspaceId, from, into],
  })
  return { gone: gone.rows.map(({ row }) => row), moved: moved.rows.map(({ row }) => row) }
}

function jsonArray(texts: readonly string[]): string {
  return `[${texts.join(',')}]`
}

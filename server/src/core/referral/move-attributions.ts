import type { Connection } from '../../platform/postgres/database.ts'
import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'
import { closesCircle, shareDevice } from './own-referral.ts'

/** One that was replaced since (E77) is another one: it is the survivor's own. */
const friends = rowsOfProfile('attributions', { column: 'friend_id', key: ['number', 'attributed_at'] })
/** The same, by the code that it came by. */
const advocates = rowsOfProfile('attributions', {
  column: 'advocate_id',
  key: ['number', 'share_code_number'],
})

/** By whom a profile was brought. Where both were brought in one campaign, the better attribution counts. */
export const friendsPart: ProfilePart = {
  ...friends,
  async move(connection, workspaceId, moves) {
    await connection.query({
      name: 'lay-attributions-aside',
      text: `update attributions set is_aside = true
             where workspace_id = $1 and friend_id = any ($2::uuid[]) and not is_aside`,
      values: [workspaceId, moves.map(({ from }) => from)],
    })
    const moved = await friends.move(connection, workspaceId, moves)
    if (moved.size > 0) {
      await letBestCount(
        connection,
        workspaceId,
        moves.map(({ into }) => into),
      )
    }
    return moved
  },
  async moveBack(connection, workspaceId, move, moved) {
    await friends.moveBack(connection, workspaceId, move, moved)
    await letBestCount(connection, workspaceId, [move.from, move.into])
  },
}

/** Whom a profile brought. Who is merged into their own advocate has brought themselves, which counts for nothing. */
export const advocatesPart: ProfilePart = {
  ...advocates,
  async move(connection, workspaceId, moves) {
    const moved = await advocates.move(connection, workspaceId, moves)
    if (moved.size > 0) {
      await letBestCount(
        connection,
        workspaceId,
        moves.map(({ into }) => into),
      )
    }
    return moved
  },
  async moveBack(connection, workspaceId, move, moved) {
    await advocates.moveBack(connection, workspaceId, move, moved)
    await letBestCount(connection, workspaceId, [move.from, move.into])
  },
  async erase(connection, workspaceId, profileIds) {
    const { rows } = await connection.query<{ friend_id: string }>({
      name: 'erase-attributions-of-advocates',
      text: 'delete from attributions where workspace_id = $1 and advocate_id = any ($2) returning friend_id',
      values: [workspaceId, profileIds],
    })
    await letBestCount(
      connection,
      workspaceId,
      rows.map(({ friend_id }) => friend_id),
    )
  },
}

/**
 * Of the attributions of a friend in a campaign one counts, and the others wait aside: the one that converted, else the
 * one that is final, else the latest (E77, S30). One by themselves, or by somebody whom they brought, counts only where it
 * has converted, for that happens once; one by whom they share a device with gives way to any other (E80). It follows
 * from the rows alone, so that merges may be undone in any order.
 */
export async function letBestCount(
  connection: Connection,
  workspaceId: number,
  friendIds: readonly string[],
): Promise<void> {
  if (friendIds.length === 0) return
  await connection.query({
    name: 'let-best-attribution-count',
    text: `with own as (
             select a.*,
               a.converted_at is null
                 and (a.friend_id = a.advocate_id or ${closesCircle('a.friend_id', 'a.advocate_id')}) as is_own,
               a.converted_at is null and ${shareDevice('a.friend_id', 'a.advocate_id')} as is_doubtful
             from attributions a where a.workspace_id = $1 and a.friend_id = any ($2::uuid[])
           ),
           ranked as materialized (
             select number, is_aside, is_own or row_number() over (
               partition by friend_id, campaign_id
               order by is_own, is_doubtful, converted_at is not null desc, final desc, attributed_at desc, number
             ) > 1 as gives_way
             from own
           ),
           aside as (
             update attributions a set is_aside = true from ranked
             where a.workspace_id = $1 and a.number = any (array(select number from ranked))
               and a.number = ranked.number and gives_way and not ranked.is_aside
             returning a.number
           )
           update attributions a set is_aside = false from ranked
           where a.workspace_id = $1 and a.number = any (array(select number from ranked))
             and a.number = ranked.number and not gives_way and ranked.is_aside
             -- After the others have stepped aside: one counts.
             and (select count(*) from aside) >= 0`,
    values: [workspaceId, friendIds],
  })
}

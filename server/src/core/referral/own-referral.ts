import type { Connection } from '../../platform/postgres/database.ts'

/**
 * Whether nobody can have brought this friend as this advocate: they are the same profile; a device of the friend
 * is, or ever was, bound to the advocate; or the advocate was brought, over however many, by this friend (E80).
 *
 * `bindingIds` are bindings of devices that speak for the friend beside the friend's own.
 */
export async function isOwnReferral(
  connection: Connection,
  workspaceId: number,
  friendId: string,
  advocateId: string,
  bindingIds: readonly (string | null)[],
): Promise<boolean> {
  if (friendId === advocateId) return true
  const { rows } = await connection.query<{ own: boolean }>({
    name: 'is-own-referral',
    text: statement,
    values: [workspaceId, friendId, advocateId, bindingIds.filter((id) => id !== null)],
  })
  return rows[0]?.own ?? true
}

/** `union`, and not `union all`, so that a chain that closes by itself ends. */
const statement = `
with recursive above as (
  select a.advocate_id from attributions a where a.workspace_id = $1 and a.friend_id = $3 and not a.is_aside
  union
  select a.advocate_id from attributions a
  join above on a.workspace_id = $1 and a.friend_id = above.advocate_id and not a.is_aside
)
select exists (
    select from device_bindings advocate
    join device_bindings friend on friend.workspace_id = $1 and friend.device_id = advocate.device_id
    where advocate.workspace_id = $1 and advocate.profile_id = $3
      and (friend.profile_id = $2 or friend.id = any ($4::uuid[]))
  )
  or exists (select from above where advocate_id = $2) as own`

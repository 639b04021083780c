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

/**
 * Whether the advocate was brought by the friend, over however many. `union`, and not `union all`, so that a chain that
 * closes by itself ends.
 */
export const closesCircle = (friend: string, advocate: string) => `exists (
  with recursive above as (
    select o.advocate_id from attributions o
    where o.workspace_id = $1 and o.friend_id = ${advocate} and not o.is_aside
    union
    select o.advocate_id from attributions o
    join above on o.workspace_id = $1 and o.friend_id = above.advocate_id and not o.is_aside
  )
  select from above where above.advocate_id = ${friend}
)`

/** Whether a device of the friend is, or ever was, bound to the advocate; `orBinding` says what else is the friend's. */
export const shareDevice = (friend: string, advocate: string, orBinding = 'false') => `exists (
  select from device_bindings own
  join device_bindings other on other.workspace_id = $1 and other.device_id = own.device_id
  where own.workspace_id = $1 and own.profile_id = ${advocate} and (other.profile_id = ${friend} or ${orBinding})
)`

const statement = `
select ${shareDevice('$2', '$3', 'other.id = any ($4::uuid[])')} or ${closesCircle('$2', '$3')} as own`

import type { Connection } from '../../platform/postgres/database.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'
import type { Member } from './read-memberships.ts'
import type { Segment } from './segment.ts'

export type MemberOrder = 'segmentId' | 'number' | 'enteredAt' | 'updatedAt'

/**
 * The known members of a segment (S7), as last evaluated; without a sort in the order in which they entered it.
 *
 * @param profileIds undefined: whoever it is
 */
export async function listMembers(
  connection: Connection,
  workspaceId: number,
  { id, byRule }: Pick<Segment, 'id' | 'byRule'>,
  profileIds: readonly string[] | undefined,
  request: ListRequest<MemberOrder>,
): Promise<ListPage<Member>> {
  const values: unknown[] = [workspaceId, id, byRule]
  const among = profileIds ? `and m.profile_id = any ($${values.push(profileIds)}::uuid[])` : ''
  return await readPage<Member, MemberOrder>(
    connection,
    {
      columns: `m.profile_id as "profileId", p.number::text as number, m.entered_at as "enteredAt",
        m.updated_at as "updatedAt"`,
      from: 'segment_memberships m join profiles p on p.workspace_id = $1 and p.id = m.profile_id',
      where: `m.workspace_id = $1 and m.segment_id = $2 and m.by_rule = $3 ${among} and p.known_at is not null`,
      values,
      orders: {
        segmentId: 'm.segment_id',
        number: 'p.number',
        enteredAt: 'm.entered_at',
        updatedAt: 'm.updated_at',
      },
      creation: 'm.entered_at, m.profile_id',
    },
    request,
  )
}

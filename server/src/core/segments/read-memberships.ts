import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { listSegments } from './list-segments.ts'
import type { Segment } from './segment.ts'

interface MembershipTimes {
  readonly enteredAt: Date
  /** When the list was last told of this member. */
  readonly updatedAt: Date
}

export interface Membership extends MembershipTimes {
  readonly segmentId: string
}

export interface Member extends MembershipTimes {
  readonly profileId: string
  /** The profile's number (S8). */
  readonly number: string
}

/** The segments that a profile is in, as last evaluated, in the order in which it entered them (E110). */
export async function membershipsOf(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
): Promise<readonly Membership[]> {
  const segments = await listSegments(connection, workspace)
  const { rows } = await connection.query<Membership>({
    name: 'memberships-of-profile',
    text: `select m.segment_id as "segmentId", m.entered_at as "enteredAt", m.updated_at as "updatedAt"
           from segment_memberships m
           join unnest($3::text[], $4::boolean[]) as s (id, by_rule)
             on m.segment_id = s.id collate "C" and m.by_rule = s.by_rule
           where m.workspace_id = $1 and m.profile_id = $2
           order by m.entered_at, m.segment_id`,
    values: [workspace.id, profileId, segments.map(({ id }) => id), segments.map(({ byRule }) => byRule)],
  })
  return rows
}

/** A page of a segment's members, by profile id: up to `limit` of those behind `after`. */
export interface MemberPage {
  readonly after?: string
  readonly limit: number
}

export async function membersOf(
  connection: Connection,
  workspace: Workspace,
  segment: Pick<Segment, 'id' | 'byRule'>,
  { after, limit }: MemberPage,
): Promise<readonly Member[]> {
  const { rows } = await connection.query<Member>({
    name: 'members-of-segment',
    text: `select m.profile_id as "profileId", p.number, m.entered_at as "enteredAt", m.updated_at as "updatedAt"
           from segment_memberships m
           cross join lateral (
             select number from profiles where workspace_id = $1 and id = m.profile_id limit 1
           ) p
           where m.workspace_id = $1 and m.segment_id = $2 and m.by_rule = $3
             and ($4::uuid is null or m.profile_id > $4)
           order by m.profile_id limit $5`,
    values: [workspace.id, segment.id, segment.byRule, after ?? null, limit],
  })
  return rows
}

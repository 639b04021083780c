import type { Connection } from '../../platform/postgres/database.ts'
import type { Campaign } from '../workspaces/file/sections/campaigns.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findSegment } from './list-segments.ts'
import { campaignList } from './segment.ts'

/**
 * Whether a campaign is offered to a profile (G70, G79): to all, to the members of a segment, as last evaluated, or to
 * those on the campaign's own list. To nobody where the segment is gone.
 */
export async function isInAudience(
  connection: Connection,
  workspace: Workspace,
  campaign: Pick<Campaign, 'id' | 'audience'>,
  profileId: string,
): Promise<boolean> {
  if (campaign.audience === 'all') return true
  const segment =
    campaign.audience === 'api'
      ? { id: campaignList(campaign), byRule: false }
      : await findSegment(connection, workspace, campaign.audience)
  if (!segment) return false
  const { rowCount } = await connection.query({
    name: 'is-in-segment',
    text: `select from segment_memberships
           where workspace_id = $1 and segment_id = $2 and by_rule = $3 and profile_id = $4`,
    values: [workspace.id, segment.id, segment.byRule, profileId],
  })
  return rowCount === 1
}

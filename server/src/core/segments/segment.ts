import type { Campaign } from '../workspaces/file/sections/campaigns.ts'
import type { LocalizedText } from '../workspaces/file/values/texts.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/** A named set of profiles. */
export interface Segment {
  readonly id: string
  readonly name: LocalizedText
  /** Membership by rule; else by list. */
  readonly byRule: boolean
  /** What an API said of a list segment that it made. */
  readonly note: string | null
  readonly priority: number | null
  /** When an API made it; null: it stands in the workspace file. */
  readonly createdAt: Date | null
}

/** The segments of the workspace file, in its order. */
export function segmentsOfFile({ settings }: Workspace): readonly Segment[] {
  return settings.segments.map(({ id, name, where }) => ({
    id,
    name,
    byRule: where !== undefined,
    note: null,
    priority: null,
    createdAt: null,
  }))
}

/** The list of a campaign whose audience the segment API fills (G70), where a segment's id is asked for. */
export function campaignList({ id }: Pick<Campaign, 'id'>): string {
  return `campaign:${id}`
}

/** Whether an id names the own list of a campaign of the workspace. */
export function isCampaignList({ settings }: Workspace, id: string): boolean {
  return settings.campaigns.some((campaign) => campaign.audience === 'api' && campaignList(campaign) === id)
}

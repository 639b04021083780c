import type { Segment } from '../../../core/segments/segment.ts'
import { chooseText } from '../../../core/texts/choose-text.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import { sortedBy, type Viewpoint } from '../reference-data/reference-list.ts'
import { presentTime } from '../values/times.ts'

/** Fields by which segments are sorted (L38). */
export const segmentOrders = sortedBy([
  'segment_id',
  'name',
  'segment_group_id',
  'segment_picture_url',
  'note',
])

/** A segment (carecloud 9.10); one of the file changed when the file did. */
export function presentSegment(segment: Segment, { workspace, languages }: Viewpoint): Presented {
  return {
    segment_id: segment.id,
    name: chooseText(segment.name, languages),
    segment_group_id: null,
    segment_picture_url: null,
    note: segment.note,
    last_change: presentTime(segment.createdAt ?? workspace.settingsChangedAt, workspace),
  }
}

/** That a customer is in a segment (9.3). */
export function presentMembership(
  membership: {
    readonly segmentId: string
    readonly number: string
    readonly enteredAt: Date
    readonly updatedAt: Date
  },
  workspace: Workspace,
): Presented {
  return {
    segment_id: membership.segmentId,
    customer_id: membership.number,
    created_at: presentTime(membership.enteredAt, workspace),
    last_change: presentTime(membership.updatedAt, workspace),
  }
}

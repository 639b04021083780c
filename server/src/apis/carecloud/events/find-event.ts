import { findListedEvent, type ListedEvent } from '../../../core/events/list-events.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import { reaches } from '../reach.ts'
import { isRecordNumber } from '../values/record-number.ts'

/** The event of a path: of a type that the workspace lists (L118), and of somebody within reach (L29). */
export async function findEvent(
  database: Database,
  { workspace, reach, params }: Call & { readonly params: { readonly event_id: string } },
): Promise<ListedEvent | undefined> {
  if (!isRecordNumber(params.event_id)) return undefined
  const event = await database.inWorkspace(workspace.id, (connection) =>
    findListedEvent(connection, workspace.id, params.event_id),
  )
  return event && workspace.eventTypes.has(event.name) && reaches(reach, event.profileId) ? event : undefined
}

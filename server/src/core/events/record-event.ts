import type { Connection } from '../../platform/postgres/database.ts'
import { lockAlone } from '../profiles/lock-survivor.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { appendEvents } from './append-events.ts'
import { type EventSource, isTrusted } from './event.ts'

/** An event of a known person that its sender has a name for. */
export interface ReferencedEvent {
  readonly profileId: string
  /** One of the workspace's event types. */
  readonly name: string
  readonly occurredAt: Date
  readonly receivedAt: Date
  readonly source: EventSource
  readonly data: unknown
  readonly reference: string
  readonly secondaryReference: string | undefined
}

/** `event-exists`: the profile has one of this name and these references (L119). */
export type RecordRefusal = 'unknown-profile' | 'event-exists'

export type RecordedEvent =
  | { readonly number: string; readonly profileId: string; readonly refusal?: never }
  | { readonly refusal: RecordRefusal }

/**
 * Appends an event once, in the caller's transaction, and gives its number and whose it is: the survivor's where the
 * profile was merged away (S9).
 *
 * A key cannot say what came before: a partitioned table has none over its months, and one beside it would have to
 * follow events through merges, erasure and the end of their time. So the profile is locked, and who sends for it at
 * the same moment looks after we have committed. Events that came another way under the same reference count too;
 * those that are no longer kept do not.
 */
export async function recordEvent(
  connection: Connection,
  workspace: Workspace,
  event: ReferencedEvent,
): Promise<RecordedEvent> {
  const { name, source, reference, secondaryReference } = event
  const profileId = await lockAlone(connection, workspace.id, event.profileId)
  if (profileId === undefined) return { refusal: 'unknown-profile' }
  const { rowCount } = await connection.query({
    name: 'find-event-by-reference',
    text: `select from events
           where workspace_id = $1 and reference = $3 and name = $4 and secondary_reference is not distinct from $5
             and profile_id in (
               select $2::uuid union all
               select id from merged_profiles where workspace_id = $1 and survivor_id = $2
             )
           limit 1`,
    values: [workspace.id, profileId, reference, name, secondaryReference ?? null],
  })
  if (rowCount) return { refusal: 'event-exists' }
  const [number = ''] = await appendEvents(connection, workspace.id, [
    {
      profile: profileId,
      name,
      occurred_at: event.occurredAt.toISOString(),
      received_at: event.receivedAt.toISOString(),
      source,
      trusted: isTrusted(workspace.settings.eventTypes, name, source),
      data: event.data,
      reference,
      ...(secondaryReference === undefined ? {} : { secondary_reference: secondaryReference }),
    },
  ])
  return { number, profileId }
}

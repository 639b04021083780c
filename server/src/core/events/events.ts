import type { Logger } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { DatabaseSession } from '../../platform/postgres/session.ts'
import type { WorkspaceDirectory } from '../workspaces/workspace-directory.ts'
import type { NewEvent } from './event.ts'
import { createEventAppender } from './event-appender.ts'
import { type EventConsumer, runConsumer } from './event-consumer.ts'

/** The road of events: appended durably, then shown to every consumer, once and in order. */
export interface Events extends AsyncDisposable {
  /** Resolves with the event's number when it is durable (E92). Throws `CoreError` `overloaded`. */
  append(workspaceId: number, event: NewEvent): Promise<string>
}

export interface RunningEvents extends Events {
  /** Tells the consumers, in whichever process, of events that came another way. */
  wake(workspaceId: number): void
}

export interface EventsOptions {
  readonly database: Database
  /** Where requests append; absent: `database`. */
  readonly appendsOn?: Database
  readonly session: DatabaseSession
  readonly directory: WorkspaceDirectory
  readonly logger: Logger
  /** Empty in a process that only accepts. */
  readonly consumers: readonly EventConsumer[]
}

/** Told by a process that appended events and does not consume them; the payload is the workspace's id. */
const eventsAppended = 'tessera_events_appended'
/** How often all roads are looked at for what nobody told of. */
const sweepMs = 1000

export async function openEvents(options: EventsOptions): Promise<RunningEvents> {
  const { database, session } = options
  const consumers = options.consumers.map((consumer) => runConsumer(consumer, options))

  function wake(workspaceId: number): void {
    for (const consumer of consumers) consumer.wake(workspaceId)
    // Lost words cost a second at most: consuming processes also look by themselves.
    if (consumers.length === 0) session.notify(eventsAppended, String(workspaceId)).catch(() => {})
  }

  const appender = createEventAppender(options.appendsOn ?? database, wake)
  if (consumers.length > 0) {
    await session.listen(eventsAppended, (payload) => {
      for (const consumer of consumers) {
        if (payload === undefined) void consumer.wakeAll().catch(() => {})
        else consumer.wake(Number(payload))
      }
    })
  }
  const sweep = setInterval(() => {
    for (const consumer of consumers) void consumer.wakeAll().catch(() => {})
  }, sweepMs)

  return {
    append: (workspaceId, event) => appender.append(workspaceId, event),
    wake,
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      await appender.idle()
      await Promise.all(consumers.map((consumer) => consumer[Symbol.asyncDispose]()))
    },
  }
}

import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../../platform/log.ts'
import type { Connection, Database } from '../../platform/postgres/database.ts'
import { isWorthRetrying } from '../../platform/postgres/worth-retrying.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../workspaces/workspace-directory.ts'
import type { StoredEvent } from './event.ts'
import { type EventPlace, readEvents } from './read-events.ts'

/** Who reacts to events: each is given once, in the order in which they were accepted. */
export interface EventConsumer {
  /** Names the reader's place; it is kept for ever under this name. */
  readonly name: string
  /** Works in the transaction that moves the place: all of it happens, once, or nothing. */
  handle(connection: Connection, workspace: Workspace, events: readonly StoredEvent[]): Promise<void>
}

export interface RunningConsumer extends AsyncDisposable {
  /** Looks for new events of the workspace. */
  wake(workspaceId: number): void
  /** Looks in every workspace that has events which nobody told of. */
  wakeAll(): Promise<void>
}

export interface ConsumerOptions {
  readonly database: Database
  readonly directory: WorkspaceDirectory
  readonly logger: Logger
}

const eventsPerBatch = 500
/**
 * What comes while a consumer works is gathered for so long: under load it then works on a few large batches, and not on
 * one small one after each commit. The first event of a quiet time is read at once.
 */
const gatherMs = 20
/** How soon to look again for events that an older transaction still hides. */
const hiddenMs = 10
const retryDelayMs = { first: 100, most: 10_000 }

/**
 * Runs a consumer. A batch that fails is tried again event by event, so that one which cannot be handled is
 * passed over alone and holds nobody up.
 */
export function runConsumer(consumer: EventConsumer, options: ConsumerOptions): RunningConsumer {
  const { database, directory, logger } = options
  const lanes = new Map<number, { again: boolean; task: Promise<void> }>()
  let stopped = false

  /**
   * Works on the next events.
   *
   * @param poison the event that cannot be handled: it is passed over if it is still the next one. Another process may
   *   have done so meanwhile, and what stands behind it is not to be missed
   * @returns undefined when everything is read; else how long to wait before the next step
   */
  async function step(workspaceId: number, limit: number, poison?: string): Promise<number | undefined> {
    const workspace = await directory.byId(workspaceId)
    if (!workspace) return undefined
    return await database.transaction(workspaceId, async (connection) => {
      const place = await lockPlace(connection, workspaceId, consumer.name)
      const page = await readEvents(connection, workspaceId, place, limit)
      if (page.place) {
        if (poison === undefined || page.place.position !== poison) {
          await consumer.handle(connection, workspace, page.events).catch((error: unknown) => {
            throw new HandlingFailed(error, page.place?.position)
          })
        }
        await movePlace(connection, workspaceId, consumer.name, page.place)
      }
      if (!page.hasMore) return undefined
      return page.place ? 0 : hiddenMs
    })
  }

  async function read(workspaceId: number): Promise<void> {
    /** How many events are still to be tried alone, after a batch that failed. */
    let alone = 0
    let attempt = 0
    let poison: string | undefined
    while (!stopped) {
      try {
        const pauseMs = await step(workspaceId, alone > 0 ? 1 : eventsPerBatch, poison)
        if (alone > 0) alone--
        attempt = 0
        poison = undefined
        if (pauseMs === undefined) return
        if (pauseMs > 0) await delay(pauseMs)
      } catch (caught) {
        const [error, failedAt] =
          caught instanceof HandlingFailed ? [caught.cause, caught.position] : [caught, undefined]
        if (alone === 0) {
          logger.warn({ err: error, consumer: consumer.name }, 'a batch of events failed; trying each alone')
          alone = eventsPerBatch
          continue
        }
        attempt++
        // Only an event can be poison: what fails beside it, such as the commit, is tried until it succeeds.
        poison = isWorthRetrying(error, attempt) ? undefined : failedAt
        if (poison !== undefined)
          logger.error({ err: error, consumer: consumer.name }, 'an event is passed over')
        else await delay(Math.min(retryDelayMs.first * 2 ** attempt, retryDelayMs.most))
      }
    }
  }

  function wake(workspaceId: number): void {
    const lane = lanes.get(workspaceId)
    if (lane) {
      lane.again = true
      return
    }
    if (stopped) return
    const started = { again: false, task: Promise.resolve() }
    lanes.set(workspaceId, started)
    started.task = read(workspaceId)
      .catch((error: unknown) => logger.error({ err: error, consumer: consumer.name }, 'a consumer stopped'))
      .then(async () => {
        if (started.again && !stopped) await delay(gatherMs)
        lanes.delete(workspaceId)
        if (started.again) wake(workspaceId)
      })
  }

  return {
    wake,
    async wakeAll() {
      for (const workspaceId of await waitingWorkspaces(database, consumer.name)) wake(workspaceId)
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      await Promise.all([...lanes.values()].map(({ task }) => task))
    },
  }
}

/** The consumer could not handle what it was shown; `position` is that of the last of these events. */
class HandlingFailed extends Error {
  override readonly name = 'HandlingFailed'
  readonly position: string | undefined
  constructor(cause: unknown, position: string | undefined) {
    super('events could not be handled', { cause })
    this.position = position
  }
}

/** Whether the consumer has worked on everything up to a place, and so on the event that stands there. */
export async function hasConsumed(
  connection: Connection,
  workspaceId: number,
  name: string,
  place: EventPlace,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'has-consumed',
    text: `select from event_consumers where workspace_id = $1 and name = $2
             and (transaction_id, position) >= ($3::xid8, $4::bigint)`,
    values: [workspaceId, name, place.transactionId, place.position],
  })
  return rowCount === 1
}

/** The row's lock keeps every other process from working under this name until the transaction ends. */
async function lockPlace(connection: Connection, workspaceId: number, name: string): Promise<EventPlace> {
  await connection.query({
    name: 'make-place',
    text: `insert into event_consumers (workspace_id, name, transaction_id, position)
           values ($1, $2, '0', 0) on conflict do nothing`,
    values: [workspaceId, name],
  })
  const { rows } = await connection.query<{ transaction_id: string; position: string }>({
    name: 'lock-place',
    text: `select transaction_id, position from event_consumers
           where workspace_id = $1 and name = $2 for update`,
    values: [workspaceId, name],
  })
  const [row] = rows
  return { transactionId: row?.transaction_id ?? '0', position: row?.position ?? '0' }
}

async function movePlace(
  connection: Connection,
  workspaceId: number,
  name: string,
  place: EventPlace,
): Promise<void> {
  await connection.query({
    name: 'move-place',
    text: `update event_consumers set transaction_id = $3, position = $4
           where workspace_id = $1 and name = $2`,
    values: [workspaceId, name, place.transactionId, place.position],
  })
}

/**
 * One step in the index for each workspace. Written as "exists" it reads the same, but is planned as a join with all
 * events there are, every second (measured: 100 ms with 200,000 of them, all read).
 */
async function waitingWorkspaces(database: Database, name: string): Promise<readonly number[]> {
  return await database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ id: number }>(
      `select w.id from workspaces w
       left join event_consumers c on c.workspace_id = w.id and c.name = $1
       cross join lateral (
         select from events e where e.workspace_id = w.id
           and (e.transaction_id, e.position) > (coalesce(c.transaction_id, '0'), coalesce(c.position, 0))
         order by e.transaction_id, e.position limit 1
       ) unread`,
      [name],
    )
    return rows.map(({ id }) => id)
  })
}

import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { appendEvents } from '../events/append-events.ts'
import type { NewEvent } from '../events/event.ts'
import { type EventPlace, readEvents } from '../events/read-events.ts'
import { applyUpserts } from '../profiles/upsert-profiles.ts'
import type { SegmentRule } from '../workspaces/file/sections/segments.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { evaluateNext, type Progress, startingReadSize } from './evaluation/evaluate-next.ts'
import { segmentConsumer } from './evaluation/segment-consumer.ts'

export const attributesOfTests = `
customerData:
  emailUniqueness: workspace
  attributes:
    - { name: count, type: integer }
    - { name: worth, type: float }
    - { name: city, type: string }
    - { name: loyal, type: boolean }
    - { name: since, type: datetime }
    - { name: tags, type: array, items: string }
    - { name: sizes, type: array, items: integer }
    - { name: visits, type: array, items: datetime }
    - { name: home, type: object, fields: [{ name: street, type: string }] }
`

/** A workspace, and the steps by which its segments are kept, each at the time of a test's choosing. */
export interface TestSegments extends AsyncDisposable {
  readonly db: TestDatabase
  /** The workspace as the rules given last make it. */
  workspace(): Workspace
  /** Other rules, by segment id, as a workspace file that is applied again brings them; null: by list. */
  setRules(rules: Readonly<Record<string, SegmentRule | null>>): void
  run<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** Creates or updates a user; gives its profile's id. */
  upsert(customer: string, set: object, more?: object): Promise<string>
  append(...events: readonly Partial<NewEvent>[]): Promise<void>
  /** One transaction of evaluating. */
  step(now?: Date): Promise<Progress>
  /** Reads all events and evaluates until nothing is left to do. */
  settle(now?: Date): Promise<void>
  /** Profile ids by segment, as they are stored. */
  members(segmentId: string): Promise<readonly string[]>
}

export async function openTestSegments(file = attributesOfTests): Promise<TestSegments> {
  const db = await createTestDatabase()
  await db.apply(`workspace: acme${file}`)
  let workspace = db.workspace()
  let place: EventPlace = { transactionId: '0', position: '0' }
  const size = startingReadSize()

  const run = <T>(work: (connection: Connection) => Promise<T>) => db.database.transaction(workspace.id, work)

  async function consume(): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      const page = await run(async (connection) => {
        const read = await readEvents(connection, workspace.id, place, 100)
        await segmentConsumer.handle(connection, workspace, read.events)
        return read
      })
      place = page.place ?? place
      hasMore = page.hasMore
      if (hasMore && !page.place) await delay(1)
    }
  }

  const step = (now = new Date()) => run((connection) => evaluateNext(connection, workspace, now, size))

  return {
    db,
    run,
    step,
    workspace: () => workspace,
    setRules(rules) {
      const segments = Object.entries(rules).map(([id, where]) =>
        where ? { id, name: id, where, list: false } : { id, name: id, list: true },
      )
      workspace = {
        ...workspace,
        revision: workspace.revision + 1,
        settings: { ...workspace.settings, segments },
      }
    },
    async upsert(customer, set, more = {}) {
      const operations = JSON.stringify([{ customer, set, result: true, ...more }])
      const [answer] = await run((connection) =>
        applyUpserts(connection, {
          workspaceId: workspace.id,
          operations,
          emailPerUnit: false,
          fieldBindings: {},
        }),
      )
      if (!answer?.profile) throw new Error('not applied')
      return answer.profile
    },
    async append(...events) {
      const now = new Date().toISOString()
      const full = events.map((event) => ({
        name: 'purchase',
        occurred_at: now,
        received_at: now,
        source: 'back end' as const,
        data: {},
        ...event,
      }))
      await run((connection) => appendEvents(connection, workspace.id, full))
    },
    async settle(now) {
      await consume()
      for (let progress = await step(now); progress !== 'done'; progress = await step(now)) {
        if (progress === 'stale') throw new Error('the workspace is stale')
        if (progress === 'hidden') await delay(1)
      }
    },
    async members(segmentId) {
      const { rows } = await run((connection) =>
        connection.query<{ profile_id: string }>(
          `select profile_id from segment_memberships where workspace_id = $1 and segment_id = $2
           order by profile_id`,
          [workspace.id, segmentId],
        ),
      )
      return rows.map((row) => row.profile_id)
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
}

import type { Logger } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { DatabaseSession } from '../../platform/postgres/session.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../workspaces/workspace-directory.ts'
import { type Accepted, blockOfRequest, createAcceptor } from './accept-operations.ts'
import { type Applier, createApplier } from './applier.ts'
import type { Operation, OperationOutcome } from './operation.ts'
import type { KeptAnswer } from './operation-log.ts'
import { postgresOperationLog } from './postgres-operation-log.ts'
import { createSettlements } from './settlements.ts'
import { type RequestState, trackRequest } from './track-request.ts'
import { type TrackingIds, trackingIds } from './tracking-id.ts'

/** The one road by which profiles change: accept, apply, ask what became of it. */
export interface Ingest extends AsyncDisposable {
  /** See `Acceptor.accept`. With no operations nothing is written. */
  accept(workspace: Workspace, operations: readonly Operation[]): Promise<Accepted>
  /** Like `accept`, but once for all requests with this key in 24 h: each gets the first one's answer (C37). */
  acceptOnce(
    workspace: Workspace,
    operations: readonly Operation[],
    request: {
      readonly key: string
      readonly requestHash: Buffer
      answer(accepted: Accepted): { readonly status: number; readonly body: string }
    },
  ): Promise<KeptAnswer>
  findAnswer(workspace: Workspace, key: string): Promise<KeptAnswer | undefined>
  /** Gives a request's tracking id; `refused` counts the entries that were not accepted. */
  trackingId(workspace: Workspace, accepted: Accepted, counts: { accepted: number; refused: number }): string
  /** Undefined for an id that this workspace never gave out, or whose time is over (C32, C33). */
  track(workspace: Workspace, trackingId: string): Promise<RequestState | undefined>
  /**
   * Accepts, waits until all is applied, and gives what became of each operation: its outcome where it failed or
   * asked for its result. Throws `CoreError` `not-applied-in-time` after 25 s (C42).
   */
  apply(
    workspace: Workspace,
    operations: readonly Operation[],
  ): Promise<readonly (OperationOutcome | undefined)[]>
  /** Resolves when everything accepted so far is durable. */
  flush(): Promise<void>
}

/** Told by a process that appended to a log that it does not apply; the payload is the workspace's id. */
const appended = 'tessera_appended'
/** Any number will do, if it stays the same. */
const laneLock = 1_415_934_805
const longestApplyMs = 25_000
/** How often all logs are looked at for what nobody told of: work that a dead process left behind. */
const sweepMs = 1000

export interface IngestOptions {
  readonly database: Database
  /** Where requests are accepted and asked about; absent: `database`. */
  readonly acceptsOn?: Database
  readonly session: DatabaseSession
  readonly directory: WorkspaceDirectory
  readonly logger: Logger
  readonly profileParts: readonly ProfilePart[]
  /** Whether this process applies, or only accepts. */
  readonly applies: boolean
  /** Told of a workspace whose log was applied, after the commit. */
  onApplied?(workspaceId: number): void
  /** Told of a workspace whose log recorded events, after the commit. */
  onEventsRecorded?(workspaceId: number): void
}

export async function openIngest(options: IngestOptions): Promise<Ingest> {
  const { database, session, directory, logger } = options
  const log = postgresOperationLog(options.acceptsOn ?? database)
  const settlements = createSettlements(log)
  const applier = options.applies ? await startApplier() : undefined
  const acceptor = createAcceptor(log, (workspaceId) => {
    if (applier) applier.wake(workspaceId)
    else tellOthers(workspaceId)
  })
  const idsOf = new WeakMap<Workspace, TrackingIds>()

  function tellOthers(workspaceId: number): void {
    // Lost words cost a second at most: the applying process also looks by itself.
    session.notify(appended, String(workspaceId)).catch(() => {})
  }

  async function startApplier(): Promise<Applier> {
    const created = createApplier({
      database,
      log: postgresOperationLog(database),
      logger,
      parts: options.profileParts,
      async rules(workspaceId) {
        const workspace = await directory.byId(workspaceId)
        // Applied by other rules than its own, an e-mail could be two users'.
        if (!workspace) throw new Error('the workspace cannot be read yet')
        return workspace
      },
      async holdsLane(workspaceId) {
        const holds = await session.tryLock(laneLock, workspaceId)
        if (!holds) tellOthers(workspaceId)
        return holds
      },
      onSettled(workspaceId, { outcomes, recordedEvents }) {
        for (const [blockId, ofBlock] of outcomes) settlements.settled(blockId, ofBlock)
        options.onApplied?.(workspaceId)
        if (recordedEvents) options.onEventsRecorded?.(workspaceId)
      },
    })
    await session.listen(appended, (payload) => {
      if (payload === undefined) return void created.wakeAll().catch(() => {})
      created.wake(Number(payload))
    })
    return created
  }

  function trackingIdsOf(workspace: Workspace): TrackingIds {
    const known = idsOf.get(workspace)
    if (known) return known
    const made = trackingIds(workspace.secret)
    idsOf.set(workspace, made)
    return made
  }

  async function accept(workspace: Workspace, operations: readonly Operation[]): Promise<Accepted> {
    if (operations.length === 0) return nowhere()
    return await acceptor.accept(workspace.id, operations)
  }

  const sweep = setInterval(() => void applier?.wakeAll().catch(() => {}), sweepMs)

  return {
    accept,
    async acceptOnce(workspace, operations, request) {
      const kept = await log.appendOnce(workspace.id, {
        key: request.key,
        requestHash: request.requestHash,
        block: operations.length > 0 ? blockOfRequest(workspace.id, operations) : undefined,
        answer: (block) => request.answer({ block, start: 0 }),
      })
      if (applier) applier.wake(workspace.id)
      else tellOthers(workspace.id)
      return kept
    },
    findAnswer: (workspace, key) => log.findAnswer(workspace.id, key),
    trackingId: (workspace, { block, start }, counts) =>
      trackingIdsOf(workspace).encode({
        day: block.day,
        blockId: block.id,
        start,
        count: counts.accepted,
        refused: counts.refused,
      }),
    async track(workspace, trackingId) {
      const request = trackingIdsOf(workspace).decode(trackingId)
      return request && (await trackRequest(log, workspace.id, request))
    },
    async apply(workspace, operations) {
      if (operations.length === 0) return []
      const { block, start } = await accept(workspace, operations)
      const outcomes = await settlements.wait(workspace.id, block, longestApplyMs)
      return operations.map((_operation, index) => outcomes[start + index])
    },
    flush: () => acceptor.idle(),
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      await acceptor.idle()
      await applier?.[Symbol.asyncDispose]()
    },
  }
}

function nowhere(): Accepted {
  return { block: { day: Math.floor(Date.now() / 86_400_000), id: 0 }, start: 0 }
}

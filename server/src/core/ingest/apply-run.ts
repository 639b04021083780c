import type { Connection, Database } from '../../platform/postgres/database.ts'
import { isWorthRetrying } from '../../platform/postgres/worth-retrying.ts'
import { changeRecipientStatuses } from '../consents/recipient-status.ts'
import { appendEvents } from '../events/append-events.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { findEmailsByCustomerId } from '../profiles/find-profiles.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { takeLeads } from '../profiles/take-leads.ts'
import { applyUpserts, type UpsertAnswer } from '../profiles/upsert-profiles.ts'
import { type YieldedClaim, yieldClaims } from '../profiles/yield-claims.ts'
import { applyPlainBlocks } from './apply-plain-blocks.ts'
import type { BlockOutcomes, Operation, OperationOutcome, UpsertOperation } from './operation.ts'
import type { OperationLog } from './operation-log.ts'
import type { Run } from './pick-run.ts'
import { type Planned, planWaves, type Wave } from './plan-waves.ts'
import type { ProfileRules } from './profile-rules.ts'

export interface ApplyContext {
  readonly database: Database
  readonly log: OperationLog
  /** What other nouns keep of a profile: it moves and ends with it. */
  readonly parts: readonly ProfilePart[]
  rules(workspaceId: number): Promise<ProfileRules>
}

/** What a run left behind, by block id. */
type RunOutcomes = ReadonlyMap<number, BlockOutcomes | undefined>

export interface AppliedRun {
  readonly outcomes: RunOutcomes
  /** Whether there is something to read for consumers of events. */
  readonly recordedEvents: boolean
}

/**
 * Applies a run and settles its blocks in one transaction: all of it, once, or nothing.
 *
 * Blocks whose operations do not meet are applied where they lie, and nobody here reads them. Any other run is read,
 * cut into waves and applied wave by wave.
 */
export async function applyRun(context: ApplyContext, workspaceId: number, run: Run): Promise<AppliedRun> {
  const rules = await context.rules(workspaceId)
  if (run.isIndependentSet) {
    const outcomes = await context.database.inWorkspace(workspaceId, (connection) =>
      applyPlainBlocks(connection, workspaceId, run.blocks, rules),
    )
    if (outcomes) {
      const byBlock = new Map(run.blocks.map((block) => [block.id, outcomes.get(block.id)]))
      return { outcomes: byBlock, recordedEvents: false }
    }
  }
  const operations = parse(await context.log.read(workspaceId, run.blocks))
  return await context.database.transaction(workspaceId, async (connection) => {
    const set = newSet(context, connection, workspaceId, rules)
    await applyInWaves(set, operations)
    return { outcomes: await settleRun(context.log, set, run), recordedEvents: holdsEvents(operations) }
  })
}

/**
 * Applies a run operation by operation, for a run that fails as a set: what cannot be applied fails alone
 * (code 10 of section 4) and harms nobody else (C6, C29). Throws what is `isWorthRetrying` at this attempt.
 */
export async function applyRunOneByOne(
  context: ApplyContext,
  workspaceId: number,
  run: Run,
  attempt: number,
): Promise<AppliedRun> {
  const rules = await context.rules(workspaceId)
  const operations = parse(await context.log.read(workspaceId, run.blocks))
  return await context.database.transaction(workspaceId, async (connection) => {
    const outcomes = new Map<number, OperationOutcome>()
    for (const [position, operation] of operations.entries()) {
      await connection.query('savepoint operation')
      try {
        const set = newSet(context, connection, workspaceId, rules)
        await applyInWaves(set, [operation])
        await connection.query('release savepoint operation')
        const outcome = set.outcomes.get(0)
        if (outcome) outcomes.set(position, outcome)
      } catch (error) {
        if (isWorthRetrying(error, attempt)) throw error
        await connection.query('rollback to savepoint operation')
        const at = operation.at === undefined ? {} : { at: operation.at }
        outcomes.set(position, { failure: { reason: 'not-applicable' }, ...at })
      }
    }
    const settled = await settleRun(context.log, { connection, workspaceId, outcomes }, run)
    return { outcomes: settled, recordedEvents: holdsEvents(operations) }
  })
}

function holdsEvents(operations: readonly Operation[]): boolean {
  return operations.some(({ kind }) => kind === 'event')
}

async function settleRun(
  log: OperationLog,
  applied: Pick<ApplyingSet, 'connection' | 'workspaceId' | 'outcomes'>,
  run: Run,
): Promise<RunOutcomes> {
  const outcomes = outcomesByBlock(run, applied.outcomes)
  await log.settle(
    applied.connection,
    applied.workspaceId,
    run.blocks.map((block) => ({ day: block.day, id: block.id, outcomes: outcomes.get(block.id) })),
  )
  return outcomes
}

function newSet(
  { parts }: ApplyContext,
  connection: Connection,
  workspaceId: number,
  rules: ProfileRules,
): ApplyingSet {
  return { connection, workspaceId, ...rules, parts, outcomes: new Map() }
}

interface ApplyingSet extends ProfileRules {
  readonly connection: Connection
  readonly parts: readonly ProfilePart[]
  readonly workspaceId: number
  /** By position in the run, from 0. */
  readonly outcomes: Map<number, OperationOutcome>
}

async function applyInWaves(set: ApplyingSet, operations: readonly Operation[]): Promise<void> {
  const customers = operations.flatMap(({ customer }) => customer ?? [])
  const isAlone = operations.length === 1
  const heldEmails = isAlone
    ? new Map<string, string>()
    : await findEmailsByCustomerId(set.connection, set.workspaceId, customers)
  for (const wave of planWaves(operations, heldEmails)) await applyWave(set, wave)
  // Operations that were folded into one failed alike, but each stood elsewhere in its request.
  for (const [position, outcome] of set.outcomes) {
    if (!('failure' in outcome)) continue
    const at = operations[position]?.at
    set.outcomes.set(position, { failure: outcome.failure, ...(at === undefined ? {} : { at }) })
  }
}

async function applyWave(set: ApplyingSet, wave: Wave): Promise<void> {
  switch (wave.kind) {
    case 'upsert':
      return await applyUpsertWave(set, wave.planned)
    case 'delete':
      return await applyDeletes(set, wave.planned)
    case 'status':
      return await changeRecipientStatuses(set.connection, set.workspaceId, operationsOf(wave.planned))
    case 'event':
      await appendEvents(set.connection, set.workspaceId, operationsOf(wave.planned))
      return
  }
}

async function applyUpsertWave(
  set: ApplyingSet,
  planned: readonly Planned<UpsertOperation>[],
): Promise<void> {
  const operations = JSON.stringify(operationsOf(planned))
  const answers = await applyUpserts(set.connection, { ...set, operations })
  const again = settleAnswers(set, answers, (n) => planned[n - 1]?.positions ?? [])
  if (again.length === 0) return
  await applyAgain(
    set,
    again.flatMap((n) => planned[n - 1] ?? []),
    answers,
  )
}

/** Operations that wait for another of their set, for a lead to be settled or a claim to yield, are applied after it. */
async function applyAgain(
  set: ApplyingSet,
  planned: readonly Planned<UpsertOperation>[],
  answers: readonly UpsertAnswer[],
): Promise<void> {
  const taken = answers.flatMap(({ decision, lead, customer }) =>
    decision === 'take-lead' && lead !== null && customer !== null ? [{ lead, customer }] : [],
  )
  const yielded = answers.flatMap((answer) => yieldedClaim(answer) ?? [])
  if (yielded.length > 0) await yieldClaims(set.connection, set.workspaceId, yielded)
  if (taken.length > 0) await takeLeads(set.connection, set.workspaceId, taken, set)
  const takers = new Set(taken.map(({ customer }) => customer))
  await applyUpsertWave(
    set,
    planned.map(({ operation, positions }) => ({ operation: lookedAt(operation, takers), positions })),
  )
}

function yieldedClaim({
  decision,
  claimedValue,
  claimedScope,
  claimer,
}: UpsertAnswer): YieldedClaim | undefined {
  if (decision !== 'yield-email' && decision !== 'yield-customer') return undefined
  if (claimedValue === null || claimedScope === null || claimer === null) return undefined
  const kind = decision === 'yield-email' ? 'email' : 'customer_id'
  return { kind, value: claimedValue, scope: claimedScope, profile: claimer }
}

/**
 * What an operation believed and took is settled by the first look: a lead that became the user since has another
 * profile id (C14), and who has absorbed a lead of its business unit takes no second one without a unit (C15).
 */
function lookedAt(operation: UpsertOperation, takers: ReadonlySet<string>): UpsertOperation {
  const { profile: _tested, ...rest } = operation
  return takers.has(rest.customer ?? '') ? { ...rest, lead_taken: true } : rest
}

async function applyDeletes(
  set: ApplyingSet,
  planned: readonly Planned<{ kind: 'delete'; customer?: string; profile?: string; result?: true }>[],
): Promise<void> {
  await deleteProfiles(set.connection, set.workspaceId, operationsOf(planned), set.parts)
  for (const { operation, positions } of planned) {
    if (!operation.result) continue
    for (const position of positions) set.outcomes.set(position, { profile: null })
  }
}

/** Keeps the outcomes among the answers; gives the numbers of the operations that are to be applied again. */
function settleAnswers(
  set: ApplyingSet,
  answers: readonly UpsertAnswer[],
  positionsOf: (n: number) => readonly number[],
): readonly number[] {
  const again: number[] = []
  for (const answer of answers) {
    const outcome = outcomeOf(answer)
    if (!outcome) again.push(answer.n)
    else for (const position of positionsOf(answer.n)) set.outcomes.set(position, outcome)
  }
  return again
}

function outcomeOf(answer: UpsertAnswer): OperationOutcome | undefined {
  const at = answer.at === null ? {} : { at: answer.at }
  const email = answer.email === null ? {} : { email: answer.email }
  const unit = answer.unit === null ? {} : { unit: answer.unit }
  switch (answer.decision) {
    case 'wait':
    case 'take-lead':
    case 'yield-email':
    case 'yield-customer':
      return undefined
    case 'email-taken':
      return {
        failure: { reason: 'email-taken', email: answer.email ?? '', holder: answer.holder ?? '', ...unit },
        ...at,
      }
    case 'profile-mismatch':
      return {
        failure: { reason: 'profile-mismatch', sent: answer.sent ?? '', customer: answer.customer ?? '' },
        ...at,
      }
    default:
      return { profile: answer.profile, ...email, ...unit }
  }
}

function outcomesByBlock(run: Run, outcomes: ReadonlyMap<number, OperationOutcome>): RunOutcomes {
  const byBlock = new Map<number, Record<string, OperationOutcome> | undefined>()
  let first = 0
  for (const block of run.blocks) {
    let ofBlock: Record<string, OperationOutcome> | undefined
    if (outcomes.size > 0) {
      for (let position = 0; position < block.operationCount; position++) {
        const outcome = outcomes.get(first + position)
        if (!outcome) continue
        ofBlock ??= {}
        ofBlock[position] = outcome
      }
    }
    byBlock.set(block.id, ofBlock)
    first += block.operationCount
  }
  return byBlock
}

function operationsOf<T extends Operation>(planned: readonly Planned<T>[]): readonly T[] {
  return planned.map(({ operation }) => operation)
}

function parse(texts: readonly string[]): readonly Operation[] {
  return texts.flatMap((text) => JSON.parse(text) as Operation[])
}

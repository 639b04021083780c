import type { Connection } from '../../../platform/postgres/database.ts'
import { type ChangePlace, hasChangesAfter, readProfileChanges } from '../../profiles/profile-changes.ts'
import type { Workspace } from '../../workspaces/workspace.ts'
import { programOf, type SegmentProgram } from '../rules/compile-segments.ts'
import { lockEvaluation, moveEvaluation } from './evaluation-state.ts'

/**
 * `stale`: another process knows a newer workspace. `more`: there is more to do at once. `hidden`: what is left is not
 * to be read before an older transaction ends. `done`: nothing is left.
 */
export type Progress = 'stale' | 'more' | 'hidden' | 'done'

/** So many profiles at most are evaluated for one reason in one transaction; its locks are held for so long. */
export const profilesPerStep = 1000
/** Transactions whose changes are read at once. An import's are large, a single request's small. */
const transactionsPerRead = { least: 1, most: 256 }

/** How many transactions to read next, so that a step's profiles are about as many as it may have. */
export interface ReadSize {
  transactions: number
}

export function startingReadSize(): ReadSize {
  return { transactions: 16 }
}

/**
 * Evaluates the rules of a workspace for the next profiles, in the caller's transaction: those that changed, those
 * that are due, and while new rules are being evaluated, the next ones of all.
 *
 * @param now the time at which windows end
 */
export async function evaluateNext(
  connection: Connection,
  workspace: Workspace,
  now: Date,
  size: ReadSize,
): Promise<Progress> {
  const program = programOf(workspace)
  const state = await lockEvaluation(connection, workspace, program)
  if (!state) return 'stale'
  if (!program.hasRules && state.passAfter === null) return 'done'

  const changed = program.hasRules ? await readChanged(connection, workspace.id, state.place, size) : nothing
  const due = await readDue(connection, workspace.id, now)
  const passed = state.passAfter === null ? [] : await readNext(connection, workspace.id, state.passAfter)
  await evaluate(connection, workspace.id, program, [...changed.profileIds, ...due, ...passed], now)

  const place = changed.place ?? state.place
  const passAfter = passed.length < profilesPerStep ? null : (passed.at(-1) ?? null)
  if (changed.place || passAfter !== state.passAfter) {
    await moveEvaluation(connection, workspace.id, { place, passAfter })
  }
  if (changed.isFull || due.length === profilesPerStep || passAfter !== null) return 'more'
  if (!program.hasRules) return 'done'
  return (await hasChangesAfter(connection, workspace.id, place)) ? 'hidden' : 'done'
}

interface Changed {
  readonly profileIds: readonly string[]
  readonly place?: ChangePlace
  /** Whether more can be read at once. */
  readonly isFull: boolean
}

const nothing: Changed = { profileIds: [], isFull: false }

async function readChanged(
  connection: Connection,
  workspaceId: number,
  after: ChangePlace,
  size: ReadSize,
): Promise<Changed> {
  const asked = size.transactions
  const read = await readProfileChanges(connection, workspaceId, after, asked)
  const profileIds: string[] = []
  let taken = 0
  for (const { changes } of read) {
    if (profileIds.length >= profilesPerStep) break
    profileIds.push(...changes.map(({ profileId }) => profileId))
    taken++
  }
  const isFull = taken < read.length || read.length === asked
  if (taken < read.length) size.transactions = Math.max(transactionsPerRead.least, taken)
  else if (isFull) size.transactions = Math.min(transactionsPerRead.most, asked * 2)
  const last = read[taken - 1]
  return { profileIds, ...(last && { place: last.place }), isFull }
}

async function readDue(connection: Connection, workspaceId: number, now: Date): Promise<readonly string[]> {
  const { rows } = await connection.query<{ profile_id: string }>({
    name: 'read-segment-dues',
    text: `select profile_id from segment_dues where workspace_id = $1 and due_at <= $2 order by due_at limit $3`,
    values: [workspaceId, now, profilesPerStep],
  })
  return rows.map((row) => row.profile_id)
}

async function readNext(
  connection: Connection,
  workspaceId: number,
  after: string,
): Promise<readonly string[]> {
  const { rows } = await connection.query<{ id: string }>({
    name: 'read-profiles-to-evaluate',
    text: 'select id from profiles where workspace_id = $1 and id > $2 order by id limit $3',
    values: [workspaceId, after, profilesPerStep],
  })
  return rows.map(({ id }) => id)
}

async function evaluate(
  connection: Connection,
  workspaceId: number,
  { text, values }: SegmentProgram,
  profileIds: readonly string[],
  now: Date,
): Promise<void> {
  if (profileIds.length === 0) return
  await connection.query({ text, values: [workspaceId, profileIds, now, ...values] })
}

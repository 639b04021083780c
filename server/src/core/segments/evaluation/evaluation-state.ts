import type { Connection } from '../../../platform/postgres/database.ts'
import { type ChangePlace, presentPlace } from '../../profiles/profile-changes.ts'
import type { Workspace } from '../../workspaces/workspace.ts'
import type { SegmentProgram } from '../rules/compile-segments.ts'

/** How far the rules of a workspace are evaluated. */
export interface EvaluationState {
  /** Behind the profile changes that were read. */
  readonly place: ChangePlace
  /** While all profiles are being evaluated, the last one that was. */
  readonly passAfter: string | null
}

const beforeAllProfiles = '00000000-0000-0000-0000-000000000000'

/** Changes are kept for 7 days: who has not read for longer may have missed some, and evaluates everybody again. */
const longestAbsence = '6 days'

/**
 * Locks the state until the transaction ends: nobody else evaluates, or notes that something is due, meanwhile. Where
 * the workspace has other rules than those that were evaluated, evaluating all profiles begins, and whatever changed
 * before this moment is left to it.
 *
 * @returns undefined where another process knows a newer workspace: this one's rules are no longer to be used
 */
export async function lockEvaluation(
  connection: Connection,
  workspace: Workspace,
  { fingerprint, hasRules, testedEvents }: SegmentProgram,
): Promise<EvaluationState | undefined> {
  const { id, revision } = workspace
  await connection.query({
    name: 'make-segment-evaluation',
    text: `insert into segment_evaluations
             (workspace_id, revision, rules, tested_events, transaction_id, change_id)
           values ($1, 0, '', '{}', '0', 0) on conflict do nothing`,
    values: [id],
  })
  const { rows } = await connection.query<{
    revision: string
    rules: string
    transaction_id: string
    change_id: string
    pass_after: string | null
    is_late: boolean
  }>({
    name: 'lock-segment-evaluation',
    text: `select revision, rules, transaction_id, change_id, pass_after,
             read_at < clock_timestamp() - interval '${longestAbsence}' as is_late
           from segment_evaluations where workspace_id = $1 for update`,
    values: [id],
  })
  const [row] = rows
  if (!row || Number(row.revision) > revision) return undefined
  const isNew = row.rules !== fingerprint || (hasRules && row.is_late)
  const readTo = { transactionId: row.transaction_id, id: row.change_id }
  if (!isNew && Number(row.revision) === revision) return { place: readTo, passAfter: row.pass_after }
  const place = isNew ? await presentPlace(connection) : readTo
  const passAfter = isNew ? beforeAllProfiles : row.pass_after
  await connection.query({
    name: 'begin-segment-evaluation',
    text: `update segment_evaluations
           set revision = $2, rules = $3, tested_events = $4, transaction_id = $5, change_id = $6,
             read_at = clock_timestamp(), pass_after = $7
           where workspace_id = $1`,
    values: [id, revision, fingerprint, testedEvents, place.transactionId, place.id, passAfter],
  })
  return { place, passAfter }
}

/** Notes what was evaluated in this transaction. */
export async function moveEvaluation(
  connection: Connection,
  workspaceId: number,
  { place, passAfter }: EvaluationState,
): Promise<void> {
  await connection.query({
    name: 'move-segment-evaluation',
    text: `update segment_evaluations
           set transaction_id = $2, change_id = $3, read_at = clock_timestamp(), pass_after = $4
           where workspace_id = $1`,
    values: [workspaceId, place.transactionId, place.id, passAfter],
  })
}

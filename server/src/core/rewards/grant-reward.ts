import type { Connection } from '../../platform/postgres/database.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { defaultPattern, generateCode } from './generate-code.ts'
import { type GrantRole, worthOf } from './grant.ts'

export interface GrantRequest {
  readonly rewardId: string
  readonly profileId: string
  readonly campaignId?: string
  readonly role?: GrantRole
  /** What caused it: an event, by number, the binding of the device that sent it, and the sender's own id for it. */
  readonly cause?: {
    readonly eventNumber?: string
    readonly bindingId?: string | null
    readonly eventReference?: string | null
  }
  /** The most grants that the profile may have from this campaign in this role; absent: any number (E81). */
  readonly mostPerRole?: number
}

type GrantRefusal =
  | 'unknown-reward'
  /** Before `validFrom` or after `validTo`. */
  | 'not-valid'
  | 'out-of-stock'
  | 'customer-limit'
  | 'campaign-limit'
  | 'no-code-left'

export type GrantResult =
  | { readonly grant: string; readonly refusal?: never }
  | { readonly refusal: GrantRefusal; readonly grant?: never }

/**
 * Issues a reward to a profile in the caller's transaction, which has to be one. Stock, `perCustomer` and the
 * campaign's limit are counted while the reward's stock row is locked, so they are never exceeded, whatever runs
 * at once (S28, E81, E82); who grants next waits until this transaction ends.
 *
 * @returns the number of the grant, or why there is none; then nothing has changed
 */
export async function grantReward(
  connection: Connection,
  workspace: Workspace,
  request: GrantRequest,
): Promise<GrantResult> {
  const reward = workspace.settings.rewards.find(({ id }) => id === request.rewardId)
  if (!reward || reward.kind === 'none') return { refusal: 'unknown-reward' }
  const issued = await lockStock(connection, workspace.id, reward.id)
  const refusal = await findRefusal(connection, workspace, reward, request, issued)
  if (refusal) return { refusal }
  const grant = await insertGrant(connection, workspace, reward, request)
  if (grant === undefined) return { refusal: 'no-code-left' }
  await connection.query({
    name: 'count-issued',
    text: 'update reward_stocks set issued = issued + 1 where workspace_id = $1 and reward_id = $2',
    values: [workspace.id, reward.id],
  })
  return { grant }
}

/** Locks the reward's stock row until the transaction ends. @returns how many grants count */
export async function lockStock(
  connection: Connection,
  workspaceId: number,
  rewardId: string,
): Promise<number> {
  await connection.query({
    name: 'make-stock',
    text: 'insert into reward_stocks (workspace_id, reward_id) values ($1, $2) on conflict do nothing',
    values: [workspaceId, rewardId],
  })
  const { rows } = await connection.query<{ issued: number }>({
    name: 'lock-stock',
    text: 'select issued from reward_stocks where workspace_id = $1 and reward_id = $2 for update',
    values: [workspaceId, rewardId],
  })
  return rows[0]?.issued ?? 0
}

async function findRefusal(
  connection: Connection,
  { id, settings }: Workspace,
  reward: Reward,
  request: GrantRequest,
  issued: number,
): Promise<GrantRefusal | undefined> {
  if (reward.stock !== undefined && issued >= reward.stock) return 'out-of-stock'
  // A statement of its own, after the lock: it sees what whoever held the lock before has granted.
  const { rows } = await connection.query<{ today: string; held: number; in_role: number }>({
    name: 'count-grants',
    text: `select to_char(now() at time zone $5, 'YYYY-MM-DD') as today,
             count(*) filter (where reward_id = $3)::integer as held,
             count(*) filter (where campaign_id = $4 and role = $6)::integer as in_role
           from grants
           where workspace_id = $1 and profile_id = $2 and state <> 'withdrawn'`,
    values: [
      id,
      request.profileId,
      reward.id,
      request.campaignId ?? null,
      settings.timeZone,
      request.role ?? null,
    ],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a count')
  if (reward.validFrom !== undefined && row.today < reward.validFrom) return 'not-valid'
  if (reward.validTo !== undefined && row.today > reward.validTo) return 'not-valid'
  if (reward.perCustomer !== undefined && row.held >= reward.perCustomer) return 'customer-limit'
  if (request.mostPerRole !== undefined && row.in_role >= request.mostPerRole) return 'campaign-limit'
  return undefined
}

/** A pattern is checked to have far more codes than the stock, so a few tries are enough. */
const mostTries = 20

async function insertGrant(
  connection: Connection,
  workspace: Workspace,
  reward: Reward,
  request: GrantRequest,
): Promise<string | undefined> {
  const values = [
    workspace.id,
    reward.id,
    request.profileId,
    request.campaignId ?? null,
    request.role ?? null,
    request.cause?.bindingId ?? null,
    request.cause?.eventNumber ?? null,
    request.cause?.eventReference ?? null,
    JSON.stringify(worthOf(reward, workspace.settings.currency)),
    workspace.settings.timeZone,
    reward.grantValidDays ?? null,
    reward.validTo ?? null,
  ]
  for (let tries = 0; tries < mostTries; tries++) {
    const code = await nextCode(connection, workspace, reward)
    if (code === undefined) return undefined
    const { rows } = await connection.query<{ number: string }>({
      name: 'insert-grant',
      text: insertStatement,
      values: [...values, code],
    })
    if (rows[0]) return rows[0].number
  }
  return undefined
}

/** Null: the reward has none. Undefined: its pool is empty. */
async function nextCode(
  connection: Connection,
  workspace: Workspace,
  reward: Reward,
): Promise<string | null | undefined> {
  if (reward.kind === 'points') return null
  const { couponCodes } = reward
  if (couponCodes === undefined || 'generate' in couponCodes) {
    const code = generateCode(couponCodes?.generate ?? defaultPattern)
    return isSpokenFor(workspace, code) ? await nextCode(connection, workspace, reward) : code
  }
  const { rows } = await connection.query<{ code: string }>({
    name: 'next-pool-code',
    text: `select p.code from unnest($2::text[]) with ordinality as p (code, n)
           where not exists (select from grants g where g.workspace_id = $1 and g.code = p.code)
           order by n limit 1`,
    values: [workspace.id, couponCodes.pool],
  })
  return rows[0]?.code
}

/** A till takes a code whoever issued it, so a generated one is no reward's own and stands in no pool. */
function isSpokenFor({ settings }: Workspace, code: string): boolean {
  return settings.rewards.some(
    ({ code: own, couponCodes }) =>
      own === code || (couponCodes && 'pool' in couponCodes && couponCodes.pool.includes(code)),
  )
}

/**
 * The last moment of the local day $11 days from now, at most that of the day $12 (S28). `least` passes over what
 * is null, so it is null where neither is there.
 */
const insertStatement = `
insert into grants (
  workspace_id, reward_id, profile_id, campaign_id, role, binding_id, event_number, event_reference, worth,
  expires_at, code
)
select $1, $2, $3, $4, $5, $6, $7, $8, $9,
  (least((now() at time zone $10)::date + $11::integer, $12::date) + 1)::timestamp at time zone $10
    - interval '1 millisecond',
  $13
on conflict (workspace_id, code) where code is not null do nothing
returning number`

import type { Connection } from '../../platform/postgres/database.ts'
import { parseHundredths } from '../amounts/hundredths.ts'
import type { Ledger } from '../points/ledger.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { isValidOn } from './catalogue.ts'
import { type GrantRole, worthOf } from './grant.ts'
import { type LockedStock, lockStock } from './lock-stock.ts'
import { isSpokenFor, nextCode } from './next-code.ts'

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
  /** The code it is to have (L87); absent: as the reward says (S29). */
  readonly code?: string | undefined
  readonly note?: string | undefined
}

export type GrantRefusal =
  | 'unknown-reward'
  /** Before `validFrom` or after `validTo`. */
  | 'not-valid'
  | 'out-of-stock'
  | 'customer-limit'
  | 'campaign-limit'
  | 'no-code-left'
  | 'code-taken'

export type GrantResult =
  | { readonly grant: string; readonly refusal?: never }
  | { readonly refusal: GrantRefusal; readonly grant?: never }

/**
 * Issues a reward to a profile in the caller's transaction, which has to be one. Stock, `perCustomer` and the
 * campaign's limit are counted while the reward's stock row is locked, so they are never exceeded, whatever runs
 * at once (S28, E81, E82); who grants next waits until this transaction ends. Points are booked with it (S29).
 *
 * @returns the number of the grant, or why there is none; then nothing has changed
 */
export async function grantReward(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  request: GrantRequest,
): Promise<GrantResult> {
  const reward = workspace.settings.rewards.find(({ id }) => id === request.rewardId)
  if (!reward || reward.kind === 'none') return { refusal: 'unknown-reward' }
  const stock = await lockStock(connection, workspace.id, reward.id)
  const refusal = await findRefusal(connection, workspace, reward, request, stock.issued)
  if (refusal) return { refusal }
  const inserted = await insertGrant(connection, workspace, reward, request, stock)
  if (inserted.refusal) return inserted
  await connection.query({
    name: 'count-issued',
    text: 'update reward_stocks set issued = issued + 1 where workspace_id = $1 and reward_id = $2',
    values: [workspace.id, reward.id],
  })
  if (reward.kind === 'points')
    await bookPoints(connection, workspace, ledger, reward, request, inserted.grant)
  return inserted
}

async function findRefusal(
  connection: Connection,
  { id, settings }: Workspace,
  reward: Reward,
  request: GrantRequest,
  issued: number,
): Promise<GrantRefusal | undefined> {
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
  if (!isValidOn(reward, row.today)) return 'not-valid'
  if (reward.stock !== undefined && issued >= reward.stock) return 'out-of-stock'
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
  stock: LockedStock,
): Promise<GrantResult> {
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
    request.note ?? null,
  ]
  const insert = async (code: string | null): Promise<string | undefined> => {
    const { rows } = await connection.query<{ number: string }>({
      name: 'insert-grant',
      text: insertStatement,
      values: [...values, code],
    })
    return rows[0]?.number
  }
  if (request.code !== undefined) {
    const grant = isSpokenFor(workspace, request.code) ? undefined : await insert(request.code)
    return grant === undefined ? { refusal: 'code-taken' } : { grant }
  }
  for (let tries = 0; tries < mostTries; tries++) {
    const code = await nextCode(connection, workspace, reward, stock)
    if (code === undefined) break
    const grant = await insert(code)
    if (grant !== undefined) return { grant }
  }
  return { refusal: 'no-code-left' }
}

/** The first partner, no multiplier (S29). */
async function bookPoints(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  reward: Reward,
  { profileId, note }: GrantRequest,
  grantNumber: string,
): Promise<void> {
  const { refusal } = await ledger.earn(connection, workspace, {
    kind: 'addition',
    key: `grant:${grantNumber}`,
    profileId,
    amount: parseHundredths(reward.points ?? 0) ?? 0,
    pointTypeId: reward.pointType,
    grantNumber,
    note,
  })
  if (refusal) throw new Error(`the points of reward ${reward.id} cannot be booked: ${refusal}`)
}

/**
 * The last moment of the local day $11 days from now, at most that of the day $12 (S28). `least` passes over what
 * is null, so it is null where neither is there.
 */
const insertStatement = `
insert into grants (
  workspace_id, reward_id, profile_id, campaign_id, role, binding_id, event_number, event_reference, worth,
  expires_at, note, code
)
select $1, $2, $3, $4, $5, $6, $7, $8, $9,
  (least((now() at time zone $10)::date + $11::integer, $12::date) + 1)::timestamp at time zone $10
    - interval '1 millisecond',
  $13, $14
on conflict (workspace_id, code) where code is not null do nothing
returning number`

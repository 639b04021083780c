import type { Connection } from '../../platform/postgres/database.ts'
import { parseHundredths } from '../amounts/hundredths.ts'
import { localDayOf } from '../local-time/local-time.ts'
import type { Ledger } from '../points/ledger.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { isValidOn } from './catalogue.ts'
import { type GrantRole, worthOf } from './grant.ts'
import { grantExpiry } from './grant-expiry.ts'
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
  const counted = await countGrants(connection, workspace, reward, request)
  const refusal = refusalOf(workspace, reward, request, { ...counted, issued: stock.issued })
  if (refusal) return { refusal }
  const expiresAt = grantExpiry(reward, counted.now, workspace.settings.timeZone)
  const inserted = await insertGrant(connection, workspace, reward, request, { ...stock, expiresAt })
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

interface Counted {
  /** By the database, as everything that grants are compared with. */
  readonly now: Date
  /** Grants of the reward that the profile has. */
  readonly held: number
  /** Grants that it has from the campaign in the role. */
  readonly in_role: number
}

/** A statement of its own, after the lock: it sees what whoever held the lock before has granted. */
async function countGrants(
  connection: Connection,
  { id }: Workspace,
  reward: Reward,
  request: GrantRequest,
): Promise<Counted> {
  const { rows } = await connection.query<Counted>({
    name: 'count-grants',
    text: `select now() as now, count(*) filter (where reward_id = $3)::integer as held,
             count(*) filter (where campaign_id = $4 and role = $5)::integer as in_role
           from grants
           where workspace_id = $1 and profile_id = $2 and state <> 'withdrawn'`,
    values: [id, request.profileId, reward.id, request.campaignId ?? null, request.role ?? null],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a count')
  return row
}

function refusalOf(
  { settings: { timeZone } }: Workspace,
  reward: Reward,
  { mostPerRole }: GrantRequest,
  { now, held, in_role, issued }: Counted & { readonly issued: number },
): GrantRefusal | undefined {
  if (!isValidOn(reward, localDayOf(now, timeZone))) return 'not-valid'
  if (reward.stock !== undefined && issued >= reward.stock) return 'out-of-stock'
  if (reward.perCustomer !== undefined && held >= reward.perCustomer) return 'customer-limit'
  if (mostPerRole !== undefined && in_role >= mostPerRole) return 'campaign-limit'
  return undefined
}

/** A pattern is checked to have far more codes than the stock, so a few tries are enough. */
const mostTries = 20

async function insertGrant(
  connection: Connection,
  workspace: Workspace,
  reward: Reward,
  request: GrantRequest,
  stock: LockedStock & { readonly expiresAt: Date | null },
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
    stock.expiresAt,
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

const insertStatement = `
insert into grants (
  workspace_id, reward_id, profile_id, campaign_id, role, binding_id, event_number, event_reference, worth,
  expires_at, note, code
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (workspace_id, code) where code is not null do nothing
returning number`

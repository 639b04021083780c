import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { localDayOf, startOfLocalDay } from '../local-time/local-time.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { acceptsStore } from './catalogue.ts'
import type { Grant } from './grant.ts'

export interface RedeemRequest {
  readonly number: string
  /** When it is used. */
  readonly at: Date
  readonly storeId?: string | undefined
  /** The purchase in which it is used, and what it takes off there. */
  readonly purchase?: {
    readonly number: string
    readonly discount: Hundredths
    /** It was bought there, too. */
    readonly bought: boolean
  }
}

export type RedeemRefusal =
  /** There is none, or it was withdrawn. */
  | 'unknown-grant'
  | 'redeemed'
  /** Past its dates, or before them. */
  | 'expired'
  | 'not-in-store'

/** Uses a grant, once, in the caller's transaction (L89, L111). A refusal has changed nothing. */
export async function redeemGrant(
  connection: Connection,
  workspace: Workspace,
  { number, at, storeId, purchase }: RedeemRequest,
): Promise<RedeemRefusal | undefined> {
  const { rows } = await connection.query<LockedGrant>({
    name: 'lock-grant',
    text: `select reward_id, state, valid_from, granted_at, expires_at
           from grants where workspace_id = $1 and number = $2 and state <> 'withdrawn' for update`,
    values: [workspace.id, number],
  })
  const [grant] = rows
  if (!grant) return 'unknown-grant'
  if (grant.state === 'redeemed') return 'redeemed'
  const { granted_at: grantedAt, valid_from: validFrom, expires_at: expiresAt } = grant
  // What is bought where it is used is granted a moment after that began.
  const isEarly =
    !purchase?.bought && at < firstMomentOf({ grantedAt, validFrom: validFrom ?? grantedAt }, workspace)
  if (isEarly || (expiresAt !== null && at > expiresAt)) return 'expired'
  if (storeId !== undefined && !acceptsStore(workspace, grant.reward_id, storeId)) return 'not-in-store'
  await connection.query({
    name: 'redeem-grant',
    text: `update grants set state = 'redeemed', redeemed_at = $3, store_id = $4, purchase_number = $5,
             discount = $6, bought_in_purchase = $7, changed_at = clock_timestamp()
           where workspace_id = $1 and number = $2`,
    values: [
      workspace.id,
      number,
      at,
      storeId ?? null,
      purchase?.number ?? null,
      purchase?.discount ?? null,
      purchase?.bought ?? false,
    ],
  })
  return undefined
}

interface LockedGrant {
  readonly reward_id: string
  readonly state: 'issued' | 'redeemed'
  readonly valid_from: Date | null
  readonly granted_at: Date
  readonly expires_at: Date | null
}

/**
 * When it may be used first: from the moment that an operator set, else on the whole local day of the grant. Clients
 * write whole seconds or days, and their clocks are not ours.
 */
export function firstMomentOf(
  { validFrom, grantedAt }: Pick<Grant, 'validFrom' | 'grantedAt'>,
  { settings: { timeZone } }: Workspace,
): Date {
  const isSet = validFrom.getTime() !== grantedAt.getTime()
  return isSet ? validFrom : startOfLocalDay(localDayOf(grantedAt, timeZone), timeZone)
}

/**
 * Makes the grants that were redeemed in a purchase usable again; the caller returns those that were bought in it
 * (L113).
 */
export async function reopenGrants(
  connection: Connection,
  workspaceId: number,
  purchaseNumber: string,
): Promise<{ readonly bought: readonly { readonly number: string; readonly rewardId: string }[] }> {
  const { rows } = await connection.query<{ number: string; reward_id: string; bought: boolean }>({
    name: 'reopen-grants',
    text: `with reopened as (
             update grants g set state = 'issued', redeemed_at = null, store_id = null, purchase_number = null,
               discount = null, bought_in_purchase = false, changed_at = clock_timestamp()
             from (select number, bought_in_purchase from grants
                   where workspace_id = $1 and purchase_number = $2 and state = 'redeemed') before
             where g.workspace_id = $1 and g.number = before.number
             returning g.number, g.reward_id, before.bought_in_purchase as bought
           )
           select number, reward_id, bought from reopened order by reward_id, number`,
    values: [workspaceId, purchaseNumber],
  })
  return {
    bought: rows
      .filter(({ bought }) => bought)
      .map(({ number, reward_id: rewardId }) => ({ number, rewardId })),
  }
}

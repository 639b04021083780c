import type { Connection } from '../../platform/postgres/database.ts'
import { parseHundredths } from '../amounts/hundredths.ts'
import type { Ledger } from '../points/ledger.ts'
import { lockAlone } from '../profiles/lock-survivor.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type GrantRefusal, grantReward } from './grant-reward.ts'

export interface BuyRequest {
  readonly rewardId: string
  readonly profileId: string
  readonly code?: string | undefined
  readonly note?: string | undefined
  /** The purchase in which it is bought, and where. */
  readonly purchaseNumber?: string
  readonly storeId?: string
}

export type BuyResult =
  | { readonly grant: string; readonly refusal?: never }
  | {
      readonly refusal:
        | Exclude<GrantRefusal, 'campaign-limit'>
        | 'unknown-profile'
        /** Points, or nothing: no voucher is issued of these kinds. */
        | 'no-voucher'
        | 'not-enough-points'
      readonly grant?: never
    }

/**
 * Issues a voucher to a profile for what the reward costs in points: stock, limit and points in one transaction, the
 * caller's (L86). A reward without a cost is issued for nothing.
 *
 * @returns the number of the grant; or why there is none, and then the transaction has to be rolled back
 */
export async function buyReward(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  { rewardId, profileId: asked, code, note, purchaseNumber, storeId }: BuyRequest,
): Promise<BuyResult> {
  const reward = workspace.settings.rewards.find(({ id }) => id === rewardId)
  if (!reward) return { refusal: 'unknown-reward' }
  if (reward.kind === 'points' || reward.kind === 'none') return { refusal: 'no-voucher' }
  const profileId = await lockAlone(connection, workspace.id, asked)
  if (profileId === undefined) return { refusal: 'unknown-profile' }
  const { grant, refusal } = await grantReward(connection, workspace, ledger, {
    rewardId,
    profileId,
    code,
    note,
  })
  if (refusal === 'campaign-limit') throw new Error('a campaign limits a reward that is bought')
  if (refusal) return { refusal }
  const amount = parseHundredths(reward.pointsCost ?? 0) ?? 0
  if (amount === 0) return { grant }
  const spent = await ledger.spend(connection, workspace, {
    kind: 'grant',
    key: `grant:${grant}:cost`,
    profileId,
    amount,
    grantNumber: grant,
    note,
    ...(purchaseNumber !== undefined && { purchaseNumber }),
    ...(storeId !== undefined && { storeId }),
  })
  if (spent.refusal === 'not-enough-points') return { refusal: spent.refusal }
  if (spent.refusal) throw new Error(`what reward ${rewardId} costs cannot be booked: ${spent.refusal}`)
  await connection.query({
    name: 'grant-was-bought',
    text: 'update grants set cost_movement = $3 where workspace_id = $1 and number = $2',
    values: [workspace.id, grant, spent.movement.number],
  })
  return { grant }
}

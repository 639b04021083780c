import type { Connection } from '../../platform/postgres/database.ts'
import { listConditions } from '../lists/list-conditions.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { acceptsStore } from './catalogue.ts'
import type { Grant } from './grant.ts'
import { type GrantRow, grantColumns, grantOf } from './read-grants.ts'

/** Which vouchers are meant; all conditions hold. */
export interface VoucherFilter {
  /** Undefined: of everybody. */
  readonly profileIds?: readonly string[] | undefined
  readonly numbers?: readonly string[] | undefined
  readonly rewardIds?: readonly string[] | undefined
  readonly code?: string | undefined
  readonly purchaseNumber?: string | undefined
  /** Those whose reward this store accepts. */
  readonly storeId?: string | undefined
  /** Whether now lies within its dates. */
  readonly isValid?: boolean | undefined
  readonly isApplied?: boolean | undefined
}

export type VoucherOrder =
  | 'number'
  | 'profileNumber'
  | 'storeId'
  | 'code'
  | 'validFrom'
  | 'expiresAt'
  | 'note'
  | 'grantedAt'
  | 'redeemedAt'
  | 'changedAt'
  | 'value'
  | 'isOver'
  | 'isFree'

/**
 * Grants as vouchers, whoever issued them (L85): those of points are none, and those that were withdrawn are gone
 * (L90).
 */
export async function listVouchers(
  connection: Connection,
  workspace: Workspace,
  filter: VoucherFilter,
  now: Date,
  request: ListRequest<VoucherOrder>,
): Promise<ListPage<Grant>> {
  const page = await readPage<GrantRow, VoucherOrder>(
    connection,
    {
      columns: grantColumns,
      from: 'grants',
      ...listConditions(
        // Only an order asks for $3, and PostgreSQL must be told its type in any case.
        `workspace_id = $1 and state <> 'withdrawn' and code is not null and $2::timestamptz is not null
          and $3::text[] is not null`,
        [workspace.id, now, rewardsThatCost(workspace)],
        [
          ['profile_id = any (?::uuid[])', filter.profileIds],
          ['number = any (?::bigint[])', filter.numbers],
          ['reward_id = any (?::text[])', filter.rewardIds],
          ['code = ?', filter.code],
          ['purchase_number = ?::bigint', filter.purchaseNumber],
          // A reward that the file names no more is accepted anywhere: what was issued of it stays worth something.
          ['reward_id <> all (?::text[])', filter.storeId && rewardsOfOtherStores(workspace, filter.storeId)],
          [
            '?::boolean = (coalesce(valid_from, granted_at) <= $2 and (expires_at is null or expires_at >= $2))',
            filter.isValid,
          ],
          [`?::boolean = (state = 'redeemed')`, filter.isApplied],
        ],
      ),
      orders: {
        number: 'number',
        profileNumber: '(select p.number from profiles p where p.workspace_id = $1 and p.id = profile_id)',
        storeId: 'store_id',
        note: 'note',
        code: 'code',
        validFrom: 'coalesce(valid_from, granted_at)',
        expiresAt: 'expires_at',
        grantedAt: 'granted_at',
        redeemedAt: 'redeemed_at',
        changedAt: 'changed_at',
        value: "coalesce(discount / 100.0, (worth ->> 'value')::numeric)",
        isOver: "(state = 'redeemed' or coalesce(expires_at < $2, false))",
        isFree: 'reward_id <> all ($3)',
      },
      creation: 'granted_at, number',
    },
    request,
  )
  return { items: page.items.map(grantOf), total: page.total }
}

function rewardsThatCost({ settings }: Workspace): readonly string[] {
  return settings.rewards.filter(({ pointsCost = 0 }) => pointsCost > 0).map(({ id }) => id)
}

function rewardsOfOtherStores(workspace: Workspace, storeId: string): readonly string[] {
  return workspace.settings.rewards.map(({ id }) => id).filter((id) => !acceptsStore(workspace, id, storeId))
}

/** The vouchers of codes, whoever has them; of a code that there is none of, or that was withdrawn, there is no entry. */
export async function findVouchersByCode(
  connection: Connection,
  workspaceId: number,
  codes: readonly string[],
): Promise<ReadonlyMap<string, Grant>> {
  const { rows } = await connection.query<GrantRow & { code: string }>({
    name: 'find-vouchers-by-code',
    text: `select ${grantColumns} from grants
           where workspace_id = $1 and code = any ($2::text[]) and state <> 'withdrawn'`,
    values: [workspaceId, codes],
  })
  return new Map(rows.map((row) => [row.code, grantOf(row)]))
}

import type { Connection } from '../../platform/postgres/database.ts'
import { lockWalletsOf } from './lock-wallets-of.ts'

/**
 * Writes off what profiles that end have and owe, as a movement a wallet, and takes the person out of the ledger: the
 * entries stay, and nobody's they are (S20). Notes go, for somebody wrote them of the person; reservations go.
 */
export async function eraseWallets(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<void> {
  await lockWalletsOf(connection, workspaceId, profileIds)
  await connection.query({
    name: 'write-off-points',
    text: statement,
    values: [workspaceId, profileIds],
  })
}

/** Who moves points waits for the profiles' rows, which their deleter locks; what expires is booked under the wallets'. */
const statement = `
with held as materialized (
  select profile_id, point_type, id as lot_id, null::bigint as debt_id, remaining
  from points_lots where workspace_id = $1 and profile_id = any ($2::uuid[]) and remaining > 0
  union all
  select profile_id, point_type, null, id, -remaining
  from points_debts where workspace_id = $1 and profile_id = any ($2::uuid[]) and remaining > 0
),
given as materialized (
  select nextval('points_movement_id') as id, w.*
  from (
    select profile_id, point_type, sum(remaining) as net,
      coalesce(sum(remaining) filter (where lot_id is not null), 0) as balance
    from held group by profile_id, point_type
  ) w
),
movement as (
  insert into points_movements (workspace_id, id, point_type, kind, amount, counted_at, booked_at)
  select $1, id, point_type, 'write-off', -balance, clock_timestamp(), clock_timestamp() from given
),
entry as (
  insert into points_entries (workspace_id, movement_id, line, account, lot_id, debt_id, amount)
  select $1, given.id, row_number() over (partition by given.id),
    case when lot_id is null then 'owed' else 'lot' end, lot_id, debt_id, -remaining
  from given join held on held.profile_id = given.profile_id and held.point_type = given.point_type
  union all
  select $1, id, 0, 'written-off', null, null, net from given where net <> 0
),
past as (
  update points_movements set profile_id = null, note = null
  where workspace_id = $1 and profile_id = any ($2::uuid[])
),
lot as (
  update points_lots set profile_id = null, remaining = 0
  where workspace_id = $1 and profile_id = any ($2::uuid[])
),
debt as (
  update points_debts set profile_id = null, remaining = 0
  where workspace_id = $1 and profile_id = any ($2::uuid[])
),
reservation as (
  delete from points_reservations where workspace_id = $1 and profile_id = any ($2::uuid[])
)
delete from points_wallets where workspace_id = $1 and profile_id = any ($2::uuid[])`

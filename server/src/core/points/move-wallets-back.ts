import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfileMove } from '../profiles/profile-part.ts'
import { lockWalletsOf } from './lock-wallets-of.ts'
import type { MovedPoints } from './move-wallets.ts'

/**
 * Undoes a move exactly: every lot, debt, reservation and movement that came from `from` is `from`'s again, as it is
 * by now; what `into` had or got since stays. What was booked since on lots that go back goes along; where a movement
 * took from lots of both, a share of it goes, so that each history sums to its balance (L95). What a reversal of a
 * movement of `from` left owed is owed by `from`. Entries stay as they are.
 */
export async function moveWalletsBack(
  connection: Connection,
  workspaceId: number,
  { from, into }: ProfileMove,
  moved: MovedPoints,
): Promise<void> {
  await lockWalletsOf(connection, workspaceId, [from, into])
  const { rows } = await connection.query<{ whole: string[]; reversals: string[] }>({
    name: 'share-movements',
    text: shareStatement,
    values: [workspaceId, from, into, moved.movements, moved.lots],
  })
  const { whole, reversals } = rows[0] ?? { whole: [], reversals: [] }
  await connection.query({
    name: 'move-points-back',
    text: backStatement,
    values: [
      workspaceId,
      from,
      into,
      [...moved.movements, ...whole],
      moved.lots,
      [...moved.debts, ...reversals],
      moved.reservations,
    ],
  })
  await connection.query({
    name: 'sum-wallets',
    text: sumStatement,
    values: [workspaceId, [from, into]],
  })
}

/**
 * `since` are movements of `into` that concern `from`, one of each family of a movement and its shares: they touch its
 * lots, or reverse a movement of its. The entries of a share are those of the movement that it is a share of. `part` is
 * what the family put into `from`'s lots, less what is `from`'s already: an earlier merge of the two may have been
 * undone before. A reversal takes back what the reversed movement earned or redeemed, so this goes with that movement;
 * of anything else it goes with the lots.
 */
const shareStatement = `
with touched as materialized (
  select movement_id, sum(amount) as amount from points_entries
  where workspace_id = $1 and lot_id = any ($5::bigint[]) group by movement_id
),
had as materialized (
  select coalesce(share_of, id) as movement_id, sum(amount) as amount from points_movements
  where workspace_id = $1 and id = any ($4::bigint[]) group by coalesce(share_of, id)
),
since as materialized (
  select distinct on (coalesce(m.share_of, m.id)) m.*,
    coalesce(touched.amount, 0) - coalesce(had.amount, 0) as part,
    coalesce(m.reverses = any ($4::bigint[]), false) as is_reversal
  from points_movements m
  left join touched on touched.movement_id = coalesce(m.share_of, m.id)
  left join had on had.movement_id = coalesce(m.share_of, m.id)
  where m.workspace_id = $1 and m.profile_id = $3 and not m.id = any ($4::bigint[])
    and (touched.movement_id is not null or m.reverses = any ($4::bigint[]))
  order by coalesce(m.share_of, m.id), m.share_of nulls first, m.id
),
parted as materialized (
  select *, case when is_reversal then earned else 0 end as part_earned,
    case when is_reversal then redeemed when redeemed <> 0 then -part else 0 end as part_redeemed
  from since
),
judged as materialized (
  select *, (amount, earned, redeemed) = (part, part_earned, part_redeemed) as is_whole
  from parted where is_reversal or (part, part_earned, part_redeemed) <> (0, 0, 0)
),
share as (
  insert into points_movements (
    workspace_id, profile_id, point_type, kind, amount, earned, redeemed, counted_at, booked_at, share_of, note,
    partner_id, store_id, purchase_number, grant_number
  )
  select $1, $2, point_type, kind, part, part_earned, part_redeemed, counted_at, booked_at, coalesce(share_of, id),
    note, partner_id, store_id, purchase_number, grant_number
  from judged where not is_whole and (part, part_earned, part_redeemed) <> (0, 0, 0)
),
kept as (
  update points_movements m
  set amount = m.amount - judged.part, earned = m.earned - judged.part_earned,
    redeemed = m.redeemed - judged.part_redeemed
  from judged where not judged.is_whole and m.workspace_id = $1 and m.id = judged.id
)
select array(select id::text from judged where is_whole) as whole,
  array(select id::text from judged where is_reversal) as reversals`

const backStatement = `
with movement as (
  update points_movements set profile_id = $2
  where workspace_id = $1 and profile_id = $3 and id = any ($4::bigint[])
),
lot as (
  update points_lots set profile_id = $2 where workspace_id = $1 and profile_id = $3 and id = any ($5::bigint[])
),
debt as (
  update points_debts set profile_id = $2 where workspace_id = $1 and profile_id = $3 and id = any ($6::bigint[])
)
update points_reservations set profile_id = $2
where workspace_id = $1 and profile_id = $3 and number = any ($7::bigint[])`

/** The wallets of these profiles, from what is in their lots and debts now. */
const sumStatement = `
with held as (
  select profile_id, point_type, sum(remaining) as balance, 0 as owed,
    min(valid_to) filter (where remaining > 0) as due_at
  from points_lots where workspace_id = $1 and profile_id = any ($2::uuid[]) group by profile_id, point_type
  union all
  select profile_id, point_type, 0, sum(remaining), null
  from points_debts where workspace_id = $1 and profile_id = any ($2::uuid[]) group by profile_id, point_type
  union all
  select profile_id, point_type, 0, 0, null
  from points_wallets where workspace_id = $1 and profile_id = any ($2::uuid[])
)
insert into points_wallets as w (workspace_id, profile_id, point_type, balance, owed, due_at)
select $1, profile_id, point_type, sum(balance), sum(owed), min(due_at) from held group by profile_id, point_type
on conflict (workspace_id, profile_id, point_type) do update set
  balance = excluded.balance, owed = excluded.owed, due_at = excluded.due_at, revision = w.revision + 1`

import type { Connection } from '../../platform/postgres/database.ts'

export interface WalletName {
  readonly profileId: string
  readonly pointTypeId: string
}

/**
 * Books what is left of the lots of these wallets that are past their last moment, once, a movement each (L122). The
 * caller has locked the wallets, in a statement before this one, so that this one sees the lots as they are.
 *
 * @returns how many lots expired
 */
export async function bookExpiry(
  connection: Connection,
  workspaceId: number,
  wallets: readonly WalletName[],
  now: Date,
): Promise<number> {
  const { rows } = await connection.query<{ expired: number }>({
    name: 'book-expiry',
    text: statement,
    values: [
      workspaceId,
      wallets.map(({ profileId }) => profileId),
      wallets.map(({ pointTypeId }) => pointTypeId),
      now,
    ],
  })
  return rows[0]?.expired ?? 0
}

const statement = `
with wallet as materialized (
  select profile_id, point_type from unnest($2::uuid[], $3::text[]) as w (profile_id, point_type)
),
due as materialized (
  select nextval('points_movement_id') as id, l.id as lot_id, l.profile_id, l.point_type, l.remaining,
    opening.partner_id
  from wallet
  join points_lots l on l.workspace_id = $1 and l.profile_id = wallet.profile_id
    and l.point_type = wallet.point_type and l.remaining > 0 and l.valid_to < $4
  left join points_movements opening on opening.workspace_id = $1 and opening.id = l.id
),
movement as (
  insert into points_movements (
    workspace_id, id, profile_id, point_type, kind, amount, counted_at, booked_at, partner_id
  )
  select $1, id, profile_id, point_type, 'expiry', -remaining, $4, $4, partner_id from due
),
entry as (
  insert into points_entries (workspace_id, movement_id, line, account, lot_id, amount)
  select $1, id, 1, 'lot', lot_id, -remaining from due
  union all
  select $1, id, 2, 'expired', null, remaining from due
),
lot as (
  update points_lots l set remaining = 0 from due where l.workspace_id = $1 and l.id = due.lot_id
),
booked as (
  update points_wallets w
  set revision = w.revision + 1,
    balance = w.balance - coalesce((
      select sum(due.remaining) from due
      where due.profile_id = w.profile_id and due.point_type = w.point_type
    ), 0),
    due_at = (
      select min(l.valid_to) from points_lots l
      where l.workspace_id = $1 and l.profile_id = w.profile_id and l.point_type = w.point_type
        and l.remaining > 0 and l.valid_to >= $4
    )
  from wallet
  where w.workspace_id = $1 and w.profile_id = wallet.profile_id and w.point_type = wallet.point_type
)
select count(*)::integer as expired from due`

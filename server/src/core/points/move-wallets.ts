import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfileMove } from '../profiles/profile-part.ts'
import { lockWalletsOf } from './lock-wallets-of.ts'

/** Ids of what moved with a profile; as text, because a number of JSON has not enough digits for them. */
export interface MovedPoints {
  readonly movements: readonly string[]
  readonly lots: readonly string[]
  readonly debts: readonly string[]
  readonly reservations: readonly string[]
}

/** Makes all that is in the wallets of each `from` its `into`'s (S19). The caller has locked the profiles. */
export async function moveWallets(
  connection: Connection,
  workspaceId: number,
  moves: readonly ProfileMove[],
): Promise<ReadonlyMap<string, MovedPoints>> {
  const from = moves.map((move) => move.from)
  const into = moves.map((move) => move.into)
  await lockWalletsOf(connection, workspaceId, [...from, ...into])
  const { rows } = await connection.query<MovedPoints & { from_id: string }>({
    name: 'move-wallets',
    text: statement,
    values: [workspaceId, from, into],
  })
  return new Map(
    rows
      .filter(({ movements, reservations }) => movements.length + reservations.length > 0)
      .map(({ from_id, ...moved }) => [from_id, moved]),
  )
}

const statement = `
with move as materialized (select * from unnest($2::uuid[], $3::uuid[]) as m (from_id, into_id)),
movement as (
  update points_movements t set profile_id = move.into_id from move
  where t.workspace_id = $1 and t.profile_id = move.from_id returning move.from_id, t.id::text as id
),
lot as (
  update points_lots t set profile_id = move.into_id from move
  where t.workspace_id = $1 and t.profile_id = move.from_id returning move.from_id, t.id::text as id
),
debt as (
  update points_debts t set profile_id = move.into_id from move
  where t.workspace_id = $1 and t.profile_id = move.from_id returning move.from_id, t.id::text as id
),
reservation as (
  update points_reservations t set profile_id = move.into_id from move
  where t.workspace_id = $1 and t.profile_id = move.from_id returning move.from_id, t.number::text as id
),
wallet as (
  delete from points_wallets t using move where t.workspace_id = $1 and t.profile_id = move.from_id
  returning move.into_id, t.point_type, t.balance, t.owed, t.due_at
),
joined as (
  insert into points_wallets as w (workspace_id, profile_id, point_type, balance, owed, due_at)
  select $1, into_id, point_type, sum(balance), sum(owed), min(due_at) from wallet group by into_id, point_type
  on conflict (workspace_id, profile_id, point_type) do update set
    balance = w.balance + excluded.balance, owed = w.owed + excluded.owed,
    due_at = least(w.due_at, excluded.due_at), revision = w.revision + 1
)
select from_id,
  array(select id from movement where movement.from_id = move.from_id) as movements,
  array(select id from lot where lot.from_id = move.from_id) as lots,
  array(select id from debt where debt.from_id = move.from_id) as debts,
  array(select id from reservation where reservation.from_id = move.from_id) as reservations
from move`

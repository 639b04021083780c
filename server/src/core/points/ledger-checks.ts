/**
 * What is to hold of a ledger, each as a statement that gives what breaks it in the workspace `$1`. All start from the
 * entries; none believes a sum that is kept.
 */
export const ledgerChecks = {
  /** The entries of a movement sum to zero (L121), and there is none without a movement. */
  'entries-sum-to-zero': `
    select max(m.profile_id::text) as profile_id, max(m.point_type) as point_type,
      coalesce(max(m.number)::text, 'entries of ' || e.movement_id) as of,
      '0' as expected, case when max(m.id) is null then 'no movement' else sum(e.amount)::text end as found
    from points_entries e
    left join points_movements m on m.workspace_id = $1 and m.id = e.movement_id
    where e.workspace_id = $1
    group by e.movement_id
    having sum(e.amount) <> 0 or max(m.id) is null`,

  /**
   * A movement says what its entries say: the amount is what they put into lots, what it earned was issued, what it
   * redeemed was spent. Shares of one movement together.
   */
  'movement-follows-entries': `
    with said as (
      select coalesce(share_of, id) as id, max(number) filter (where share_of is null) as number,
        max(profile_id::text) filter (where share_of is null) as profile_id, max(point_type) as point_type,
        sum(amount) as amount,
        sum(earned) filter (where kind in ('addition', 'purchase', 'cancellation')) as earned,
        sum(redeemed) filter (where kind not in ('transfer', 'synchronisation')) as redeemed
      from points_movements where workspace_id = $1 group by coalesce(share_of, id)
    ),
    booked as (
      select movement_id as id, coalesce(sum(amount) filter (where account = 'lot'), 0) as amount,
        -sum(amount) filter (where account = 'issued') as earned,
        sum(amount) filter (where account = 'spent') as redeemed
      from points_entries where workspace_id = $1 group by movement_id
    )
    select said.profile_id, said.point_type, said.number::text as of,
      concat_ws(', ', coalesce(booked.amount, 0), 'earned ' || booked.earned, 'redeemed ' || booked.redeemed)
        as expected,
      concat_ws(', ', said.amount, 'earned ' || said.earned, 'redeemed ' || said.redeemed) as found
    from said left join booked on booked.id = said.id
    where said.amount <> coalesce(booked.amount, 0) or coalesce(said.earned, 0) <> coalesce(booked.earned, 0)
      or coalesce(said.redeemed, 0) <> coalesce(booked.redeemed, 0)`,

  /** What is left of a lot is the sum of its entries, and never below 0 (L123). */
  'lot-follows-entries': `
    with booked as (
      select lot_id as id, sum(amount) as amount from points_entries
      where workspace_id = $1 and lot_id is not null group by lot_id
    ),
    lot as (select id, profile_id, point_type, remaining from points_lots where workspace_id = $1)
    select lot.profile_id, lot.point_type, coalesce(lot.id, booked.id)::text as of,
      coalesce(booked.amount, 0)::text as expected, coalesce(lot.remaining::text, 'no lot') as found
    from lot full join booked on booked.id = lot.id
    where lot.remaining is distinct from coalesce(booked.amount, 0) or booked.amount < 0`,

  /** What is left of a debt is what its entries left owed. */
  'debt-follows-entries': `
    with booked as (
      select debt_id as id, -sum(amount) as amount from points_entries
      where workspace_id = $1 and debt_id is not null group by debt_id
    ),
    debt as (select id, profile_id, point_type, remaining from points_debts where workspace_id = $1)
    select debt.profile_id, debt.point_type, coalesce(debt.id, booked.id)::text as of,
      coalesce(booked.amount, 0)::text as expected, coalesce(debt.remaining::text, 'no debt') as found
    from debt full join booked on booked.id = debt.id
    where debt.remaining is distinct from coalesce(booked.amount, 0) or booked.amount < 0`,

  /**
   * A wallet's balance is what the entries left in the profile's lots, its debt what they left owed. Nobody's lots,
   * whose profile was erased, are empty. The wallet is looked at when its first lot expires, or before.
   */
  'wallet-follows-entries': `
    with booked as (
      select l.profile_id, l.point_type, sum(e.amount) as balance
      from points_entries e join points_lots l on l.workspace_id = $1 and l.id = e.lot_id
      where e.workspace_id = $1 group by l.profile_id, l.point_type
    ),
    owing as (
      select d.profile_id, d.point_type, -sum(e.amount) as owed
      from points_entries e join points_debts d on d.workspace_id = $1 and d.id = e.debt_id
      where e.workspace_id = $1 group by d.profile_id, d.point_type
    ),
    due as (
      select profile_id, point_type, min(valid_to) as due_at from points_lots
      where workspace_id = $1 and remaining > 0 and valid_to is not null group by profile_id, point_type
    ),
    derived as (
      select profile_id, point_type, sum(balance) as balance, sum(owed) as owed, min(due_at) as due_at
      from (
        select profile_id, point_type, balance, 0 as owed, null::timestamptz as due_at from booked
        union all select profile_id, point_type, 0, owed, null from owing
        union all select profile_id, point_type, 0, 0, due_at from due
        union all select profile_id, point_type, 0, 0, null from points_wallets where workspace_id = $1
      ) parts
      group by profile_id, point_type
    )
    select derived.profile_id, derived.point_type, null as of,
      concat_ws(', ', derived.balance, 'owed ' || derived.owed, 'due ' || derived.due_at) as expected,
      concat_ws(', ', coalesce(w.balance, 0), 'owed ' || coalesce(w.owed, 0), 'due ' || w.due_at) as found
    from derived left join points_wallets w
      on w.workspace_id = $1 and w.profile_id = derived.profile_id and w.point_type = derived.point_type
    where coalesce(w.balance, 0) <> derived.balance or coalesce(w.owed, 0) <> derived.owed
      or derived.due_at < coalesce(w.due_at, 'infinity') or derived.balance < 0 or derived.owed < 0`,

  /** The history of a profile sums to its balance (L95). */
  'history-sums-to-balance': `
    with told as (
      select profile_id, point_type, sum(amount) as amount from points_movements
      where workspace_id = $1 group by profile_id, point_type
    ),
    held as (
      select profile_id, point_type, sum(remaining) as amount from points_lots
      where workspace_id = $1 group by profile_id, point_type
    )
    select coalesce(told.profile_id, held.profile_id) as profile_id,
      coalesce(told.point_type, held.point_type) as point_type, null as of,
      coalesce(held.amount, 0)::text as expected, coalesce(told.amount, 0)::text as found
    from told full join held
      on coalesce(held.profile_id::text, '') = coalesce(told.profile_id::text, '')
        and held.point_type = told.point_type
    where coalesce(told.amount, 0) <> coalesce(held.amount, 0)`,
} as const

export type LedgerCheck = keyof typeof ledgerChecks

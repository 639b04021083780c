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
   * redeemed was spent; a transfer or synchronisation earns what it adds and redeems what it takes. Shares of one
   * movement together.
   */
  'movement-follows-entries': `
    with said as (
      select coalesce(share_of, id) as id, max(number) filter (where share_of is null) as number,
        max(profile_id::text) filter (where share_of is null) as profile_id, max(point_type) as point_type,
        max(kind) as kind, sum(amount) as amount, sum(earned) as earned, sum(redeemed) as redeemed
      from points_movements where workspace_id = $1 group by coalesce(share_of, id)
    ),
    booked as (
      select movement_id as id, coalesce(sum(amount) filter (where account = 'lot'), 0) as amount,
        coalesce(-sum(amount) filter (where account = 'issued'), 0) as issued,
        coalesce(sum(amount) filter (where account = 'spent'), 0) as spent
      from points_entries where workspace_id = $1 group by movement_id
    ),
    compared as (
      select said.*, coalesce(booked.amount, 0) as booked_amount,
        case when kind in ('transfer', 'synchronisation') then greatest(booked.amount, 0) else coalesce(issued, 0) end
          as booked_earned,
        case when kind in ('transfer', 'synchronisation') then greatest(-booked.amount, 0) else coalesce(spent, 0) end
          as booked_redeemed
      from said left join booked on booked.id = said.id
    )
    select profile_id, point_type, number::text as of,
      concat_ws(', ', booked_amount, 'earned ' || booked_earned, 'redeemed ' || booked_redeemed) as expected,
      concat_ws(', ', amount, 'earned ' || earned, 'redeemed ' || redeemed) as found
    from compared
    where (amount, earned, redeemed) is distinct from (booked_amount, booked_earned, booked_redeemed)`,

  /** A movement has entries on the accounts of its kind alone. */
  'accounts-fit-kind': `
    select m.profile_id, m.point_type, m.number::text as of, 'accounts of ' || m.kind as expected,
      string_agg(distinct e.account, ', ') as found
    from points_entries e join points_movements m on m.workspace_id = $1 and m.id = e.movement_id
    where e.workspace_id = $1 and e.account <> 'lot' and not exists (
      select from (values
        ('addition', 'issued'), ('purchase', 'issued'), ('redemption', 'spent'), ('payment', 'spent'),
        ('grant', 'spent'), ('cancellation', 'spent'), ('cancellation', 'issued'), ('cancellation', 'expired'),
        ('cancellation', 'owed'), ('grant-refund', 'spent'), ('transfer', 'transferred'),
        ('synchronisation', 'synchronised'), ('expiry', 'expired'), ('debt-settlement', 'owed'),
        ('write-off', 'owed'), ('write-off', 'written-off')
      ) fitting (kind, account)
      where fitting.kind = m.kind and fitting.account = e.account
    )
    group by m.id, m.profile_id, m.point_type, m.number, m.kind`,

  /** What somebody gave by a transfer, somebody got. */
  'transfer-arrives': `
    select max(m.profile_id::text) filter (where m.cause is null) as profile_id, max(m.point_type) as point_type,
      max(m.number) filter (where m.cause is null)::text as of,
      sum(e.amount) filter (where m.cause is null)::text as expected,
      coalesce(-sum(e.amount) filter (where m.cause is not null), 0)::text as found
    from points_entries e join points_movements m on m.workspace_id = $1 and m.id = e.movement_id
    where e.workspace_id = $1 and e.account = 'transferred'
    group by coalesce(m.cause, m.id) having sum(e.amount) <> 0`,

  /** What is left of a lot is the sum of its entries, and never below 0 (L123). An entry opened it. */
  'lot-follows-entries': `
    with booked as (
      select lot_id as id, sum(amount) as amount from points_entries
      where workspace_id = $1 and lot_id is not null group by lot_id
    ),
    lot as (select id, profile_id, point_type, remaining from points_lots where workspace_id = $1)
    select lot.profile_id, lot.point_type, coalesce(lot.id, booked.id)::text as of,
      coalesce(booked.amount::text, 'no entries') as expected, coalesce(lot.remaining::text, 'no lot') as found
    from lot full join booked on booked.id = lot.id
    where lot.remaining is distinct from booked.amount or booked.amount < 0`,

  /** What is left of a debt is what its entries left owed. */
  'debt-follows-entries': `
    with booked as (
      select debt_id as id, -sum(amount) as amount from points_entries
      where workspace_id = $1 and debt_id is not null group by debt_id
    ),
    debt as (select id, profile_id, point_type, remaining from points_debts where workspace_id = $1)
    select debt.profile_id, debt.point_type, coalesce(debt.id, booked.id)::text as of,
      coalesce(booked.amount::text, 'no entries') as expected, coalesce(debt.remaining::text, 'no debt') as found
    from debt full join booked on booked.id = debt.id
    where debt.remaining is distinct from booked.amount or booked.amount < 0`,

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

  /** Points are of somebody who is there, or of nobody whose profile was erased. */
  'owner-is-there': `
    select held.profile_id, held.point_type, null as of, 'a profile' as expected, held.what as found
    from (
      select profile_id, point_type, 'movements' as what from points_movements where workspace_id = $1
      union select profile_id, point_type, 'lots' from points_lots where workspace_id = $1
      union select profile_id, point_type, 'debts' from points_debts where workspace_id = $1
      union select profile_id, point_type, 'a wallet' from points_wallets where workspace_id = $1
    ) held
    where held.profile_id is not null
      and not exists (select from profiles p where p.workspace_id = $1 and p.id = held.profile_id)`,
} as const

export type LedgerCheck = keyof typeof ledgerChecks

import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Movement, MovementKind } from './movement.ts'
import { qualifyingOf } from './movement-row.ts'

/** A lot or debt that is there, by its id, or the one that a movement of this booking opens, by its place. */
export type LotName = { readonly id: string } | { readonly openedBy: number }

export type NewEntry =
  | { readonly account: 'lot'; readonly lot: LotName; readonly amount: Hundredths }
  | { readonly account: 'owed'; readonly debt: LotName; readonly amount: Hundredths }
  | { readonly account: WorkspaceAccount; readonly amount: Hundredths }

type WorkspaceAccount = 'issued' | 'spent' | 'expired' | 'transferred' | 'synchronised' | 'written-off'

export interface NewMovement {
  readonly profileId: string
  readonly kind: MovementKind
  /** Sums to zero; of amounts of 0 there are none. */
  readonly entries: readonly NewEntry[]
  readonly earned?: Hundredths
  readonly redeemed?: Hundredths
  /** Absent: when it is booked. */
  readonly countedAt?: Date
  /** It opens a lot of what its entries put there. */
  readonly opensLot?: { readonly validTo: Date | null }
  readonly opensDebt?: boolean
  /** The earliest last moment of the lots that it puts points into. */
  readonly dueAt?: Date | null
  readonly key?: string
  readonly contentHash?: string
  /** The id of the movement that it reverses. */
  readonly reverses?: string
  /** The place of the movement that it follows from. */
  readonly cause?: number
  readonly note?: string | null | undefined
  readonly partnerId?: string | null | undefined
  readonly storeId?: string | null | undefined
  readonly purchaseNumber?: string | null | undefined
  readonly grantNumber?: string | null | undefined
}

export interface Posting {
  readonly pointTypeId: string
  readonly now: Date
  readonly movements: readonly NewMovement[]
}

/**
 * Writes movements of wallets that the caller has locked, and brings lots, debts and wallets to what the entries make
 * of them, in one statement.
 *
 * @returns them in their order
 */
export async function bookMovements(
  connection: Connection,
  workspaceId: number,
  { pointTypeId, now, movements }: Posting,
): Promise<readonly Movement[]> {
  const entries = movements.flatMap((movement, place) => entriesOf(movement, place))
  const parts = partsFor(movements)
  const { rows } = await connection.query<{ place: number; number: string }>({
    name: ['book-movements', ...parts].join(' '),
    text: statementOf(parts),
    values: [workspaceId, pointTypeId, now, JSON.stringify(movements.map(rowOf)), JSON.stringify(entries)],
  })
  const numbers = new Map(rows.map(({ place, number }) => [place, number]))
  return movements.map(({ profileId, kind, entries, earned = 0, countedAt = now }, place) => {
    const number = numbers.get(place)
    if (number === undefined) throw new Error('the database gave no number for a movement')
    const amount = onLots(entries)
    const qualifying = qualifyingOf(kind, earned)
    return { number, kind, profileId, pointTypeId, amount, qualifying, bookedAt: now, countedAt }
  })
}

function onLots(entries: readonly NewEntry[]): Hundredths {
  return entries.reduce((sum, entry) => sum + (entry.account === 'lot' ? entry.amount : 0), 0)
}

function entriesOf(movement: NewMovement, place: number): readonly object[] {
  const imbalance = movement.entries.reduce((sum, { amount }) => sum + amount, 0)
  if (imbalance !== 0) throw new Error(`the entries of a ${movement.kind} sum to ${imbalance}, not to 0`)
  return movement.entries
    .filter(({ amount }) => amount !== 0)
    .map((entry, index) => ({
      place,
      line: index + 1,
      profileId: movement.profileId,
      account: entry.account,
      amount: entry.amount,
      ...(entry.account === 'lot' &&
        ('id' in entry.lot ? { lot: entry.lot.id } : { lotOf: entry.lot.openedBy })),
      ...(entry.account === 'owed' &&
        ('id' in entry.debt ? { debt: entry.debt.id } : { debtOf: entry.debt.openedBy })),
    }))
}

function rowOf(movement: NewMovement, place: number): object {
  const { entries, opensLot, opensDebt = false, earned = 0, redeemed = 0, ...others } = movement
  return {
    ...others,
    place,
    earned,
    redeemed,
    amount: onLots(entries),
    opensLot: opensLot !== undefined,
    validTo: opensLot?.validTo ?? null,
    opensDebt,
  }
}

/** Lots and debts that a booking opens or changes, in SQL: starting what has nothing to do takes most of the time. */
const changes = {
  'new-lots': `
opened_lots as (
  insert into points_lots (workspace_id, id, profile_id, point_type, remaining, valid_to)
  select $1, given.id, given."profileId", $2, sums.amount, given."validTo"
  from given join (select lot_id, sum(amount) as amount from entry group by lot_id) sums on sums.lot_id = given.id
  where given."opensLot"
)`,
  lots: `
changed_lots as (
  update points_lots l
  set remaining = l.remaining + (select sum(entry.amount) from entry where entry.lot_id = l.id)
  where l.workspace_id = $1 and l.id = any (array(select entry.lot_id from entry where entry.lot_id is not null))
)`,
  'new-debts': `
opened_debts as (
  insert into points_debts (workspace_id, id, profile_id, point_type, remaining)
  select $1, given.id, given."profileId", $2, -sums.amount
  from given join (select debt_id, sum(amount) as amount from entry group by debt_id) sums on sums.debt_id = given.id
  where given."opensDebt"
)`,
  debts: `
changed_debts as (
  update points_debts d
  set remaining = d.remaining - (select sum(entry.amount) from entry where entry.debt_id = d.id)
  where d.workspace_id = $1 and d.id = any (array(select entry.debt_id from entry where entry.debt_id is not null))
)`,
}

function partsFor(movements: readonly NewMovement[]): readonly (keyof typeof changes)[] {
  const entries = movements.flatMap((movement) => movement.entries)
  const isNeeded = {
    'new-lots': movements.some(({ opensLot }) => opensLot),
    lots: entries.some((entry) => entry.account === 'lot' && 'id' in entry.lot),
    'new-debts': movements.some(({ opensDebt }) => opensDebt),
    debts: entries.some((entry) => entry.account === 'owed' && 'id' in entry.debt),
  }
  return (Object.keys(changes) as (keyof typeof changes)[]).filter((part) => isNeeded[part])
}

/**
 * The caches follow from `entry` alone, so they cannot say anything else than the entries do. An update does not see
 * what is opened beside it, so a lot is either opened with its sum or changed by it.
 *
 * What is changed is named by an array: a join may read the lots of the whole workspace while there are no statistics.
 */
function statementOf(parts: readonly (keyof typeof changes)[]): string {
  return `
with given as materialized (
  select nextval('points_movement_id') as id, m.*
  from jsonb_to_recordset($4) as m (
    place integer, "profileId" uuid, kind text, amount bigint, earned bigint, redeemed bigint,
    "countedAt" timestamptz, "opensLot" boolean, "validTo" timestamptz, "opensDebt" boolean, "dueAt" timestamptz,
    key text, "contentHash" text, reverses bigint, cause integer, note text, "partnerId" text, "storeId" text,
    "purchaseNumber" bigint, "grantNumber" bigint
  )
),
entry as materialized (
  select ids[e.place + 1] as movement_id, e."profileId" as profile_id, e.line, e.account, e.amount,
    coalesce(e.lot, ids[e."lotOf" + 1]) as lot_id, coalesce(e.debt, ids[e."debtOf" + 1]) as debt_id
  from (select array_agg(id order by place) as ids from given) made, jsonb_to_recordset($5) as e (
    place integer, line integer, "profileId" uuid, account text, amount bigint, lot bigint, "lotOf" integer,
    debt bigint, "debtOf" integer
  )
),
movement as (
  insert into points_movements as m (
    workspace_id, id, profile_id, point_type, kind, amount, earned, redeemed, counted_at, booked_at, key,
    content_hash, reverses, cause, note, partner_id, store_id, purchase_number, grant_number
  )
  select $1, given.id, given."profileId", $2, given.kind, given.amount, given.earned, given.redeemed,
    coalesce(given."countedAt", $3), $3, given.key, given."contentHash", given.reverses,
    (select causing.id from given causing where causing.place = given.cause), given.note, given."partnerId",
    given."storeId", given."purchaseNumber", given."grantNumber"
  from given
  returning m.id, m.number
),
written as (
  insert into points_entries (workspace_id, movement_id, line, account, lot_id, debt_id, amount)
  select $1, movement_id, line, account, lot_id, debt_id, amount from entry
),
${parts.map((part) => `${changes[part]},`).join('')}
by_wallet as materialized (
  select profile_id, coalesce(sum(amount) filter (where account = 'lot'), 0) as balance,
    coalesce(-sum(amount) filter (where account = 'owed'), 0) as owed,
    (select min(given."dueAt") from given where given."profileId" = entry.profile_id) as due_at
  from entry group by profile_id
),
changed_wallets as (
  update points_wallets w
  set (balance, owed, due_at, revision) = (
    select w.balance + b.balance, w.owed + b.owed, least(w.due_at, b.due_at), w.revision + 1
    from by_wallet b where b.profile_id = w.profile_id
  )
  where w.workspace_id = $1 and w.point_type = $2 and w.profile_id = any (array(select profile_id from by_wallet))
)
select given.place, movement.number from movement join given using (id)`
}

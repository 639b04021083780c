import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { storableJson } from '../events/storable-json.ts'
import type { Bill } from './bill.ts'

export interface NewPurchase {
  readonly bill: Bill
  readonly storeId: string
  readonly cashdeskNumber: string | null
  readonly profileId: string | undefined
  readonly cardNumber: string | null
  /** The number of the purchase that this one cancels. */
  readonly cancels: string | null
  /** What is left to pay in money: what it earns by. */
  readonly earningBase: Hundredths
  readonly paidPoints: Hundredths
  readonly earnedPoints: Hundredths
  readonly now: Date
}

/**
 * Keeps bills and their items. Whoever sends one of these bills at the same time waits here until this transaction
 * ends.
 *
 * @returns their numbers, in order; undefined where the workspace has a bill of this id, or it came before here (L112)
 */
export async function insertPurchases(
  connection: Connection,
  workspaceId: number,
  purchases: readonly NewPurchase[],
): Promise<readonly (string | undefined)[]> {
  if (purchases.length === 0) return []
  const { rows } = await connection.query<{ place: number; number: string }>({
    name: 'insert-purchases',
    text: statement,
    values: [workspaceId, storableJson(purchases.map(rowOf))],
  })
  const numbers = new Map(rows.map(({ place, number }) => [place, number]))
  return purchases.map((_, place) => numbers.get(place))
}

function rowOf(purchase: NewPurchase, place: number): object {
  const { bill, storeId, cashdeskNumber, profileId, cardNumber, cancels, now } = purchase
  const { earningBase, paidPoints, earnedPoints } = purchase
  const till = { storeId, cashdeskNumber, profileId, cardNumber, cancels, now }
  return { ...bill, ...till, earningBase, paidPoints, earnedPoints, place }
}

/** In the order of the bills' ids, so that two who send several of the same do not wait for each other. */
const statement = `
with sent as materialized (
  select random_number() as number, s.*
  from json_to_recordset($2::json) as s (
    place integer, "billId" text, "profileId" uuid, "cardNumber" text, cancels bigint, "storeId" text,
    "cashdeskNumber" text, "typeId" text, "paymentType" text, "paymentTime" timestamptz, currency text,
    "totalPrice" bigint, "createdBy" text, "paidPoints" bigint, "earnedPoints" bigint, "earningBase" bigint,
    now timestamptz, items json
  )
),
kept as (
  insert into purchases (
    workspace_id, number, bill_id, profile_id, card_number, cancels, store_id, cashdesk_number, type_id,
    payment_type, payment_time, currency, total_price, created_by, paid_points, earned_points, earning_base,
    created_at, changed_at
  )
  select $1, number, "billId", "profileId", "cardNumber", cancels, "storeId", "cashdeskNumber", "typeId",
    "paymentType", "paymentTime", currency, "totalPrice", "createdBy", "paidPoints", "earnedPoints", "earningBase",
    now, now
  from sent order by "billId" collate "C", place
  on conflict (workspace_id, bill_id) do nothing
  returning number
),
items as (
  insert into purchase_items (
    workspace_id, purchase_number, line, item_id, paid_amount, price, quantity, loyalty_off, vat_rate, product_code,
    product_name, category_code, type_id
  )
  select $1, kept.number, item.line, "itemId", "paidAmount", price, quantity, "loyaltyOff", "vatRate",
    "productCode", "productName", "categoryCode", item."typeId"
  from kept join sent using (number) cross join lateral rows from (json_to_recordset(sent.items) as (
    "itemId" text, "paidAmount" bigint, price bigint, quantity bigint, "loyaltyOff" boolean,
    "vatRate" double precision, "productCode" text, "productName" text, "categoryCode" text, "typeId" text
  )) with ordinality as item (
    "itemId", "paidAmount", price, quantity, "loyaltyOff", "vatRate", "productCode", "productName", "categoryCode",
    "typeId", line
  )
)
select sent.place, kept.number from kept join sent using (number)`

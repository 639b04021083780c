import type { Connection } from '../../platform/postgres/database.ts'
import type { Bill } from './bill.ts'

export interface NewPurchase {
  readonly bill: Bill
  readonly storeId: string
  readonly cashdeskNumber: string | null
  readonly profileId: string | undefined
  readonly cardNumber: string | null
  /** The number of the purchase that this one cancels. */
  readonly cancels: string | null
  readonly now: Date
}

/**
 * Keeps a bill and its items. Whoever sends the same bill at the same time waits here until this transaction ends.
 *
 * @returns the purchase's number; undefined where the workspace has a bill of this id (L112)
 */
export async function insertPurchase(
  connection: Connection,
  workspaceId: number,
  { bill, storeId, cashdeskNumber, profileId, cardNumber, cancels, now }: NewPurchase,
): Promise<string | undefined> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'insert-purchase',
    text: statement,
    values: [
      workspaceId,
      bill.billId,
      profileId ?? null,
      cardNumber,
      cancels,
      storeId,
      cashdeskNumber,
      bill.typeId,
      bill.paymentType,
      bill.paymentTime,
      bill.currency,
      bill.totalPrice,
      bill.createdBy,
      now,
      JSON.stringify(bill.items),
    ],
  })
  return rows[0]?.number
}

const statement = `
with purchase as (
  insert into purchases (
    workspace_id, bill_id, profile_id, card_number, cancels, store_id, cashdesk_number, type_id, payment_type,
    payment_time, currency, total_price, created_by, created_at, changed_at
  )
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
  on conflict (workspace_id, bill_id) do nothing
  returning number
),
items as (
  insert into purchase_items (
    workspace_id, purchase_number, line, item_id, paid_amount, price, quantity, loyalty_off, vat_rate, product_code,
    product_name, category_code, type_id
  )
  select $1, purchase.number, item.line, "itemId", "paidAmount", price, quantity, "loyaltyOff", "vatRate",
    "productCode", "productName", "categoryCode", "typeId"
  from purchase, rows from (jsonb_to_recordset($15) as (
    "itemId" text, "paidAmount" bigint, price bigint, quantity bigint, "loyaltyOff" boolean,
    "vatRate" double precision, "productCode" text, "productName" text, "categoryCode" text, "typeId" text
  )) with ordinality as item (
    "itemId", "paidAmount", price, quantity, "loyaltyOff", "vatRate", "productCode", "productName", "categoryCode",
    "typeId", line
  )
)
select number from purchase`

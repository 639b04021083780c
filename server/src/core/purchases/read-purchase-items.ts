import type { Connection } from '../../platform/postgres/database.ts'
import type { BillItem } from './bill.ts'

export interface PurchaseItem extends BillItem {
  readonly number: string
  readonly purchaseNumber: string
}

/** The items of purchases, in the order of their bills. */
export async function readPurchaseItems(
  connection: Connection,
  workspaceId: number,
  purchases: readonly string[],
): Promise<readonly PurchaseItem[]> {
  const { rows } = await connection.query<ItemRow>({
    name: 'read-purchase-items',
    text: `select purchase_number, number, item_id, paid_amount, price, quantity, loyalty_off, vat_rate, product_code,
             product_name, category_code, type_id
           from purchase_items where workspace_id = $1 and purchase_number = any ($2)
           order by purchase_number, line`,
    values: [workspaceId, purchases],
  })
  return rows.map((row) => ({
    number: row.number,
    purchaseNumber: row.purchase_number,
    itemId: row.item_id,
    paidAmount: Number(row.paid_amount),
    price: Number(row.price),
    quantity: Number(row.quantity),
    loyaltyOff: row.loyalty_off,
    vatRate: row.vat_rate,
    productCode: row.product_code,
    productName: row.product_name,
    categoryCode: row.category_code,
    typeId: row.type_id,
  }))
}

interface ItemRow {
  readonly purchase_number: string
  readonly number: string
  readonly item_id: string
  readonly paid_amount: string
  readonly price: string
  readonly quantity: string
  readonly loyalty_off: boolean
  readonly vat_rate: number | null
  readonly product_code: string | null
  readonly product_name: string | null
  readonly category_code: string | null
  readonly type_id: string | null
}

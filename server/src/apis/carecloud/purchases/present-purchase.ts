import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import type { PurchaseItem } from '../../../core/purchases/read-purchase-items.ts'
import type { Purchase, PurchaseOrder } from '../../../core/purchases/read-purchases.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import type { SortFields } from '../lists/list-query.ts'
import { presentTime } from '../values/times.ts'

/** Fields by which purchases are sorted (L38). */
export const purchaseOrders: SortFields<PurchaseOrder> = {
  purchase_id: 'number',
  customer_id: 'profileNumber',
  store_id: 'storeId',
  external_purchase_id: 'billId',
  payment_time: 'paymentTime',
  items_count: 'itemsCount',
  type_id: 'typeId',
  total_price: 'totalPrice',
  currency_id: 'currency',
  card_number: 'cardNumber',
  cashdesk_number: 'cashdeskNumber',
  last_change: 'changedAt',
}

/** A purchase (carecloud 9.9); items and property records only where they are asked for. */
export function presentPurchase(
  purchase: Purchase,
  workspace: Workspace,
  {
    items = [],
    propertyRecords = [],
  }: {
    readonly items?: readonly PurchaseItem[]
    readonly propertyRecords?: readonly Presented[]
  } = {},
): Presented {
  return {
    purchase_id: purchase.number,
    customer_id: purchase.profileNumber,
    store_id: purchase.storeId,
    external_purchase_id: purchase.billId,
    payment_time: presentTime(purchase.paymentTime, workspace),
    items_count: purchase.itemsCount,
    purchase_items: items.map((item) => presentItem(item, purchase, workspace)),
    type_id: purchase.typeId,
    total_price: formatHundredths(purchase.totalPrice),
    currency_id: purchase.currency,
    card_number: purchase.cardNumber,
    cashdesk_number: purchase.cashdeskNumber,
    property_records: propertyRecords,
    last_change: presentTime(purchase.changedAt, workspace),
  }
}

/** Fields by which items are sorted; they are read with their purchase. */
export const itemFields = [
  'purchase_item_id',
  'product_id',
  'product_name',
  'product_group_id',
  'product_group_name',
  'product_brand_id',
  'product_brand_name',
  'external_id',
  'purchase_item_type_id',
  'price',
  'amount',
  'vat_rate',
] as const

export function presentItem(item: PurchaseItem, purchase: Purchase, workspace: Workspace): Presented {
  return {
    purchase_item_id: item.number,
    product_id: item.productCode,
    product_name: item.productName,
    product_group_id: item.categoryCode,
    product_group_name: null,
    product_brand_id: null,
    product_brand_name: null,
    external_id: item.itemId,
    purchase_item_type_id: item.typeId,
    price: formatHundredths(item.paidAmount),
    amount: item.quantity / 1000,
    vat_rate: item.vatRate,
    additional_properties: [],
    last_change: presentTime(purchase.createdAt, workspace),
  }
}

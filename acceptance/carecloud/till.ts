import type { Fields, Reply } from '../client.ts'
import { unique } from '../unique.ts'
import { type Client, createdId, dataOf, operator } from './cc.ts'

const store = 'prague-hq'
export const otherStore = 'brno'

/** Gives an anonymous purchase its customer (L116). */
export const assign = '/purchases/actions/assign-customer'

/** An item of a bill. */
export function item(paidAmount: number | string, more: Fields = {}): Fields {
  return { bill_item_id: unique('item'), paid_amount: paidAmount, ...more }
}

/** A bill of one amount in euro, under an id of its own. */
export function bill(amount: number, more: Fields = {}): Fields & { readonly bill_id: string } {
  return {
    bill_id: unique('bill'),
    payment_time: '2026-03-10 15:05:49',
    currency_id: 'EUR',
    total_price: amount,
    bill_items: [item(amount)],
    ...more,
  }
}

/** Who is at the till: by id, by card, or nobody. */
type Who = string | Fields | undefined

/** The body of a till's request. */
export function atTill(who: Who, theBill: Fields, more: Fields = {}): Fields {
  const named = typeof who === 'string' ? { customer_id: who } : who
  return { store_id: store, ...named, bill: theBill, ...more }
}

/** What is paid with, beside money. */
export function recap(
  creditPoints: number,
  vouchers: readonly (string | { readonly code: unknown; readonly discount_value?: unknown })[] = [],
): Fields {
  return {
    payment_recap: {
      credit_points: creditPoints,
      vouchers: vouchers.map((voucher) => (typeof voucher === 'string' ? { code: voucher } : voucher)),
    },
  }
}

const path = (action: string): string => `/purchases/actions/${action}`

export async function sendReply(who: Who, theBill: Fields, api?: Client): Promise<Reply> {
  return await (api ?? (await operator())).post(path('send-purchase'), atTill(who, theBill))
}

/** Sends a bill that is booked; gives the purchase's id. */
export async function send(who: Who, theBill: Fields, api?: Client): Promise<string> {
  return createdId(await sendReply(who, theBill, api))
}

export async function quoteReply(who: Who, theBill: Fields, more: Fields = {}): Promise<Reply> {
  return await (await operator()).post(path('accept-payment'), atTill(who, theBill, more))
}

/** What a bill comes to. */
export async function quote(who: Who, theBill: Fields, more: Fields = {}): Promise<Fields> {
  return dataOf(await quoteReply(who, theBill, more))
}

/** The same bill with what the till was told that pays it (L109). */
export function closed(theBill: Fields, quoted: Fields): Fields {
  const vouchers = quoted.vouchers as { readonly code: unknown; readonly discount_value: unknown }[]
  return {
    ...theBill,
    ...recap(
      Number(quoted.credit_points),
      vouchers.map(({ code, discount_value }) => ({ code, discount_value })),
    ),
  }
}

/** What cancels a bill: the same body under a new id (L113). */
export function cancelling(theBill: Fields, more: Fields = {}): Fields {
  return { ...theBill, canceled: true, bill_id: `C${theBill.bill_id}`, ...more }
}

export async function cancelReply(who: Who, theBill: Fields, more: Fields = {}): Promise<Reply> {
  return await sendReply(who, cancelling(theBill, more))
}

export async function recommend(who: Who, theBill: Fields, more: Fields = {}): Promise<readonly Fields[]> {
  const body = atTill(who, theBill, { reward_list_type: 'F', ...more })
  const data = await (await operator()).calculate(path('recommended-best-rewards'), body)
  return data.recommended_best_rewards as Fields[]
}

export async function summary(purchaseId: string): Promise<Fields> {
  return await (await operator()).read(`/purchases/${purchaseId}/actions/payment-summary`)
}

/** The purchase of a bill, as the lists show it. */
export async function purchaseOf(billId: string): Promise<Fields | undefined> {
  return (await (await operator()).list(`/purchases?external_purchase_id=${billId}`)).items[0]
}

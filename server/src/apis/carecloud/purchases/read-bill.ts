import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import { isAmount } from '../../../core/points/begin-booking.ts'
import { isJsonObject } from '../../../core/profiles/json-object.ts'
import type { Bill } from '../../../core/purchases/bill.ts'
import { isCountable } from '../../../core/purchases/calculate-bill.ts'
import type { Call } from '../call.ts'
import { badRequest } from '../errors/carecloud-error.ts'
import { type InvalidParam, invalidParam } from '../errors/invalid-param.ts'
import { amount } from '../values/amount.ts'
import { propertyRecord } from '../values/property.ts'
import { anything, list, object, type Read, type Reader, required, withDefault } from '../values/reader.ts'
import { currencyId } from '../values/references.ts'
import { flag, flagOf, id, number, oneOf, text } from '../values/scalars.ts'
import { dateTime } from '../values/times.ts'

const item = object({
  bill_item_id: required(id),
  plu_ids: list(object({ list_code: text(), code: text() })),
  plu_name: text(),
  category_plu_id: text(),
  vat_rate: number(),
  quantity: withDefault(number({ least: -1e9, most: 1e9 }), 1),
  paid_amount: required(amount()),
  price: amount(),
  loyalty_off: withDefault(flag, false),
  purchase_item_type_id: id,
})

const recap = object({
  credit_points: withDefault(amount({ least: 0 }), 0),
  amount_for_credit: withDefault(number(), 0),
  vouchers: withDefault(
    list(object({ code: required(text()), discount_value: amount({ least: 0 }) }), { indexed: true }),
    [],
  ),
  recommended_discounts: anything,
})

/** A bill as tills send it (L106). */
const billFields = {
  bill_id: required(id),
  bill_number: id,
  payment_time: required(dateTime()),
  currency_id: required(currencyId),
  total_price: required(amount()),
  purchase_type_id: id,
  canceled: withDefault(flag, false),
  payment_type: withDefault(oneOf(['S', 'A', 'C', 'D']), 'S'),
  created_by: text(),
  bill_items: required(list(item, { indexed: true })),
  payment_recap: recap,
  property_records: list(propertyRecord('purchase')),
}

export type SentBill = Read<typeof billFields>

const bill = object(billFields)

/**
 * A bill as a whole. Of one that cancels, what it is paid with is not even looked at, and whose it is, is the original's
 * word: the customer may have been erased since (L113).
 */
export const sentBill: Reader<SentBill> = {
  schema: bill.schema,
  read(value, place, reading) {
    if (!isJsonObject(value) || flagOf(value.canceled) !== true) return bill.read(value, place, reading)
    reading.ignoredIfUnknown?.add('customer_id')
    return bill.read({ ...value, payment_type: undefined, payment_recap: undefined }, place, reading)
  },
}

const thousandths = 1000

/** The bill in the words of the core; refuses what is wrong with it as a whole (L117). */
export function toBill(sent: SentBill, { workspace }: Call): Bill {
  const faults: InvalidParam[] = []
  const { purchaseTypes } = workspace.settings.carecloud
  const typeId = sent.purchase_type_id ?? purchaseTypes[0]?.id ?? ''
  if (!purchaseTypes.some((type) => type.id === typeId)) {
    faults.push(invalidParam({ name: 'purchase_type_id' }, 'not_allowed_value', typeId))
  }
  for (const [index, { price, paid_amount }] of sent.bill_items.entries()) {
    // Of goods that are brought back, and of what is taken off as an item, less than nothing is paid.
    if (price === undefined || price >= paid_amount || paid_amount < 0) continue
    const place = { name: 'bill_item_id', index }
    faults.push(
      invalidParam(place, 'item_price_lower_than_paid_amount', sent.bill_items[index]?.bill_item_id),
    )
  }
  if (sent.payment_type === 'C' || (sent.payment_recap?.amount_for_credit ?? 0) > 0) {
    faults.push(invalidParam({ name: 'payment_type' }, 'customer_cant_pay_by_credits', sent.payment_type))
  }
  // More than any movement is of, so nobody has it to pay at once.
  const { credit_points: creditPoints = 0 } = sent.payment_recap ?? {}
  if (!isAmount(creditPoints, 0)) {
    const points = formatHundredths(creditPoints)
    faults.push(invalidParam({ name: 'credit_points' }, 'not_enough_points_for_payment', points))
  }
  const read = billOf(sent, typeId)
  if (!isCountable(workspace.settings, read)) {
    const total = formatHundredths(sent.total_price)
    faults.push(invalidParam({ name: 'total_price' }, 'not_allowed_value', total))
  }
  if (faults.length > 0) throw badRequest(faults)
  return read
}

function billOf(sent: SentBill, typeId: string): Bill {
  return {
    billId: sent.bill_id,
    paymentTime: sent.payment_time,
    currency: sent.currency_id,
    totalPrice: sent.total_price,
    typeId,
    paymentType: sent.payment_type,
    createdBy: sent.created_by ?? null,
    items: sent.bill_items.map((entry) => ({
      itemId: entry.bill_item_id,
      paidAmount: entry.paid_amount,
      price: entry.price ?? entry.paid_amount,
      quantity: Math.round(entry.quantity * thousandths),
      loyaltyOff: entry.loyalty_off,
      vatRate: entry.vat_rate ?? null,
      productCode: entry.plu_ids?.[0]?.code ?? null,
      productName: entry.plu_name ?? null,
      categoryCode: entry.category_plu_id ?? null,
      typeId: entry.purchase_item_type_id ?? null,
    })),
  }
}

/** Points pay only where a point is worth something in the currency of the bill (L117). */
export function refusePointsWithoutValue(
  name: string,
  points: number,
  currency: string,
  { workspace }: Call,
): void {
  const { pointValue } = workspace.settings.loyalty
  if (points === 0 || pointValue?.currency === currency) return
  throw badRequest([invalidParam({ name }, 'customer_cant_pay_by_points', formatHundredths(points))])
}

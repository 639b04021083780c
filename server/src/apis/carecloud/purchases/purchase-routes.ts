import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import { retried } from '../../../core/identity/retried.ts'
import { type AssignRefusal, assignPurchase } from '../../../core/purchases/assign-purchase.ts'
import { type CancelResult, cancelPurchase } from '../../../core/purchases/cancel-purchase.ts'
import type { Call } from '../call.ts'
import { eventSourceOf } from '../callers-word.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { refuseTaken } from '../customer-records/refuse-taken.ts'
import { refuse } from '../errors/carecloud-error.ts'
import type { Reason } from '../errors/invalid-param.ts'
import { type Route, route } from '../route.ts'
import { Issued } from '../schemas/values.ts'
import { required } from '../values/reader.ts'
import { id, text } from '../values/scalars.ts'
import { refuseBenefits } from './bill-refusals.ts'
import { type BillCustomer, customerFields, customerOfBill } from './customer-of-bill.ts'
import { refusePointsWithoutValue, type SentBill, sentBill, toBill } from './read-bill.ts'
import { storeId } from './till-routes.ts'

/** L112, L113. */
const cancelRefusals = {
  'bill-exists': ['bill_id', 'already_exists'],
  'unknown-original': ['bill_number', 'not_found'],
  'already-cancelled': ['bill_number', 'already_exists'],
} as const satisfies Record<NonNullable<CancelResult['refusal']>, readonly [string, Reason]>

/** L116. */
const assignRefusals = {
  'unknown-purchase': ['external_purchase_id', 'not_found'],
  'unknown-profile': ['customer_id', 'not_found'],
  'has-profile': ['customer_id', 'already_exists'],
} as const satisfies Record<AssignRefusal, readonly [string, Reason]>

/** What books, cancels and assigns purchases (L111–L117). */
export function purchaseRoutes({
  database,
  ledger,
  purchases,
  events,
}: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/purchases/actions/send-purchase',
      interfaces: 'both',
      guardedBy: 'send-purchase',
      summary: 'Book a purchase, or cancel one',
      body: {
        store_id: storeId,
        bill: required(sentBill),
        cashdesk_number: text(),
        ...customerFields,
      },
      answers: 'created',
      shows: { purchase_id: Issued },
      async handle(call) {
        const { workspace, body } = call
        const till = { storeId: body.store_id.id, cashdeskNumber: body.cashdesk_number ?? null }
        const purchase = body.bill.canceled
          ? await cancel(call, body.bill, till)
          : await book(call, body.bill, till, await customerOfBill(database, call, body))
        events.wake(workspace.id)
        return { purchase_id: purchase }
      },
    }),
    route({
      method: 'POST',
      path: '/purchases/actions/assign-customer',
      interfaces: 'enterprise',
      summary: 'Name the customer of an anonymous purchase',
      body: { store_id: storeId, external_purchase_id: required(id), ...customerFields },
      answers: 'nothing',
      async handle(call) {
        const { workspace, body, now } = call
        const { profileId, cardNumber } = await customerOfBill(database, call, body)
        if (profileId === undefined) throw refuse('customer_id', 'required', null)
        await retried(() =>
          database.transaction(workspace.id, async (connection) => {
            const refusal = await assignPurchase(connection, workspace, ledger, {
              billId: body.external_purchase_id,
              profileId,
              cardNumber,
              eventName: workspace.settings.carecloud.purchaseEvent,
              source: eventSourceOf(call),
              now,
            })
            if (refusal === undefined) return
            const [name, reason] = assignRefusals[refusal]
            throw refuse(
              name,
              reason,
              name === 'customer_id' ? body.customer_id?.number : body.external_purchase_id,
            )
          }),
        )
        events.wake(workspace.id)
      },
    }),
  ]

  type Till = { readonly storeId: string; readonly cashdeskNumber: string | null }

  async function book(call: Call, sent: SentBill, till: Till, customer: BillCustomer): Promise<string> {
    const { workspace, now } = call
    const bill = toBill(sent, call)
    const { credit_points: creditPoints = 0, vouchers = [] } = sent.payment_recap ?? {}
    refusePointsWithoutValue('credit_points', creditPoints, bill.currency, call)
    const propertyRecords = sent.property_records ?? []
    const { purchase, refusal } = await purchases.book(workspace, {
      ...till,
      ...customer,
      bill,
      creditPoints,
      benefits: vouchers.map(({ code, discount_value }) => ({ code, charged: discount_value })),
      // Those of a cancelling bill are not kept: they are the original's (L113).
      propertyRecords,
      eventName: workspace.settings.carecloud.purchaseEvent,
      source: eventSourceOf(call),
      now,
    })
    if (refusal === undefined) return purchase
    switch (refusal.reason) {
      case 'benefits':
        throw refuseBenefits(refusal.refusals)
      case 'values-taken':
        throw refuseTaken(propertyRecords, refusal.propertyIds)
      case 'bill-exists':
        throw refuse('bill_id', 'already_exists', bill.billId)
      case 'unknown-profile':
        throw refuse('customer_id', 'not_found', null)
      case 'not-enough-points':
        throw refuse('credit_points', 'not_enough_points_for_payment', formatHundredths(creditPoints))
    }
  }

  async function cancel(call: Call, sent: SentBill, till: Till): Promise<string> {
    const { workspace, reach, now } = call
    const bill = toBill(sent, call)
    const originalBillId = sent.bill_number ?? sent.bill_id.replace(/^C/, '')
    return await retried(() =>
      database.transaction(workspace.id, async (connection) => {
        const { purchase, refusal } = await cancelPurchase(connection, workspace, ledger, {
          ...till,
          bill,
          originalBillId,
          // A customer cancels only what is its own (L29).
          ofProfiles: reach.all ? undefined : reach.customers.map(({ profileId }) => profileId),
          now,
        })
        if (refusal === undefined) return purchase
        const [name, reason] = cancelRefusals[refusal]
        // Thrown, so that the transaction ends without it.
        throw refuse(name, reason, name === 'bill_id' ? bill.billId : originalBillId)
      }),
    )
  }
}

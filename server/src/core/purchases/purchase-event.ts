import type { Connection } from '../../platform/postgres/database.ts'
import { formatHundredths } from '../amounts/hundredths.ts'
import { appendEvents } from '../events/append-events.ts'
import { type EventSource, isTrusted } from '../events/event.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Bill } from './bill.ts'

/** What a purchase tells the rest of the product. */
export interface PurchaseEvent {
  /** Sent only if it is one of the workspace's event types. */
  readonly eventName: string
  readonly profileId: string
  readonly bill: Pick<Bill, 'billId' | 'paymentTime' | 'currency' | 'totalPrice'>
  readonly storeId: string
  readonly source: EventSource
  readonly now: Date
}

/** Records the events of purchases in their transaction (L111). */
export async function recordPurchaseEvents(
  connection: Connection,
  workspace: Workspace,
  purchases: readonly PurchaseEvent[],
): Promise<void> {
  const events = purchases
    .filter(({ eventName }) => workspace.eventTypes.has(eventName))
    .map(({ eventName: name, profileId, bill, storeId, source, now }) => ({
      profile: profileId,
      name,
      occurred_at: bill.paymentTime.toISOString(),
      received_at: now.toISOString(),
      source,
      trusted: isTrusted(workspace.settings.eventTypes, name, source),
      reference: bill.billId,
      data: {
        amount: formatHundredths(bill.totalPrice),
        currency: bill.currency,
        bill_id: bill.billId,
        store_id: storeId,
      },
    }))
  if (events.length > 0) await appendEvents(connection, workspace.id, events)
}

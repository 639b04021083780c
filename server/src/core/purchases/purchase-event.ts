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

/** Records the event of a purchase in its transaction (L111). */
export async function recordPurchaseEvent(
  connection: Connection,
  workspace: Workspace,
  { eventName: name, profileId, bill, storeId, source, now }: PurchaseEvent,
): Promise<void> {
  if (!workspace.eventTypes.has(name)) return
  await appendEvents(connection, workspace.id, [
    {
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
    },
  ])
}

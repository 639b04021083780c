import { isUsable } from '../../../core/cards/card.ts'
import { findCard } from '../../../core/cards/find-card.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import { refuse } from '../errors/carecloud-error.ts'
import { type CustomerRef, reaches } from '../reach.ts'
import { customerId, isUnknown } from '../values/customer-id.ts'
import { text } from '../values/scalars.ts'

/** Who a bill is for: `customer_id` wins over `card_number` (L106). */
export const customerFields = { customer_id: customerId(), card_number: text({ longest: 64 }) }

export interface BillCustomer {
  /** Undefined: anonymous. */
  readonly profileId: string | undefined
  readonly cardNumber: string | null
}

/**
 * Finds the customer of a bill, by id or by card (L117). On the customer interface a bill that names nobody is the
 * logged-in customer's, and a card of somebody else is unknown (L29).
 */
export async function customerOfBill(
  database: Database,
  { workspace, caller, reach, now }: Call,
  named: { readonly customer_id?: CustomerRef | undefined; readonly card_number?: string | undefined },
): Promise<BillCustomer> {
  const { customer_id: customer, card_number: cardNumber } = named
  if (customer && isUnknown(customer)) throw refuse('customer_id', 'not_found', customer.number)
  if (customer) return { profileId: customer.profileId, cardNumber: cardNumber ?? null }
  if (cardNumber === undefined) {
    const own = caller?.kind === 'token' ? caller.loggedIn?.profileId : undefined
    return { profileId: own, cardNumber: null }
  }
  const card = await database.inWorkspace(workspace.id, (connection) =>
    findCard(connection, workspace.id, cardNumber),
  )
  if (card?.profileId === undefined || card.profileId === null || !reaches(reach, card.profileId)) {
    throw refuse('card_number', 'not_found', cardNumber)
  }
  if (!isUsable(card, now)) throw refuse('card_number', 'card_is_blocked', cardNumber)
  return { profileId: card.profileId, cardNumber }
}

import { describeReply, type Reply } from '../client.ts'

/** A call of section 9 of the contract. */
export interface ListedCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  /** On which interface it is. */
  readonly on: 'both' | 'customer' | 'enterprise'
  /** L33: on C only where the workspace allows it. */
  readonly isGuarded: boolean
  /** L25: without a credential. */
  readonly isOpen: boolean
  /** L23: changes nothing, though it is no GET. */
  readonly calculates: boolean
}

type Mark = 'open' | 'guarded' | 'calculates'

function calls(on: ListedCall['on'], lines: string): readonly ListedCall[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [method, path, ...marks] = line.trim().split(/\s+/)
      const has = (mark: Mark): boolean => marks.includes(mark)
      return {
        method: method as ListedCall['method'],
        path: String(path),
        on,
        isGuarded: has('guarded'),
        isOpen: has('open'),
        calculates: has('calculates') || method === 'GET',
      }
    })
}

/** Every call that section 9 lists; ids in paths name nothing. */
export const listedCalls: readonly ListedCall[] = [
  ...calls(
    'customer',
    `
    POST /tokens open
    PUT /tokens/nobody
    POST /tokens/nobody/actions/login
    POST /tokens/nobody/actions/logout
    GET /tokens/nobody/actions/auth-token
    POST /tokens/nobody/actions/authentication-token-login
    POST /tokens/nobody/actions/send-password-setup-email
    `,
  ),
  ...calls(
    'enterprise',
    `
    POST /users/actions/login open
    POST /users/actions/logout calculates
    POST /customers/actions/verify-credentials calculates
    GET /customers/actions/search-customers
    POST /customers/actions/auth-token
    POST /customers/actions/verify-auth-token
    POST /customers/actions/set-partners
    POST /customers/actions/set-status-record
    GET /customers/nobody/partner-records
    DELETE /customers/nobody/partner-records/nothing
    POST /cards
    POST /cards/batch
    POST /points/actions/assign-points
    POST /points/actions/reduce-points
    POST /purchases/actions/assign-customer
    `,
  ),
  ...calls(
    'both',
    `
    GET /tests/connection open
    GET /customers
    POST /customers
    GET /customers/nobody
    PUT /customers/nobody
    POST /customers/actions/validate-customer-data open calculates
    POST /customers/actions/check-registration-ability guarded calculates
    POST /customers/actions/newsletters-sign-up
    GET /customers/nobody/property-records
    POST /customers/nobody/property-records
    PUT /customers/nobody/property-records/nothing
    DELETE /customers/nobody/property-records/nothing
    POST /customers/nobody/property-records/batch
    GET /customers/nobody/interest-records
    POST /customers/nobody/interest-records
    PUT /customers/nobody/interest-records/nothing
    DELETE /customers/nobody/interest-records/nothing
    GET /customers/nobody/customer-source-records
    POST /customers/nobody/customer-source-records
    GET /customers/nobody/addresses
    POST /customers/nobody/addresses
    GET /customers/nobody/addresses/nothing
    PUT /customers/nobody/addresses/nothing
    GET /customers/nobody/purchases
    GET /customers/nobody/points
    GET /customers/nobody/vouchers
    GET /customers/nobody/cards
    GET /customers/nobody/events
    GET /customers/nobody/rewards
    GET /customers/nobody/reward-recommendations
    GET /customers/nobody/segment-records
    GET /customers/nobody/status-records
    POST /customers/nobody/partner-records guarded
    GET /customer-source-records
    GET /customer-sources
    GET /customer-sources/nothing
    GET /stores
    GET /stores/nothing
    GET /stores/nothing/property-records
    GET /interests
    GET /interests/nothing
    GET /customer-properties
    GET /customer-properties/nothing
    GET /store-properties
    GET /store-properties/nothing
    GET /reward-properties
    GET /reward-properties/nothing
    GET /event-properties
    GET /event-properties/nothing
    GET /purchase-properties
    GET /purchase-properties/nothing
    GET /voucher-properties
    GET /voucher-properties/nothing
    GET /partner-properties
    GET /partner-properties/nothing
    GET /card-types
    GET /card-types/nothing
    GET /card-types/nothing/cards
    GET /point-types
    GET /point-types/nothing
    GET /reward-types
    GET /reward-types/nothing
    GET /partners
    GET /partners/nothing
    GET /partners/nothing/property-records
    GET /agreements
    GET /agreements/nothing
    GET /languages open
    GET /countries
    GET /currencies
    GET /currencies/nothing
    GET /communication-channels open
    GET /communication-channels/nothing open
    GET /customer-external-applications open
    GET /customer-external-applications/nothing open
    GET /customer-address-types
    GET /customer-address-types/nothing
    GET /event-types
    GET /event-types/nothing
    GET /purchase-types
    GET /purchase-types/nothing
    GET /purchase-item-types
    GET /rewards
    GET /rewards/nothing
    GET /rewards/nothing/vouchers
    GET /rewards/nothing/stores
    GET /rewards/nothing/property-records
    GET /rewards/tags
    GET /rewards/actions/reward-recommendations
    POST /rewards/nothing/actions/create-voucher
    GET /vouchers
    GET /vouchers/nothing
    GET /vouchers/nothing/property-records
    PUT /vouchers/nothing guarded
    DELETE /vouchers/nothing
    POST /vouchers/nothing/actions/apply-voucher
    GET /cards
    GET /cards/nothing
    PUT /cards/nothing guarded
    POST /cards/actions/assign-free-card
    POST /cards/actions/validate-free-card calculates
    GET /points
    GET /points/nothing
    GET /points/nothing/purchases
    POST /points/actions/transfer-points
    POST /points/actions/synchronize-points guarded
    GET /point-history
    GET /point-reservations
    GET /point-reservations/nothing
    POST /point-reservations/actions/reserve-points
    POST /point-reservations/actions/free-points
    GET /wallet/actions/points-overview
    GET /wallet/actions/points-expiration-overview
    GET /wallet/actions/sales-turnover
    GET /wallet/actions/credits-overview
    GET /wallet/actions/credits-expiration-overview
    GET /statuses
    GET /statuses/nothing
    POST /purchases/actions/recommended-best-rewards calculates
    POST /purchases/actions/accept-payment calculates
    POST /purchases/actions/send-purchase guarded
    GET /purchases
    GET /purchases/nothing
    GET /purchases/nothing/purchase-items
    GET /purchases/nothing/points
    GET /purchases/nothing/vouchers
    GET /purchases/nothing/actions/payment-summary
    GET /events
    GET /events/nothing
    GET /events/nothing/property-records
    POST /events
    GET /segments
    GET /segments/nothing
    GET /segments/nothing/segment-records
    POST /segments guarded
    POST /segments/nothing/actions/add-customer guarded
    POST /segments/nothing/actions/remove-customer guarded
    `,
  ),
]

export function isOn(call: ListedCall, which: 'customer' | 'enterprise'): boolean {
  return call.on === 'both' || call.on === which
}

/** The first segment of a path: the resource of L32. */
export function resourceOf({ path }: ListedCall): string {
  return path.split('/')[1] ?? ''
}

/** What is left of a table once it ran: readable in one look. */
export async function failing(
  calls: readonly ListedCall[],
  run: (call: ListedCall) => Promise<Reply>,
  holds: (reply: Reply) => boolean,
): Promise<readonly string[]> {
  const failed: string[] = []
  for (const call of calls) {
    const reply = await run(call)
    if (!holds(reply)) failed.push(describeReply(reply))
  }
  return failed
}

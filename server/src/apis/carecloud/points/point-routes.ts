import { randomUUID } from 'node:crypto'
import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import { retried } from '../../../core/identity/retried.ts'
import type { Ledger, LedgerRefusal } from '../../../core/points/ledger.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { refuse } from '../errors/carecloud-error.ts'
import type { Reason } from '../errors/invalid-param.ts'
import { type Route, route } from '../route.ts'
import { Issued } from '../schemas/values.ts'
import { amount } from '../values/amount.ts'
import { customerId } from '../values/customer-id.ts'
import { required } from '../values/reader.ts'
import { definedIn } from '../values/references.ts'
import { text } from '../values/scalars.ts'

const partner = definedIn(({ loyalty }) => loyalty.partners)
const pointType = definedIn(({ loyalty }) => loyalty.pointTypes)
/** Above 0 (L96). */
const positive = required(amount({ least: 1 }))

type BookingRefusal = Extract<
  LedgerRefusal,
  | 'unknown-profile'
  | 'unknown-point-type'
  | 'unknown-partner'
  | 'amount-not-allowed'
  | 'not-enough-points'
  | 'same-profile'
  | 'key-taken'
>

/** L96, L97, L99. */
const refusals = {
  'unknown-profile': ['customer_id', 'not_found'],
  'unknown-point-type': ['point_type_id', 'not_found'],
  'unknown-partner': ['partner_id', 'not_found'],
  'amount-not-allowed': ['amount', 'not_allowed_value'],
  'not-enough-points': ['amount', 'not_enough_points_for_payment'],
  'same-profile': ['new_customer_id', 'not_allowed_value'],
  'key-taken': ['amount', 'already_exists'],
} as const satisfies Record<BookingRefusal, readonly [string, Reason]>

/** What books points by hand (carecloud 9.7). */
export function pointRoutes({ database, ledger }: CareCloudDependencies): readonly Route[] {
  return [
    ...(['assign-points', 'reduce-points'] as const).map((action) =>
      route({
        method: 'POST',
        path: `/points/actions/${action}`,
        interfaces: 'enterprise',
        summary: action === 'assign-points' ? 'Add points' : 'Take points',
        body: {
          amount: positive,
          customer_id: required(customerId()),
          partner_id: required(partner),
          point_type_id: pointType,
          note: text(),
        },
        answers: 'created',
        shows: { point_id: Issued },
        async handle(call) {
          const { body } = call
          const request = {
            profileId: body.customer_id.profileId,
            amount: body.amount,
            partnerId: body.partner_id.id,
            pointTypeId: body.point_type_id?.id,
            note: body.note,
          }
          const number = await booked(call, body, (connection, key) =>
            action === 'assign-points'
              ? ledger.earn(connection, call.workspace, { kind: 'addition', key, ...request })
              : ledger.spend(connection, call.workspace, { kind: 'redemption', key, ...request }),
          )
          return { point_id: number }
        },
      }),
    ),
    route({
      method: 'POST',
      path: '/points/actions/transfer-points',
      interfaces: 'both',
      summary: 'Move points to another customer',
      body: {
        original_customer_id: required(customerId({ orLoggedIn: true })),
        new_customer_id: required(customerId({ mayBeAnybody: true })),
        amount: positive,
        point_type_id: required(pointType),
        note: text(),
      },
      answers: 'nothing',
      async handle(call) {
        const { body } = call
        await booked(call, body, (connection, key) =>
          ledger.transfer(connection, call.workspace, {
            key,
            fromProfileId: body.original_customer_id.profileId,
            intoProfileId: body.new_customer_id.profileId,
            amount: body.amount,
            pointTypeId: body.point_type_id.id,
            note: body.note,
          }),
        )
      },
    }),
    route({
      method: 'POST',
      path: '/points/actions/synchronize-points',
      interfaces: 'both',
      guardedBy: 'synchronize-points',
      summary: 'Book what makes the balance this amount',
      body: {
        customer_id: required(customerId({ orLoggedIn: true })),
        amount: required(amount({ least: 0 })),
        partner_id: partner,
        note: text(),
      },
      answers: 'nothing',
      async handle(call) {
        const { body } = call
        await booked(call, body, (connection, key) =>
          ledger.synchronise(connection, call.workspace, {
            key,
            profileId: body.customer_id.profileId,
            amount: body.amount,
            partnerId: body.partner_id?.id,
            note: body.note,
          }),
        )
      },
    }),
  ]

  /** Books in a transaction of its own, under a key of its own: clients of this API name no requests. */
  async function booked(
    { workspace }: Call,
    sent: { readonly amount: number },
    book: (connection: Connection, key: string) => ReturnType<Ledger['transfer']>,
  ): Promise<string> {
    const key = `request:${randomUUID()}`
    const { movement, refusal } = await retried(() =>
      database.transaction(workspace.id, (connection) => book(connection, key)),
    )
    if (refusal === undefined) return movement.number
    const [name, reason] = refusals[refusal]
    throw refuse(name, reason, name === 'amount' ? formatHundredths(sent.amount) : null)
  }
}

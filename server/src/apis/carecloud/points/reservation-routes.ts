import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import { retried } from '../../../core/identity/retried.ts'
import { firstOnly } from '../../../core/lists/list-request.ts'
import type { ReserveResult } from '../../../core/points/ledger.ts'
import {
  listReservations,
  type Reservation,
  type ReservationFilter,
  type ReservationOrder,
} from '../../../core/points/list-reservations.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { refuse } from '../errors/carecloud-error.ts'
import type { Reason } from '../errors/invalid-param.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import type { SortFields } from '../lists/list-query.ts'
import { listedProfiles, reaches } from '../reach.ts'
import { type Route, route } from '../route.ts'
import { shownReservation } from '../schemas/points.ts'
import { amount } from '../values/amount.ts'
import { customerId } from '../values/customer-id.ts'
import { required } from '../values/reader.ts'
import { isRecordNumber } from '../values/record-number.ts'
import { id, text } from '../values/scalars.ts'
import { dateTime, presentTime } from '../values/times.ts'

const reservationOrders: SortFields<ReservationOrder> = {
  points_reservation_id: 'number',
  customer_id: 'profileNumber',
  external_id: 'externalId',
  quantity: 'quantity',
  expiration: 'expiresAt',
  state: 'state',
  last_change: 'changedAt',
}

/** L97, L98. */
const reserveRefusals = {
  'unknown-profile': ['customer_id', 'not_found'],
  'unknown-point-type': ['amount', 'not_allowed_value'],
  'amount-not-allowed': ['amount', 'not_allowed_value'],
  'not-enough-points': ['amount', 'not_enough_points_for_payment'],
  'reservation-exists': ['external_id', 'already_exists'],
} as const satisfies Record<NonNullable<ReserveResult['refusal']>, readonly [string, Reason]>

/** Points that are kept for a while (L98). */
export function reservationRoutes({ database, ledger }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/point-reservations',
      interfaces: 'both',
      summary: 'List reservations of points',
      query: { customer_id: customerId(), external_id: id },
      answers: 'list',
      shows: shownReservation,
      sortBy: reservationOrders,
      async handle({ workspace, reach, query, now, list }) {
        const filter = { profileIds: listedProfiles(reach, query.customer_id), externalId: query.external_id }
        const { items, total } = await read(database, workspace, filter, now, list)
        return { items: items.map((reservation) => presentReservation(reservation, workspace)), total }
      },
    }),
    route({
      method: 'GET',
      path: '/point-reservations/:points_reservation_id',
      interfaces: 'both',
      summary: 'One reservation of points',
      find: (call) => findReservation(database, call),
      answers: 'object',
      shows: shownReservation,
      handle: ({ found, workspace }) => presentReservation(found, workspace),
    }),
    route({
      method: 'POST',
      path: '/point-reservations/actions/reserve-points',
      interfaces: 'both',
      summary: 'Reserve points',
      body: {
        external_id: required(id),
        customer_id: required(customerId({ orLoggedIn: true })),
        amount: required(amount({ least: 1 })),
        expiration_time: dateTime({ dayAs: 'end' }),
      },
      answers: 'nothing',
      async handle({ workspace, body }) {
        const { refusal } = await retried(() =>
          database.transaction(workspace.id, (connection) =>
            ledger.reserve(connection, workspace, {
              externalId: body.external_id,
              profileId: body.customer_id.profileId,
              amount: body.amount,
              expiresAt: body.expiration_time ?? null,
            }),
          ),
        )
        if (refusal === undefined) return
        const [name, reason] = reserveRefusals[refusal]
        throw refuse(name, reason, name === 'amount' ? formatHundredths(body.amount) : body.external_id)
      },
    }),
    route({
      method: 'POST',
      path: '/point-reservations/actions/free-points',
      interfaces: 'both',
      summary: 'Free reserved points',
      body: { external_id: required(text({ longest: 255 })) },
      answers: 'nothing',
      async handle({ workspace, reach, body }) {
        const request = { externalId: body.external_id, profileIds: listedProfiles(reach, undefined) }
        const { refusal } = await retried(() =>
          database.transaction(workspace.id, (connection) => ledger.release(connection, workspace, request)),
        )
        if (refusal) throw refuse('external_id', 'not_found', body.external_id)
      },
    }),
  ]
}

async function read(
  database: Database,
  workspace: Workspace,
  filter: ReservationFilter,
  now: Date,
  list: Parameters<typeof listReservations>[4],
) {
  return await database.inWorkspace(workspace.id, (connection) =>
    listReservations(connection, workspace.id, filter, now, list),
  )
}

/** The reservation of a path; one of somebody out of reach is not there (L29). */
async function findReservation(
  database: Database,
  { workspace, params, reach, now }: Call & { readonly params: { readonly points_reservation_id: string } },
): Promise<Reservation | undefined> {
  const number = params.points_reservation_id
  if (!isRecordNumber(number)) return undefined
  const { items } = await read(database, workspace, { numbers: [number] }, now, firstOnly)
  const [reservation] = items
  return reservation && reaches(reach, reservation.profileId) ? reservation : undefined
}

const states = { active: 1, ended: 0, expired: 2 } as const satisfies Record<Reservation['state'], number>

function presentReservation(reservation: Reservation, workspace: Workspace): Presented {
  return {
    points_reservation_id: reservation.number,
    customer_id: reservation.profileNumber,
    external_id: reservation.externalId,
    quantity: formatHundredths(reservation.quantity),
    expiration: presentTime(reservation.expiresAt, workspace),
    last_change: presentTime(reservation.changedAt, workspace),
    state: states[reservation.state],
  }
}

import { longestList } from '../../../core/lists/list-request.ts'
import {
  type ListedMovement,
  listMovements,
  type MovementFilter,
} from '../../../core/points/list-movements.ts'
import type { MovementKind } from '../../../core/points/movement.ts'
import { listPurchases } from '../../../core/purchases/read-purchases.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { holds } from '../lists/list-in-memory.ts'
import { purchaseOrders } from '../purchases/present-purchase.ts'
import { purchasePage, purchaseQuery } from '../purchases/purchase-list-routes.ts'
import { listedProfiles, reaches } from '../reach.ts'
import { type Route, route } from '../route.ts'
import { shownHistoryEntry, shownPoint } from '../schemas/points.ts'
import { shownPurchase } from '../schemas/purchases.ts'
import { customerId } from '../values/customer-id.ts'
import { required } from '../values/reader.ts'
import { isRecordNumber } from '../values/record-number.ts'
import { id, text } from '../values/scalars.ts'
import { dateTime, wholeSecond } from '../values/times.ts'
import {
  historyOrders,
  movementOrders,
  operationTypes,
  presentHistory,
  presentMovement,
} from './present-movement.ts'

const pointQuery = {
  point_type_id: id,
  create_point_time_from: dateTime(),
  create_point_time_to: dateTime({ dayAs: 'end' }),
}

/** No purchase has it. */
const noPurchase = '0'

/** What moved: as points, and as a history (L95, L100). */
export function pointListRoutes({ database }: CareCloudDependencies): readonly Route[] {
  const find = (call: PointCall) => findMovement(database, call)
  return [
    route({
      method: 'GET',
      path: '/points',
      interfaces: 'both',
      summary: 'List movements of points',
      query: { ...pointQuery, customer_id: customerId() },
      answers: 'list',
      shows: shownPoint,
      sortBy: movementOrders,
      handle: (call) => page(call, { profileIds: listedProfiles(call.reach, call.query.customer_id) }),
    }),
    route({
      method: 'GET',
      path: '/customers/:customer_id/points',
      interfaces: 'both',
      summary: 'List movements of the points of the customer',
      query: pointQuery,
      answers: 'list',
      shows: shownPoint,
      sortBy: movementOrders,
      handle: (call) => page(call, { profileIds: [call.customer.profileId] }),
    }),
    route({
      method: 'GET',
      path: '/points/:point_id',
      interfaces: 'both',
      summary: 'One movement',
      find,
      answers: 'object',
      shows: shownPoint,
      handle: ({ found, workspace }) => presentMovement(found, workspace),
    }),
    route({
      method: 'GET',
      path: '/points/:point_id/purchases',
      interfaces: 'both',
      summary: 'List the purchase that the movement belongs to',
      find,
      query: purchaseQuery,
      answers: 'list',
      shows: shownPurchase,
      sortBy: purchaseOrders,
      handle: (call) =>
        purchasePage(database, call, {
          numbers: [call.found.purchaseNumber ?? noPurchase],
          // It may be of somebody with whom the customer was merged then (L29).
          profileIds: listedProfiles(call.reach, undefined),
        }),
    }),
    route({
      method: 'GET',
      path: '/point-history',
      interfaces: 'both',
      summary: 'The history of the points of a customer',
      query: {
        customer_id: required(customerId({ orLoggedIn: true })),
        point_type_id: id,
        partner_id: id,
        store_id: id,
        time_from: dateTime(),
        time_to: dateTime({ dayAs: 'end' }),
        point_operation_type: text(),
        point_operation_note: text(),
      },
      answers: 'list',
      shows: shownHistoryEntry,
      sortBy: historyOrders,
      async handle(call) {
        const { workspace, query, now } = call
        const filter = {
          profileIds: [query.customer_id.profileId],
          pointTypeId: query.point_type_id,
          partnerId: query.partner_id,
          storeId: query.store_id,
          bookedFrom: query.time_from,
          bookedTo: query.time_to && wholeSecond(query.time_to),
          kinds: kindsNamed(query.point_operation_type),
          kindOrder: kindsByText,
          notePart: query.point_operation_note,
        }
        return await database.inWorkspace(workspace.id, async (connection) => {
          const { items, total } = await listMovements(connection, workspace.id, filter, now, call.list)
          const numbers = items.flatMap(({ purchaseNumber }) => purchaseNumber ?? [])
          const reached = { numbers, profileIds: listedProfiles(call.reach, undefined) }
          const purchases = await listPurchases(connection, workspace.id, reached, longestList)
          const byNumber = new Map(purchases.items.map((purchase) => [purchase.number, purchase]))
          return {
            items: items.map((movement) =>
              presentHistory(movement, byNumber.get(movement.purchaseNumber ?? noPurchase), workspace),
            ),
            total,
          }
        })
      },
    }),
  ]

  async function page(
    call: Call & {
      readonly list: Parameters<typeof listMovements>[4]
      readonly query: {
        readonly point_type_id?: string | undefined
        readonly create_point_time_from?: Date | undefined
        readonly create_point_time_to?: Date | undefined
      }
    },
    among: MovementFilter,
  ) {
    const { workspace, query, now } = call
    const filter = {
      ...among,
      pointTypeId: query.point_type_id,
      bookedFrom: query.create_point_time_from,
      bookedTo: query.create_point_time_to && wholeSecond(query.create_point_time_to),
    }
    const { items, total } = await database.inWorkspace(workspace.id, (connection) =>
      listMovements(connection, workspace.id, filter, now, call.list),
    )
    return { items: items.map((movement) => presentMovement(movement, workspace)), total }
  }
}

const kindsByText = (Object.keys(operationTypes) as MovementKind[]).toSorted((one, other) =>
  operationTypes[one].localeCompare(operationTypes[other], 'en'),
)

/** The kinds whose text holds the part (L40). */
function kindsNamed(part: string | undefined): readonly MovementKind[] | undefined {
  if (part === undefined) return undefined
  const kinds = Object.keys(operationTypes) as MovementKind[]
  return kinds.filter((kind) => holds(operationTypes[kind], part))
}

type PointCall = Call & { readonly params: { readonly point_id: string } }

/** The movement of a path; one of somebody out of reach is not there (L29). */
async function findMovement(
  database: Database,
  { workspace, params, reach, now }: PointCall,
): Promise<ListedMovement | undefined> {
  if (!isRecordNumber(params.point_id)) return undefined
  const { items } = await database.inWorkspace(workspace.id, (connection) =>
    listMovements(connection, workspace.id, { numbers: [params.point_id] }, now, longestList),
  )
  const [movement] = items
  return movement && reaches(reach, movement.profileId) ? movement : undefined
}

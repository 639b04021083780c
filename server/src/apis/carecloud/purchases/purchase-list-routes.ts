import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import { longestList } from '../../../core/lists/list-request.ts'
import { listMovements } from '../../../core/points/list-movements.ts'
import { type PurchaseItem, readPurchaseItems } from '../../../core/purchases/read-purchase-items.ts'
import { listPurchases, type Purchase, type PurchaseFilter } from '../../../core/purchases/read-purchases.ts'
import { listVouchers } from '../../../core/rewards/list-vouchers.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { propertyRecordsOfNumbers } from '../customer-records/present-records.ts'
import { type Presented, pageOf } from '../lists/list-in-memory.ts'
import { movementOrders, presentMovement } from '../points/present-movement.ts'
import { listedProfiles, reaches } from '../reach.ts'
import { sortedBy } from '../reference-data/reference-list.ts'
import { type Route, route } from '../route.ts'
import { shownPoint } from '../schemas/points.ts'
import { shownPaymentSummary, shownPurchase, shownPurchaseItem } from '../schemas/purchases.ts'
import { shownVoucher } from '../schemas/rewards.ts'
import { customerId } from '../values/customer-id.ts'
import type { Read } from '../values/reader.ts'
import { isRecordNumber } from '../values/record-number.ts'
import { flag, id, text } from '../values/scalars.ts'
import { dateTime } from '../values/times.ts'
import { presentVoucher, voucherOrders } from '../vouchers/present-voucher.ts'
import { itemFields, presentItem, presentPurchase, purchaseOrders } from './present-purchase.ts'

export const purchaseQuery = {
  store_id: id,
  type_id: id,
  payment_time_from: dateTime(),
  payment_time_to: dateTime({ dayAs: 'end' }),
  external_purchase_id: text(),
  purchase_items_extension: flag,
  include_property_records: flag,
}

type ExtendingQuery = Pick<
  Read<typeof purchaseQuery>,
  'purchase_items_extension' | 'include_property_records'
>

/** Lists of purchases, and what hangs on one of them (carecloud 9.9). */
export function purchaseListRoutes({ database }: CareCloudDependencies): readonly Route[] {
  const find = (call: PurchaseCall) => findPurchase(database, call)
  return [
    route({
      method: 'GET',
      path: '/purchases',
      interfaces: 'both',
      summary: 'List purchases',
      query: { ...purchaseQuery, customer_id: customerId() },
      answers: 'list',
      shows: shownPurchase,
      sortBy: purchaseOrders,
      handle: (call) =>
        purchasePage(database, call, { profileIds: listedProfiles(call.reach, call.query.customer_id) }),
    }),
    route({
      method: 'GET',
      path: '/customers/:customer_id/purchases',
      interfaces: 'both',
      summary: 'List the purchases of the customer',
      query: purchaseQuery,
      answers: 'list',
      shows: shownPurchase,
      sortBy: purchaseOrders,
      handle: (call) => purchasePage(database, call, { profileIds: [call.customer.profileId] }),
    }),
    route({
      method: 'GET',
      path: '/purchases/:purchase_id',
      interfaces: 'both',
      summary: 'One purchase',
      find,
      query: { purchase_items_extension: flag, include_property_records: flag },
      answers: 'object',
      shows: shownPurchase,
      async handle(call) {
        const [purchase] = await presentPurchases(database, call, [call.found])
        return purchase ?? {}
      },
    }),
    route({
      method: 'GET',
      path: '/purchases/:purchase_id/purchase-items',
      interfaces: 'both',
      summary: 'List the items of the purchase',
      find,
      answers: 'list',
      shows: shownPurchaseItem,
      sortBy: sortedBy(itemFields),
      async handle({ workspace, found, list, languages }) {
        const items = await itemsOf(database, workspace.id, [found])
        return pageOf(
          items.map((item) => presentItem(item, found, workspace)),
          list,
          languages[0] ?? '',
        )
      },
    }),
    route({
      method: 'GET',
      path: '/purchases/:purchase_id/points',
      interfaces: 'both',
      summary: 'List what the purchase moved in points',
      find,
      answers: 'list',
      shows: shownPoint,
      sortBy: movementOrders,
      async handle({ workspace, found, reach, list, now }) {
        const filter = { purchaseNumber: found.number, profileIds: listedProfiles(reach, undefined) }
        const { items, total } = await database.inWorkspace(workspace.id, (connection) =>
          listMovements(connection, workspace.id, filter, now, list),
        )
        return { items: items.map((movement) => presentMovement(movement, workspace)), total }
      },
    }),
    route({
      method: 'GET',
      path: '/purchases/:purchase_id/vouchers',
      interfaces: 'both',
      summary: 'List the vouchers that were used in the purchase',
      find,
      answers: 'list',
      shows: shownVoucher,
      sortBy: voucherOrders,
      async handle(call) {
        const { items, total } = await vouchersOf(call.found, call, call.list)
        return { items: items.map((grant) => presentVoucher(grant, call)), total }
      },
    }),
    route({
      method: 'GET',
      path: '/purchases/:purchase_id/actions/payment-summary',
      interfaces: 'both',
      summary: 'What the purchase was paid with, and earned',
      find,
      answers: 'object',
      shows: shownPaymentSummary,
      async handle(call) {
        const { found: purchase } = call
        const vouchers = await vouchersOf(purchase, call, longestList)
        const bought = await costOfBought(purchase, call)
        return {
          earned_points: formatHundredths(purchase.earnedPoints),
          used_credits: 0,
          used_points: formatHundredths(purchase.paidPoints),
          used_points_total: formatHundredths(purchase.paidPoints + bought),
          used_vouchers: vouchers.items.map((grant) => presentVoucher(grant, call)),
        }
      },
    }),
  ]

  /** Some may be of somebody who was merged with the customer then, and is out of the customer's reach again (L29). */
  async function vouchersOf(
    purchase: Purchase,
    { workspace, reach, now }: Call,
    list: Parameters<typeof listVouchers>[4],
  ) {
    const filter = { purchaseNumber: purchase.number, profileIds: listedProfiles(reach, undefined) }
    return await database.inWorkspace(workspace.id, (connection) =>
      listVouchers(connection, workspace, filter, now, list),
    )
  }

  /** Points that went for rewards bought in the purchase (L111). */
  async function costOfBought({ number }: Purchase, { workspace, now }: Call): Promise<number> {
    const filter = { purchaseNumber: number, kinds: ['grant'] } as const
    const { items } = await database.inWorkspace(workspace.id, (connection) =>
      listMovements(connection, workspace.id, filter, now, longestList),
    )
    return items.reduce((sum, { amount }) => sum - amount, 0)
  }
}

type PurchaseCall = Call & { readonly params: { readonly purchase_id: string } }

/** The purchase of a path; one of somebody out of reach is not there (L29). */
async function findPurchase(
  database: Database,
  { workspace, params, reach }: PurchaseCall,
): Promise<Purchase | undefined> {
  if (!isRecordNumber(params.purchase_id)) return undefined
  const { items } = await database.inWorkspace(workspace.id, (connection) =>
    listPurchases(connection, workspace.id, { numbers: [params.purchase_id] }, longestList),
  )
  const [purchase] = items
  return purchase && reaches(reach, purchase.profileId) ? purchase : undefined
}

/** A page of purchases among some, by the query that all such lists take. */
export async function purchasePage(
  database: Database,
  call: Call & {
    readonly list: Parameters<typeof listPurchases>[3]
    readonly query: Read<typeof purchaseQuery>
  },
  among: PurchaseFilter,
) {
  const { workspace, query } = call
  const filter = {
    ...among,
    storeId: query.store_id,
    typeId: query.type_id,
    billId: query.external_purchase_id,
    paidFrom: query.payment_time_from,
    paidTo: query.payment_time_to,
  }
  const page = await database.inWorkspace(workspace.id, (connection) =>
    listPurchases(connection, workspace.id, filter, call.list),
  )
  return { items: await presentPurchases(database, call, page.items), total: page.total }
}

/** With items and property records where they are asked for. */
async function presentPurchases(
  database: Database,
  call: Call & { readonly query: ExtendingQuery },
  purchases: readonly Purchase[],
): Promise<readonly Presented[]> {
  const { workspace, query } = call
  const numbers = purchases.map(({ number }) => number)
  const items = query.purchase_items_extension ? await itemsOf(database, workspace.id, purchases) : []
  const byPurchase = Map.groupBy(items, ({ purchaseNumber }) => purchaseNumber)
  const records = query.include_property_records
    ? await propertyRecordsOfNumbers(database, 'purchase', numbers, call)
    : undefined
  return purchases.map((purchase) =>
    presentPurchase(purchase, workspace, {
      items: byPurchase.get(purchase.number) ?? [],
      propertyRecords: records?.get(purchase.number) ?? [],
    }),
  )
}

async function itemsOf(
  database: Database,
  workspaceId: number,
  purchases: readonly Purchase[],
): Promise<readonly PurchaseItem[]> {
  return await database.inWorkspace(workspaceId, (connection) =>
    readPurchaseItems(
      connection,
      workspaceId,
      purchases.map(({ number }) => number),
    ),
  )
}

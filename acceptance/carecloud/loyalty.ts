import { expect } from 'vitest'
import type { Fields } from '../client.ts'
import { acme, type Client, expectNothing, operator, type Tenant } from './cc.ts'
import { aCustomer } from './people.ts'

/** A new customer of the lowest status, without points. */
export async function newCustomer(tenant: Tenant = acme): Promise<string> {
  return (await aCustomer({}, {}, tenant)).id
}

/** Points that count for the status (L103); gives the movement's id. */
export async function givePoints(customerId: string, amount: number, note?: string): Promise<string> {
  return await (await operator()).create('/points/actions/assign-points', {
    amount,
    customer_id: customerId,
    partner_id: 'acme',
    note,
  })
}

/** Makes the balance this amount, which counts for no status (L99, L103). */
export async function setBalance(customerId: string, amount: number): Promise<void> {
  await (await operator()).act('/points/actions/synchronize-points', { customer_id: customerId, amount })
}

/** A new customer of the lowest status with so many points. */
export async function customerWith(points: number): Promise<string> {
  const id = await newCustomer()
  await setBalance(id, points)
  return id
}

export interface Voucher {
  readonly id: string
  readonly code: string
}

/** A voucher of a reward, bought or for nothing. */
export async function newVoucher(customerId: string, rewardId: string, body: Fields = {}): Promise<Voucher> {
  const till = await operator()
  const path = `/rewards/${rewardId}/actions/create-voucher`
  const id = await till.create(path, { customer_id: customerId, ...body })
  return { id, code: String((await till.read(`/vouchers/${id}`)).code) }
}

/** Gives the whole stock of a reward back, also what a run before this one left behind (L90). */
export async function withdrawAll(rewardId: string): Promise<void> {
  const till = await operator()
  const { items } = await till.list(`/rewards/${rewardId}/vouchers?is_applied=false&count=10000`)
  for (const { voucher_id } of items) expectNothing(await till.remove(`/vouchers/${voucher_id}`))
}

/** The points overview of a customer (L97, L100). */
export async function wallet(customerId: string, api?: Client): Promise<Fields> {
  return await (api ?? (await operator())).read(`/wallet/actions/points-overview?customer_id=${customerId}`)
}

export async function freePoints(customerId: string): Promise<unknown> {
  return (await wallet(customerId)).available_points
}

/** Everything that moved the points of a customer, oldest first. */
export async function history(customerId: string, api?: Client): Promise<readonly Fields[]> {
  const path = `/point-history?customer_id=${customerId}&count=10000`
  return (await (api ?? (await operator())).list(path)).items
}

/** The movements as `kind amount`, oldest first. */
export async function moved(customerId: string): Promise<readonly string[]> {
  return (await history(customerId)).map(
    ({ point_operation_type, point_amount }) => `${point_operation_type} ${point_amount}`,
  )
}

/** Every movement as a point, oldest first. */
export async function pointsOf(customerId: string): Promise<readonly Fields[]> {
  return (await (await operator()).list(`/points?customer_id=${customerId}&count=10000`)).items
}

/** L95: what is left of the lots and the sum of all movements are one; gives it. */
export async function provenBalance(customerId: string): Promise<number> {
  const points = await pointsOf(customerId)
  const available = sum(points.map((point) => point.available_points))
  const amounts = sum((await history(customerId)).map((entry) => entry.point_amount))
  expect(available, `L95: customer ${customerId}`).toBe(amounts)
  for (const point of points) {
    expect(Number(point.available_points), `L123: ${JSON.stringify(point)}`).toBeGreaterThanOrEqual(0)
  }
  return available
}

/** Exact for amounts of two places. */
export function sum(amounts: readonly unknown[]): number {
  return amounts.reduce<number>((total, amount) => total + Math.round(Number(amount) * 100), 0) / 100
}

/** The status record that is valid now: there is exactly one (L102). */
export async function statusOf(customerId: string): Promise<Fields> {
  const { items } = await (await operator()).list(`/customers/${customerId}/status-records?valid_now=true`)
  expect(items, `L102: customer ${customerId}`).toHaveLength(1)
  return items[0] ?? {}
}

/** How many requests ended with which status. */
export function countByStatus(replies: readonly { readonly status: number }[]): Fields {
  const counts = new Map<number, number>()
  for (const { status } of replies) counts.set(status, (counts.get(status) ?? 0) + 1)
  return Object.fromEntries(counts)
}

/** Starts so many at once. */
export function atOnce<T>(count: number, start: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => start(index)))
}

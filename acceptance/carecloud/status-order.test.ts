import { expect, it } from 'vitest'
import { operator } from './cc.ts'
import { givePoints, newCustomer } from './loyalty.ts'

it('L38: the statuses of a customer are sorted by their state as it is shown', async () => {
  const id = await newCustomer()
  await givePoints(id, 600)
  const path = `/customers/${id}/status-records?sort_field=state`
  const till = await operator()
  const states = async (direction: string) =>
    (await till.list(`${path}&sort_direction=${direction}`)).items.map(({ state }) => state)
  expect(await states('ASC')).toEqual([1, 2])
  expect(await states('DESC')).toEqual([2, 1])
})

it('L38: a status that an operator lets begin in the past comes last, as it was made last', async () => {
  const id = await newCustomer()
  const till = await operator()
  const set = (body: object) =>
    till.calculate('/customers/actions/set-status-record', { customer_id: id, ...body })
  const first = await set({ status_id: 'gold' })
  const last = await set({ status_id: 'silver', valid_from: '2020-01-01', valid_to: '2090-01-01' })
  const { items } = await till.list(`/customers/${id}/status-records`)
  expect(items.map(({ status_id, state }) => [status_id, state])).toEqual([
    ['bronze', 2],
    ['gold', 2],
    ['silver', 1],
  ])
  expect(items.slice(1).map(({ status_record_id }) => status_record_id)).toEqual([
    first.status_record_id,
    last.status_record_id,
  ])
})

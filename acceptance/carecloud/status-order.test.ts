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

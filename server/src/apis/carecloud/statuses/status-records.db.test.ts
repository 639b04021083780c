import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const workspace = `
workspace: acme
domains: [acme.example]
keys: [{ name: backend, kind: master, secret: test-master-key }]
loyalty:
  pointTypes: [{ id: base, name: Base points }]
  partners: [{ id: acme, name: Acme }]
  statuses:
    - { id: bronze, name: Bronze, qualificationPoints: 0, qualificationMonths: 12 }
    - { id: silver, name: Silver, qualificationPoints: 500, qualificationMonths: 12 }
    - { id: gold, name: Gold, qualificationPoints: 2000, qualificationMonths: 12 }
`
const withoutGold = workspace.replace(/ +- { id: gold.*\n/, '')

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([workspace])
})
afterAll(() => api[Symbol.asyncDispose]())

test('a status that the workspace file no longer has is held by nobody: its customer is shown the lowest (L102, L105)', async () => {
  const made = await api.e('POST', '/customers', { body: { personal_information: {} } })
  const { customer_id } = made.body.data
  const setTo = async (status_id: string) => {
    api.moveClock(60)
    await api.e('POST', '/customers/actions/set-status-record', { body: { customer_id, status_id } })
  }
  const shown = async () => {
    const { body } = await api.e('GET', `/customers/${customer_id}/status-records`)
    return body.data.status_records.map(
      (record: { status_id: string; state: number; purchase_conditions: { next_status_id: string } }) => [
        record.status_id,
        record.state,
        record.purchase_conditions.next_status_id,
      ],
    )
  }
  await setTo('gold')
  await api.db.apply(withoutGold)
  expect(await shown()).toEqual([
    ['bronze', 2, 'silver'],
    ['bronze', 1, 'silver'],
  ])
  await setTo('silver')
  expect(await shown()).toEqual([
    ['bronze', 2, 'silver'],
    ['gold', 2, null],
    ['silver', 1, null],
  ])
})

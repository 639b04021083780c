import { afterAll, beforeAll, expect, test } from 'vitest'
import { identityParts } from '../../../core/identity/identity-parts.ts'
import { mergeProfiles } from '../../../core/identity/merge-profiles.ts'
import { unmergeProfiles } from '../../../core/identity/unmerge-profiles.ts'
import { pointParts } from '../../../core/points/profile-parts.ts'
import { findKnownProfiles } from '../../../core/profiles/known-profiles.ts'
import { purchaseParts } from '../../../core/purchases/profile-parts.ts'
import { rewardParts } from '../../../core/rewards/profile-parts.ts'
import { newToken, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const workspace = `
workspace: acme
keys: [{ name: backend, kind: master, secret: test-master-key }]
loyalty:
  stores: [{ id: hq, name: HQ }]
  pointTypes: [{ id: base, name: Base, default: true }]
  pointValue: { amount: 0.05, currency: EUR }
  partners: [{ id: acme, name: Acme }]
rewards:
  - { id: gift, kind: coupon, name: Gift, value: 5, currency: EUR }
`
const parts = [...identityParts, ...rewardParts, ...pointParts, ...purchaseParts]

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([workspace])
})
afterAll(() => api[Symbol.asyncDispose]())

/** A customer with points, and the token that reaches nobody else. */
async function newCustomer(points: number) {
  const token = await newToken(api)
  const made = await api.c('POST', '/customers', { token, body: { personal_information: {} } })
  const id: string = made.body.data.customer_id
  await api.e('POST', '/points/actions/assign-points', {
    body: { customer_id: id, amount: points, partner_id: 'acme' },
  })
  return { token, id }
}

async function profileOf(id: string): Promise<string> {
  const found = await api.db.database.inWorkspace(api.workspaceId, (connection) =>
    findKnownProfiles(connection, api.workspaceId, [id]),
  )
  return found.get(id)?.profileId ?? ''
}

test('who was merged with somebody and parted again sees nothing of the other one’s purchase, points and vouchers (L29)', async () => {
  const [from, into] = [await newCustomer(100), await newCustomer(20)]
  const voucher = await api.e('POST', '/rewards/gift/actions/create-voucher', {
    body: { customer_id: from.id },
  })
  const { code } = (await api.e('GET', `/vouchers/${voucher.body.data.voucher_id}`)).body.data
  const inWorkspace = api.db.workspace()
  const merge = {
    from: await profileOf(from.id),
    into: await profileOf(into.id),
    cause: 'operator',
    keepsData: true,
  } as const
  const merged = await api.db.database.transaction(api.workspaceId, (connection) =>
    mergeProfiles(connection, inWorkspace, merge, parts),
  )
  const bill = {
    bill_id: 'together',
    payment_time: '2026-03-10 15:05:49',
    currency_id: 'EUR',
    total_price: 60,
    bill_items: [{ bill_item_id: '1', paid_amount: 60 }],
    payment_recap: { credit_points: 110, vouchers: [{ code }] },
  }
  const sent = await api.e('POST', '/purchases/actions/send-purchase', {
    body: { store_id: 'hq', customer_id: into.id, bill },
  })
  expect(sent.status, sent.text).toBe(201)
  const purchase = `/purchases/${sent.body.data.purchase_id}`
  await api.db.database.transaction(api.workspaceId, (connection) =>
    unmergeProfiles(connection, inWorkspace, merged ?? '', parts),
  )

  const own = async (path: string) => (await api.c('GET', path, { token: into.token })).body.data
  expect((await own(`${purchase}/points`)).points).toMatchObject([
    { customer_id: into.id, assigned_points: -10 },
  ])
  expect(await own(`${purchase}/vouchers`)).toEqual({ vouchers: [], total_items: 0 })
  expect((await own(`${purchase}/actions/payment-summary`)).used_vouchers).toEqual([])
  const others = await api.c('GET', '/points?sort_field=assigned_points', { token: from.token })
  const [share] = others.body.data.points
  expect(share).toMatchObject({ assigned_points: -100 })
  const seen = await api.c('GET', `/points/${share.point_id}/purchases`, { token: from.token })
  expect(seen.body.data).toEqual({ purchases: [], total_items: 0 })

  const history = await api.c('GET', `/point-history?customer_id=${from.id}&sort_field=point_amount`, {
    token: from.token,
  })
  expect(JSON.parse(history.body.data.point_history[0].extended_data).external_purchase_id).toBeNull()

  expect((await api.e('GET', `${purchase}/points`)).body.data.total_items).toBe(2)
  expect((await api.e('GET', `${purchase}/vouchers`)).body.data.total_items).toBe(1)
  expect((await api.e('GET', `/points/${share.point_id}/purchases`)).body.data.total_items).toBe(1)
})

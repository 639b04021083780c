import { describe, expect, it } from 'vitest'
import { person, v2 } from '../crossengage/xng.ts'
import { unique } from '../unique.ts'
import { until } from '../until.ts'
import {
  backEnd,
  createdId,
  expectNotAllowed,
  expectNotFound,
  expectNothing,
  expectRefused,
  faultsOf,
  listOf,
  other,
} from './cc.ts'
import { aTime } from './conventions.ts'
import { aCustomer, aMember } from './people.ts'

const back = backEnd()

async function segmentsOf(customerId: string): Promise<readonly unknown[]> {
  const { items } = await back.list(`/customers/${customerId}/segment-records`)
  return items.map(({ segment_id }) => segment_id)
}

describe('segments', () => {
  it('L57: those of the file are there, with every field', async () => {
    const beta = await back.read('/segments/beta')
    expect(beta).toEqual({
      segment_id: 'beta',
      name: 'Beta group',
      segment_group_id: expect.toBeOneOf([null, expect.any(String)]),
      segment_picture_url: expect.toBeOneOf([null, expect.any(String)]),
      note: expect.toBeOneOf([null, expect.any(String)]),
      last_change: expect.stringMatching(aTime),
    })
    const { items } = await back.list('/segments?count=1000')
    expect(items.map(({ segment_id }) => segment_id)).toEqual(
      expect.arrayContaining(['big-spenders', 'acceptance', 'beta']),
    )
    expectNotFound(await back.get('/segments/none'), 'segments', 'none')
  })

  it('L120: members are added to a list segment and removed, 204 also when nothing changes', async () => {
    const { id } = await aCustomer()
    const body = { customer_id: id }
    for (let round = 0; round < 2; round++) {
      expectNothing(await back.post('/segments/beta/actions/add-customer', body))
      expect(await segmentsOf(id)).toEqual(['beta'])
    }
    const { items } = await back.list(`/customers/${id}/segment-records`)
    expect(items).toEqual([
      expect.objectContaining({
        segment_id: 'beta',
        customer_id: id,
        created_at: expect.stringMatching(aTime),
      }),
    ])
    for (let round = 0; round < 2; round++) {
      expectNothing(await back.post('/segments/beta/actions/remove-customer', body))
      expect(await segmentsOf(id)).toEqual([])
    }
  })

  it('L120: a rule segment takes no members by hand', async () => {
    const { id } = await aCustomer()
    for (const action of ['add-customer', 'remove-customer'])
      expectRefused(
        await back.post(`/segments/acceptance/actions/${action}`, { customer_id: id }),
        'segment_id',
        'not_allowed_value',
      )
    expect(await segmentsOf(id)).toEqual([])
  })

  it('L43: unknown segments are 404, unknown customers 400', async () => {
    const { id } = await aCustomer()
    const add = '/segments/none/actions/add-customer'
    expectNotFound(await back.post(add, { customer_id: id }), 'segments', 'none')
    expectRefused(
      await back.post('/segments/beta/actions/add-customer', { customer_id: '1' }),
      'customer_id',
      'not_found',
    )
    expect(faultsOf(await back.post('/segments/beta/actions/add-customer', {}))).toEqual([
      'customer_id: required',
    ])
  })

  it('L120: a segment made here is a list, with its members', async () => {
    const name = unique('Segment')
    const segmentId = await back.create('/segments', { name, note: 'for a test', priority: 1 })
    expect(await back.read(`/segments/${segmentId}`)).toMatchObject({
      segment_id: segmentId,
      name,
      note: 'for a test',
    })
    const [one, two] = [await aCustomer(), await aCustomer()]
    for (const { id } of [one, two])
      expectNothing(await back.post(`/segments/${segmentId}/actions/add-customer`, { customer_id: id }))
    const { items, total } = await back.list(`/segments/${segmentId}/segment-records`)
    expect([items.map(({ customer_id }) => customer_id).sort(), total]).toEqual([[one.id, two.id].sort(), 2])
    expectRefused(await back.post('/segments', {}), 'name', 'required')
  })

  it('L7: a rule segment follows what is written, within seconds', async () => {
    const user = person({ businessUnit: 'CZ', usedBySegment: 5 })
    await v2.store(user)
    const { items } = await back.list(`/customers?email=${user.email}`)
    const id = String(items[0]?.customer_id)
    const reply = await until(
      () => back.get(`/customers/${id}/segment-records`),
      (answer) => listOf(answer).total > 0,
    )
    expect(listOf(reply).items).toEqual([
      expect.objectContaining({ segment_id: 'acceptance', customer_id: id }),
    ])
  })

  it('L30: on C one sees one’s own memberships', async () => {
    const [member, stranger] = [await aMember(), await aCustomer()]
    for (const id of [member.id, stranger.id])
      expectNothing(await back.post('/segments/beta/actions/add-customer', { customer_id: id }))
    expect((await member.list(`/customers/${member.id}/segment-records`)).total).toBe(1)
    const { items } = await member.list('/segments/beta/segment-records')
    expect(items.map(({ customer_id }) => customer_id)).toEqual([member.id])
  })

  it('L33: writing segments is guarded on C, and there where it is allowed', async () => {
    const member = await aMember()
    expectNotAllowed(await member.post('/segments', { name: 'x' }), 'segments', 'customer')
    const body = { customer_id: member.id }
    expectNotAllowed(await member.post('/segments/beta/actions/add-customer', body), 'segments', 'customer')
    expect(await segmentsOf(member.id)).toEqual([])
    const allowed = await aMember({}, {}, other)
    const segmentId = createdId(await allowed.post('/segments', { name: unique('Own') }))
    expectNothing(
      await allowed.post(`/segments/${segmentId}/actions/add-customer`, { customer_id: allowed.id }),
    )
    expect((await allowed.list(`/customers/${allowed.id}/segment-records`)).total).toBe(1)
  })
})

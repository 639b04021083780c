import { expect, it } from 'vitest'
import { fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import {
  badEmail,
  emailTaken,
  expectFaults,
  type Fault,
  invalidField,
  invalidJson,
  mismatch,
  sorted,
  tooManyUsers,
  unknownAttribute,
} from './faults.ts'
import { expectEmpty, otherV2, person, succeeded, trackingIdIn, trackingIdOf, trackingOf, v2 } from './xng.ts'

it('C22: one request, one tracking id; updated are written and deleted are deleted', async () => {
  const gone = person()
  const users = [person({ firstName: 'A', businessUnit: 'de' }), person({ firstName: 'B' })]
  await v2.store(gone)
  expect(await v2.outcome(v2.batch({ updated: users, deleted: [{ id: gone.id }] }))).toEqual(succeeded(3))
  expect(await v2.read(String(users[0]?.id))).toMatchObject({ ...users[0], businessUnit: 'DE' })
  expect(await v2.read(String(users[1]?.id))).toMatchObject({ ...users[1] })
  expectEmpty(await v2.get(gone.id), 404)
})

it('C22: both names are optional, and null is the same as absent', async () => {
  const user = person()
  expect(await v2.outcome(v2.batch({ updated: [user] }))).toEqual(succeeded(1))
  expect(await v2.outcome(v2.batch({ updated: [user], deleted: null }))).toEqual(succeeded(1))
  expect(await v2.outcome(v2.batch({ updated: null, deleted: [user] }))).toEqual(succeeded(1))
  expect(await v2.outcome(v2.batch({ deleted: [user], updated: [] }))).toEqual(succeeded(1))
})

it('C23: an entry of deleted needs only id, its other fields are not looked at', async () => {
  const user = person()
  await v2.store(user)
  const deleted = [{ id: user.id, email: 'nonsense', nope: 1, businessUnit: 5, firstName: [], xngId: 7 }]
  expect(await v2.outcome(v2.batch({ deleted }))).toEqual(succeeded(1))
  expectEmpty(await v2.get(user.id), 404)
  const refused = await v2.batch({
    deleted: [{ email: user.email }, { id: '' }, { id: null }, { id: 'x'.repeat(256) }],
  })
  expect(sorted(errorsIn(refused))).toEqual([
    invalidField('/deleted/0/id', 'id'),
    invalidField('/deleted/1/id', 'id'),
    invalidField('/deleted/2/id', 'id'),
    invalidField('/deleted/3/id', 'id', ': longer than 255 characters'),
  ])
})

it.each([
  {},
  { updated: [] },
  { deleted: [] },
  { updated: [], deleted: [] },
  { updated: null, deleted: null },
])('C24: no entries at all (%j) is 202 and PROCESSED at once with 0, 0, 0', async (body) => {
  const trackingId = trackingIdOf(await v2.batch(body))
  const tracking = trackingOf(await v2.track(trackingId))
  expect(tracking).toEqual({ stage: 'PROCESSED', total: 0, success: 0, error: 0 })
})

it('C25: more than 1,000 entries over both arrays: one code 9 error, nothing processed, entries not checked', async () => {
  const users = Array.from({ length: 1000 }, () => person())
  expectFaults(await v2.batch({ updated: users, deleted: [{ id: 'x' }] }), [
    tooManyUsers('/updated', '1,001'),
  ])
  expectEmpty(await v2.get(String(users[0]?.id)), 404)
  const of = (count: number): unknown[] => Array(count).fill('no user')
  const wrong = (updated: number, deleted: number) => v2.batch({ updated: of(updated), deleted: of(deleted) })
  expectFaults(await wrong(1001, 0), [tooManyUsers('/updated', '1,001')])
  expectFaults(await wrong(0, 1001), [tooManyUsers('/deleted', '1,001')])
  expectFaults(await wrong(1, 1500), [tooManyUsers('/deleted', '1,501')])
  expectFaults(await wrong(1001, 1001), [tooManyUsers('/updated', '2,002')])
  expectFaults(await wrong(600, 600), [tooManyUsers('/updated', '1,200')])
  expectFaults(await wrong(12_345, 0), [tooManyUsers('/updated', '12,345')])
})

it('C25: 1,000 entries over both arrays are accepted', async () => {
  const updated = Array.from({ length: 500 }, () => person())
  const deleted = Array.from({ length: 500 }, () => ({ id: unique() }))
  expect(await v2.outcome(v2.batch({ updated, deleted }))).toEqual(succeeded(1000))
})

it.each([
  ['400 by default', v2, 400],
  ['202 by setting', otherV2, 202],
])(
  'C26: of a batch with refused entries the valid ones are processed, answered %s',
  async (_, api, status) => {
    const [first, last] = [person(), person()]
    const gone = person()
    await api.store(gone)
    const reply = await api.batch({
      updated: [first, { id: unique(), email: 'nonsense' }, last, { ...person(), nope: null }],
      deleted: [{ id: gone.id }, {}],
    })
    expect(reply.status).toBe(status)
    expect(Object.keys(fieldsOf(reply)).toSorted()).toEqual(['errors', 'trackingId'])
    expect(sorted(errorsIn(reply))).toEqual([
      invalidField('/deleted/1/id', 'id'),
      badEmail('nonsense', '/updated/1/email'),
      unknownAttribute('/updated/3/nope', 'nope'),
    ])
    const outcome = await api.untilProcessed(trackingIdIn(reply))
    expect(outcome).toEqual({ stage: 'PROCESSED', total: 6, success: 3, error: 3, errors: [] })
    await api.read(first.id)
    await api.read(last.id)
    expectEmpty(await api.get(gone.id), 404)
  },
)

it.each([
  ['400 by default', v2, 400],
  ['202 by setting', otherV2, 202],
])('C26: when all entries are refused it is the same (%s), PROCESSED at once', async (_, api, status) => {
  const reply = await api.batch({ updated: [{ id: unique(), email: 'nonsense' }, 5], deleted: [{}] })
  expect(reply.status).toBe(status)
  expect(errorsIn(reply)).toHaveLength(3)
  const tracking = trackingOf(await api.track(trackingIdIn(reply)))
  expect(tracking).toEqual({ stage: 'PROCESSED', total: 3, success: 0, error: 3 })
})

it('C27: a body that is no JSON, no object, has a third name or no arrays is refused whole', async () => {
  const user = person()
  const entry = JSON.stringify(user)
  for (const [body, fault] of [
    [`{"updated":[${entry}]`, invalidJson],
    [`[${entry}]`, invalidField('', 'body')],
    [`{"updated":[${entry}],"inserted":[]}`, invalidField('/inserted')],
    [`{"updated":[${entry}],"deleted":{}}`, invalidField('/deleted')],
    [`{"updated":${entry}}`, invalidField('/updated')],
  ] as const) {
    expectFaults(await v2.call('POST', '/users/batch', body), [fault])
  }
  for (const api of [otherV2]) expectFaults(await api.batch({ inserted: [] }), [invalidField('/inserted')])
  expectEmpty(await v2.get(user.id), 404)
})

it('C27: an entry that is no object is the fault of that entry only', async () => {
  const user = person()
  const reply = await v2.batch({ updated: ['text', user, null, []] })
  expect(sorted(errorsIn(reply))).toEqual([
    invalidField('/updated/0', 'updated'),
    invalidField('/updated/2', 'updated'),
    invalidField('/updated/3', 'updated'),
  ])
  expect(await v2.untilProcessed(trackingIdIn(reply))).toMatchObject({ total: 4, success: 1, error: 3 })
  await v2.read(user.id)
})

it('C28: the same id twice in updated: both apply, the later wins, both count', async () => {
  const user = person()
  const updated = [
    { ...user, firstName: 'first', lastName: 'stays' },
    person(),
    { ...user, firstName: 'second', orderCount: 2 },
  ]
  expect(await v2.outcome(v2.batch({ updated }))).toEqual(succeeded(3))
  expect(await v2.read(user.id)).toMatchObject({ firstName: 'second', lastName: 'stays', orderCount: 2 })
})

it('C28: the same id in both arrays is deleted', async () => {
  const [known, fresh] = [person(), person()]
  await v2.store(known)
  const outcome = v2.outcome(v2.batch({ deleted: [known, fresh], updated: [known, fresh] }))
  expect(await outcome).toEqual(succeeded(4))
  expectEmpty(await v2.get(known.id), 404)
  expectEmpty(await v2.get(fresh.id), 404)
})

it('C28: of two entries that claim one e-mail the earlier wins, the later fails with code 7', async () => {
  const first = person()
  const second = { id: unique(), email: first.email }
  const outcome = await v2.outcome(v2.batch({ updated: [person(), first, second] }))
  expect(outcome).toEqual({
    ...succeeded(3),
    success: 2,
    error: 1,
    errors: [mismatch(2, '/updated/2/email', emailTaken(first.email, first.id))],
  })
  expectEmpty(await v2.get(second.id), 404)
})

it('C28: an e-mail that an earlier entry gave up can be taken by a later one, not the other way round', async () => {
  const [giver, taker] = [person(), person()]
  await v2.store(giver)
  const move = { id: giver.id, email: `new-${giver.email}` }
  const early = await v2.outcome(v2.batch({ updated: [{ ...taker, email: giver.email }, move] }))
  expect(early).toMatchObject({ success: 1, error: 1, errors: [{ pointer: '/updated/0/email' }] })

  const back = { id: giver.id, email: giver.email }
  await v2.store(back)
  const late = v2.outcome(v2.batch({ updated: [move, { ...taker, email: giver.email }] }))
  expect(await late).toEqual(succeeded(2))
  expect(await v2.read(taker.id)).toMatchObject({ email: giver.email })
})

it('C28: an e-mail that only deleted frees cannot be taken by updated of the same request', async () => {
  const holder = person()
  const taker = { id: unique(), email: holder.email }
  await v2.store(holder)
  const outcome = await v2.outcome(v2.batch({ deleted: [{ id: holder.id }], updated: [taker] }))
  expect(outcome).toMatchObject({ total: 2, success: 1, error: 1, errors: [{ pointer: '/updated/0/email' }] })
  expectEmpty(await v2.get(holder.id), 404)
  expectEmpty(await v2.get(taker.id), 404)
  await v2.store(taker)
})

it('C28: two users that swap their e-mails in one request both fail', async () => {
  const [a, b] = [person(), person()]
  await v2.store(a)
  await v2.store(b)
  const updated = [
    { id: a.id, email: b.email, firstName: 'x' },
    { id: b.id, email: a.email, firstName: 'x' },
  ]
  const outcome = await v2.outcome(v2.batch({ updated }))
  expect(outcome).toEqual({
    ...succeeded(2),
    success: 0,
    error: 2,
    errors: [
      mismatch(0, '/updated/0/email', emailTaken(b.email, b.id)),
      mismatch(1, '/updated/1/email', emailTaken(a.email, a.id)),
    ],
  })
  const { xngId: _, ...unchanged } = await v2.read(a.id)
  expect(unchanged).toEqual(a)
})

it('C28: an id whose first entry fails is still written by its second', async () => {
  const holder = person()
  const user = person()
  await v2.store(holder)
  const updated = [
    { id: user.id, email: holder.email, firstName: 'refused' },
    { ...user, lastName: 'applied' },
  ]
  const outcome = await v2.outcome(v2.batch({ updated }))
  expect(outcome).toMatchObject({ success: 1, error: 1, errors: [{ index: 0, pointer: '/updated/0/email' }] })
  const { xngId: _, ...stored } = await v2.read(user.id)
  expect(stored).toEqual({ ...user, lastName: 'applied' })
})

it('C29: an entry that fails while it is applied leaves all others untouched', async () => {
  const holder = person()
  await v2.store(holder)
  const others = Array.from({ length: 50 }, () => person())
  const failing = { id: unique(), email: holder.email }
  const updated = [...others.slice(0, 25), failing, { ...holder, xngId: 'different' }, ...others.slice(25)]
  const outcome = await v2.outcome(v2.batch({ updated, deleted: [{ id: unique() }] }))
  expect(outcome).toMatchObject({ total: 53, success: 51, error: 2 })
  expect(outcome.errors).toMatchObject([
    { index: 25, pointer: '/updated/25/email' },
    { index: 26, pointer: '/updated/26/xngId' },
  ])
  const replies = await Promise.all(others.map((user) => v2.get(user.id)))
  expect(replies.map((reply) => reply.status)).toEqual(others.map(() => 200))
})

function errorsIn(reply: Awaited<ReturnType<typeof v2.batch>>): Fault[] {
  return fieldsOf(reply).errors as Fault[]
}

import { describe, expect, it } from 'vitest'
import { describeReply, type Fields } from '../client.ts'
import { person, v1, v2 } from '../crossengage/xng.ts'
import { listOf as extoleListOf } from '../extole/conventions.ts'
import { get as getExtole, identified, newToken, sendEvent } from '../extole/extole.ts'
import { codeOf, follow } from '../extole/referral.ts'
import { signJwt } from '../extole/sign-jwt.ts'
import { unique } from '../unique.ts'
import { until } from '../until.ts'
import {
  backEnd,
  type Client,
  createdId,
  expectNotFound,
  expectRefused,
  faultsOf,
  invalidParams,
  listOf,
  newDevice,
} from './cc.ts'
import { aTime } from './conventions.ts'
import { aCustomer, aMember, uniquePhone } from './people.ts'

const back = backEnd()
const eventType = 'app_open'

function event(fields: Fields = {}): Fields {
  return { event_type_id: eventType, external_id: unique('event'), ...fields }
}

function post(fields: Fields, more: Fields = {}, client: Client = back) {
  return client.post('/events', { event: fields, ...more })
}

async function eventsOf(customerId: string, query = ''): Promise<readonly Fields[]> {
  return (await back.list(`/events?customer_id=${customerId}${query}`)).items
}

describe('posting', () => {
  it('L118: an event comes back as it was sent', async () => {
    const { id } = await aCustomer()
    const sent = event({
      customer_id: id,
      data: { amount: 12.5, items: [1, 'a', null] },
      created_at: '2026-03-10 15:05:49',
      secondary_external_id: 'second',
    })
    const eventId = createdId(await post(sent))
    expect(await back.read(`/events/${eventId}`)).toEqual({
      event_id: eventId,
      ...sent,
      state: 1,
      property_records: null,
      last_change: expect.stringMatching(aTime),
    })
    expect(await eventsOf(id)).toEqual([await back.read(`/events/${eventId}`)])
  })

  it.each([['text'], [['a', 1]], [{ a: { b: 1 } }], [null], ['{"json":"text"}'], ['']])(
    'L118: data %j comes back as it was sent',
    async (data) => {
      const { id } = await aCustomer()
      const eventId = createdId(await post(event({ customer_id: id, data })))
      const kept = (await back.read(`/events/${eventId}`)).data
      expect(kept).toEqual(data === '' ? expect.toBeOneOf([null, '']) : data)
    },
  )

  it('L118: the customer by id, e-mail, phone or external id', async () => {
    const phone = uniquePhone()
    const source = { customer_source_id: 'eshop', external_id: unique() }
    const { id, email } = await aCustomer({ phone }, { customer_source: source })
    for (const who of [
      { customer_id: id },
      { customer_identifier_type: 'email', customer_identifier_value: email.toUpperCase() },
      { customer_identifier_type: 'phone', customer_identifier_value: `+${phone}` },
      { customer_identifier_type: 'external_id', customer_identifier_value: source },
    ]) {
      const eventId = createdId(await post(event(who)))
      expect((await back.read(`/events/${eventId}`)).customer_id, JSON.stringify(who)).toBe(id)
    }
  })

  it('L118: nobody found, both ways at once, and other types are refused', async () => {
    const { id, email } = await aCustomer()
    for (const [customer_identifier_type, customer_identifier_value] of [
      ['email', `${unique()}@example.com`],
      ['phone', uniquePhone()],
      ['external_id', { customer_source_id: 'eshop', external_id: unique() }],
    ])
      expectRefused(
        await post(event({ customer_identifier_type, customer_identifier_value })),
        'customer_identifier_value',
        'not_found',
      )
    expectRefused(
      await post(
        event({ customer_id: id, customer_identifier_type: 'email', customer_identifier_value: email }),
      ),
      'customer_identifier_type',
      'not_allowed_value',
    )
    expectRefused(
      await post(event({ customer_identifier_type: 'card', customer_identifier_value: 'x' })),
      'customer_identifier_type',
      'not_allowed_value',
    )
    expectRefused(await post(event({ customer_id: '1' })), 'customer_id', 'not_found')
  })

  it('L118: an unknown type is 400 not_found; required fields are told', async () => {
    const { id } = await aCustomer()
    expectRefused(await post(event({ customer_id: id, event_type_id: 'none' })), 'event_type_id', 'not_found')
    expect([...faultsOf(await post({ customer_id: id }))].sort()).toEqual([
      'event_type_id: required',
      'external_id: required',
    ])
    expectRefused(await back.post('/events', {}), 'event', 'required')
    expectRefused(
      await post(event({ customer_id: id, created_at: 'then' })),
      'created_at',
      'invalid_value_format',
    )
    const nobody = await post(event())
    expect(nobody.status, describeReply(nobody)).toBe(400)
    expect(await eventsOf(id)).toEqual([])
  })

  it('L119: the same event again is refused under its long name', async () => {
    const { id } = await aCustomer()
    const sent = event({ customer_id: id })
    createdId(await post(sent))
    const name = 'event_id_event_type_id_customer_id_external_id_secondary_external_id'
    expectRefused(await post(sent), name, 'relation_already_exists')
    expectRefused(await post({ ...sent, data: 'other' }), name, 'relation_already_exists')
    createdId(await post({ ...sent, secondary_external_id: 'x' }))
    expectRefused(await post({ ...sent, secondary_external_id: 'x' }), name, 'relation_already_exists')
    createdId(await post({ ...sent, event_type_id: 'profile_completed' }))
    createdId(await post({ ...sent, customer_id: (await aCustomer()).id }))
    expect(await eventsOf(id)).toHaveLength(3)
  })

  it('L119: at the same moment one is kept', async () => {
    const { id } = await aCustomer()
    const sent = event({ customer_id: id })
    const replies = await Promise.all(Array.from({ length: 6 }, () => post(sent)))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400])
    expect(await eventsOf(id)).toHaveLength(1)
  })

  it('L53, L118: property records of an event, shown when asked for', async () => {
    const { id } = await aCustomer()
    const property_records = [{ property_id: 'mood', property_value: 'sunny' }]
    const eventId = createdId(await post(event({ customer_id: id }), { property_records }))
    const expected = [
      {
        property_record_id: `mood:${eventId}`,
        property_id: 'mood',
        property_name: 'Mood',
        property_value: 'sunny',
        last_change: expect.stringMatching(aTime),
      },
    ]
    expect((await back.list(`/events/${eventId}/property-records`)).items).toEqual(expected)
    expect((await eventsOf(id, '&include_property_records=true'))[0]?.property_records).toEqual(expected)
    expect((await eventsOf(id, '&include_property_records=0'))[0]?.property_records).toBeNull()
    const bad = await post(event({ customer_id: id }), {
      property_records: [{ property_id: 'wedding_date', property_value: '2001-01-01' }],
    })
    expectRefused(bad, 'property_id', 'not_found')
    expect(await eventsOf(id)).toHaveLength(1)
  })

  it('L29, L30: on C one posts and sees one’s own', async () => {
    const [member, stranger] = [await aMember(), await aMember()]
    const eventId = createdId(await post(event(), {}, member))
    expect(await member.read(`/events/${eventId}`)).toMatchObject({ customer_id: member.id })
    expect((await member.list('/events')).items).toHaveLength(1)
    expectNotFound(await stranger.get(`/events/${eventId}`), 'events', eventId)
    expect((await stranger.list('/events')).total).toBe(0)
    expectRefused(
      await post(event({ customer_id: stranger.id }), {}, member),
      'customer_id',
      'not_belong_to_logged_in_customer',
    )
    const { email } = stranger
    const byName = await post(
      event({ customer_identifier_type: 'email', customer_identifier_value: email }),
      {},
      member,
    )
    expect(byName.status, describeReply(byName)).toBe(400)
    expect(await eventsOf(stranger.id)).toEqual([])
    const anybody = await post(event(), {}, await newDevice())
    expect(anybody.status, describeReply(anybody)).toBe(400)
  })
})

describe('lists', () => {
  it('L118: events of every API whose type is in use are shown; of other names they are not', async () => {
    const user = person({ businessUnit: 'CZ' })
    await v2.store(user)
    const token = await newToken({ jwt: await signJwt({ partner_user_id: user.id }) })
    await sendEvent(token, 'app_open', { from: 'extole' })
    await sendEvent(token, unique('unheard-of'), {})
    await v1.events({
      id: user.id,
      events: [{ event: 'profile_completed', properties: { from: 'crossengage' } }],
    })
    const { items: found } = await back.list(`/customers?email=${user.email}`)
    const id = String(found[0]?.customer_id)
    const reply = await until(
      () => back.get(`/events?customer_id=${id}`),
      (answer) => listOf(answer).total === 2,
    )
    const { items } = listOf(reply)
    expect(items.map(({ event_type_id, external_id }) => [event_type_id, external_id]).sort()).toEqual([
      ['app_open', null],
      ['profile_completed', null],
    ])
    expect(listOf(await back.get(`/customers/${id}/events`), 'customer_events').items).toEqual(items)
  })

  it('L39, L40, L47: filters by type, external id and time', async () => {
    const { id } = await aCustomer()
    const first = event({ customer_id: id, created_at: '2026-03-10 00:00:00' })
    const second = event({ customer_id: id, created_at: '2026-03-10 23:59:59', event_type_id: 'purchase' })
    for (const one of [first, second]) createdId(await post(one))
    const found = async (query: string) =>
      (await eventsOf(id, `&${query}`)).map(({ external_id }) => external_id)
    expect(await found('event_type_id=purchase')).toEqual([second.external_id])
    expect(await found('event_type_ids[]=purchase&event_type_ids[]=app_open')).toHaveLength(2)
    expect(await found(`external_id=${first.external_id}`)).toEqual([first.external_id])
    expect(await found('time_from=2026-03-10&time_to=2026-03-10')).toHaveLength(2)
    expect(await found('time_from=2026-03-10%2000:00:01')).toEqual([second.external_id])
    expect(await found('time_to=2026-03-09')).toEqual([])
    expect(await found('count=1&offset=1')).toHaveLength(1)
  })

  it('L34, L41: an unknown event is 404', async () => {
    for (const path of ['/events/1', '/events/none', '/events/1/property-records'])
      expect((await back.get(path)).status).toBe(404)
  })
})

describe('what events do', () => {
  async function friendWithAdvocate() {
    const ann = await identified()
    const code = await codeOf(ann.token)
    const friend = await aMember({}, { referral_code: code })
    return { ann, friend }
  }

  const rewardsOf = (token: string) => getExtole('/api/v4/me/rewards', token)

  it('L118, L70, S30: a registration’s referral code attributes, and an event posted here converts', async () => {
    const { ann, friend } = await friendWithAdvocate()
    const data = { amount: 25, currency: 'EUR' }
    createdId(await post(event({ event_type_id: 'purchase', customer_id: friend.id, data })))
    const vouchers = await until(
      () => back.get(`/vouchers?customer_id=${friend.id}`),
      (reply) => listOf(reply).total === 1,
    )
    expect(listOf(vouchers).items[0]).toMatchObject({ reward: { reward_id: 'ten-percent' } })
    const proven = await newToken({ jwt: await signJwt({ email: ann.email }) })
    const granted = await until(
      () => rewardsOf(proven),
      (reply) => extoleListOf(reply).length === 1,
    )
    expect(extoleListOf(granted)).toHaveLength(1)
  })

  it('S27, L118: from C a back end’s event is kept and moves nothing; from E it counts', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token, 'refer-a-friend')
    expect((await follow(`/${code}`)).status).toBe(302)
    const friend = await aMember({}, { referral_code: code })
    const claimed = event({ event_type_id: 'review_written' })
    createdId(await post(claimed, {}, friend))
    expect(await eventsOf(friend.id)).toEqual([
      expect.objectContaining({ external_id: claimed.external_id, event_type_id: 'review_written' }),
    ])
  })

  it('L119, L42: a refusal names what was sent', async () => {
    const { id } = await aCustomer()
    const sent = event({ customer_id: id })
    createdId(await post(sent))
    const [fault] = invalidParams(await post(sent))
    expect(fault?.message).toMatch(/\S/)
  })
})

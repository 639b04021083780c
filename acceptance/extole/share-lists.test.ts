import { expect, it } from 'vitest'
import { unique, uniqueEmail } from '../unique.ts'
import { anId, aTime, expectError, listOf, okOf } from './conventions.ts'
import { get, identified, newToken, post, sendEvent, verified, writeMe } from './extole.ts'
import { shareableOf, shareByMail, shareEnded } from './referral.ts'

const nobody = { id: '0', first_name: null, image_url: null, parameters: {} }

it('E87: a share by mail is listed with all of its keys', async () => {
  const token = await newToken()
  await writeMe(token, { first_name: 'Ann' })
  const recipient = uniqueEmail('friend')
  const { share_id } = await shareEnded(
    token,
    await shareByMail(token, { recipient_email: recipient, data: { source: 'app', n: 1 } }),
  )
  const { link } = await shareableOf(token)
  expect(listOf(await get('/api/v4/me/shares', token))).toEqual([
    {
      id: share_id,
      share_id,
      campaign_id: expect.stringMatching(anId),
      channel: 'EMAIL',
      share_date: expect.stringMatching(aTime),
      link,
      partner_id: null,
      data: { source: 'app', n: 1 },
      shareable_id: expect.stringMatching(anId),
      message: expect.stringContaining(String(link)),
      recipients: [recipient],
      recipient_email: recipient,
      friend: nobody,
      subject: 'A gift from Ann',
    },
  ])
})

it('E87: the list is filtered by the partner’s id of a share, and by a name and value of its data', async () => {
  const token = await newToken()
  const [first, second] = [unique(), unique()]
  for (const [id, colour] of [
    [first, 'red'],
    [second, 'blue'],
  ]) {
    await sendEvent(token, 'share', { partner_share_id: id })
    await shareEnded(
      token,
      await shareByMail(token, { recipient_email: uniqueEmail('friend'), data: { colour, when: '10:30' } }),
    )
  }
  const found = async (query: string) => listOf(await get(`/api/v4/me/shares?${query}`, token))
  expect(await found('')).toHaveLength(4)
  expect(await found(`partner_share_id=${second}`)).toMatchObject([{ partner_id: second }])
  expect(await found('partner_id=colour:blue')).toMatchObject([{ data: { colour: 'blue' } }])
  expect(await found('partner_id=when:10:30')).toHaveLength(2)
  expect(await found('partner_id=colour:green')).toEqual([])
  expect(await found('partner_share_id=unknown')).toEqual([])
})

it('E88: one share by its id, and the list under its other name', async () => {
  const token = await newToken()
  await sendEvent(token, 'share', { 'share.channel': 'SMS' })
  const list = listOf(await get('/api/v4/me/shares', token))
  const [share] = list
  expect(okOf(await get(`/api/v4/me/shares/${share?.id}`, token))).toEqual(share)
  expect(listOf(await get('/api/v4/me/shares-all', token))).toEqual(list)
  const stranger = await newToken()
  for (const id of [String(share?.id), '12345', 'abc', '0', '9'.repeat(30)]) {
    expectError(await get(`/api/v4/me/shares/${id}`, stranger), 403, 'SHARE_NOT_FOUND', { share_id: id })
  }
})

it('E88: the short form has eight keys, and its own refusal', async () => {
  const token = await newToken()
  await sendEvent(token, 'share', { 'share.channel': 'SMS' })
  const [short] = listOf(await get('/api/v4/shares', token))
  expect(short).toEqual({
    id: expect.stringMatching(anId),
    share_id: short?.id,
    campaign_id: expect.stringMatching(anId),
    channel: 'SMS',
    share_date: expect.stringMatching(aTime),
    link: (await shareableOf(token)).link,
    partner_id: null,
    shareable_id: expect.stringMatching(anId),
  })
  expect(okOf(await get(`/api/v4/shares/${short?.id}`, token))).toEqual(short)
  expectError(await get(`/api/v4/shares/${short?.id}`, await newToken()), 400, 'SHARE_NOT_FOUND', {
    share_id: String(short?.id),
  })
})

it('E87, E35: an identified token sees the shares of its own device, a verified one all of them', async () => {
  const ann = await verified()
  const other = await identified(ann.email)
  await sendEvent(ann.token, 'share', { 'share.channel': 'SMS' })
  await sendEvent(other.token, 'share', { 'share.channel': 'QR' })
  const channels = async (token: string) =>
    listOf(await get('/api/v4/me/shares', token)).map(({ channel }) => channel)
  expect(await channels(ann.token)).toEqual(['SMS', 'QR'])
  expect(await channels(other.token)).toEqual(['QR'])
  const [hidden] = listOf(await get('/api/v4/me/shares', ann.token))
  expectError(await get(`/api/v4/me/shares/${hidden?.id}`, other.token), 403, 'SHARE_NOT_FOUND')
})

it.each([
  [
    'an app event',
    (token: string, data: object) => post('/api/v6/events', token, { event_name: 'share', data }),
  ],
  ['a web event', (token: string, data: object) => post('/events/share', token, data)],
])('E89: %s named share makes a share, and sends no mail', async (_name, send) => {
  const token = await newToken()
  const partnerId = unique()
  okOf(
    await send(token, {
      'share.channel': 'WHATSAPP',
      'share.recipient': '+420 777 123 456',
      'share.subject': 'Hey',
      'share.message': 'Look at this',
      partner_share_id: partnerId,
      labels: 'unknown,bring-two',
    }),
  )
  const { link } = await shareableOf(token, 'bring-two')
  expect(listOf(await get('/api/v4/me/shares', token))).toMatchObject([
    {
      channel: 'WHATSAPP',
      recipients: ['+420 777 123 456'],
      recipient_email: expect.any(String),
      subject: 'Hey',
      message: 'Look at this',
      partner_id: partnerId,
      link,
      friend: nobody,
      data: {},
    },
  ])
  expect(listOf(await get('/api/v6/me/shareables', token))).toHaveLength(1)
})

it('E89: of an event without any of its keys too; nothing that is never null is null', async () => {
  const token = await newToken()
  await sendEvent(token, 'share')
  expect(listOf(await get('/api/v4/me/shares', token))).toMatchObject([
    { recipients: [], recipient_email: '', friend: nobody, data: {}, partner_id: null },
  ])
})

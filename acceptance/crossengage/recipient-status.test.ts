import { expect, it } from 'vitest'
import { answerOf, type Reply } from '../client.ts'
import { unique } from '../unique.ts'
import { expectMessage } from './faults.ts'
import { expectEmpty, person, segment, v1, v2 } from './xng.ts'

const channels = [
  'MAIL',
  'BROWSER_NOTIFICATION',
  'ONSITE_DISPLAY',
  'EXIT_INTENT',
  'PUSH_NOTIFICATION',
  'DIRECT_MAIL',
  'SMS',
  'SEGMENT_TRANSFER',
  'WEBHOOK',
]

async function newUser(): Promise<string> {
  const user = person()
  await v2.store(user)
  return user.id
}

function read(id: string, what: string, query = ''): Promise<Reply> {
  return v1.call('GET', `/users/${segment(id)}/${what}${query}`)
}

function write(id: string, what: string, value: unknown, query = ''): Promise<Reply> {
  return v1.call('PUT', `/users/${segment(id)}/${what}${query}`, JSON.stringify(value))
}

async function setOptOut(id: string, optOut: boolean, query = ''): Promise<void> {
  const reply = await write(id, 'optout-status', { optOut }, query)
  expect(answerOf(reply)).toEqual({ status: 200, body: { optOut } })
}

async function expectStatus(id: string, optOutChannels: string[], blacklisted = false): Promise<void> {
  const optOutAll = optOutChannels.length === channels.length
  expect(answerOf(await read(id, 'recipient-status'))).toEqual({
    status: 200,
    body: { blacklisted, optOutAll, optOutChannels },
  })
}

it.each(channels)('C67: %s is a channel, read without letter case', async (channel) => {
  const id = await newUser()
  await setOptOut(id, true, `?channelType=${channel.toLowerCase()}`)
  await expectStatus(id, [channel])
  const query = `?channelType=${channel}`
  expect(answerOf(await read(id, 'optout-status', query))).toEqual({ status: 200, body: { optOut: true } })
  await setOptOut(id, false, query)
  await expectStatus(id, [])
})

it('C67: no channelType, or ALL, means all of them', async () => {
  for (const query of ['', '?channelType=ALL', '?channelType=all']) {
    const id = await newUser()
    await setOptOut(id, true, query)
    await expectStatus(id, channels)
    expect(answerOf(await read(id, 'optout-status', query))).toEqual({ status: 200, body: { optOut: true } })
    await setOptOut(id, false, query)
    await expectStatus(id, [])
  }
})

it.each(['EMAIL', 'MAIL,SMS', 'constructor', '%00'])('C67: the channel %s is unknown', async (channel) => {
  const id = await newUser()
  const refused = { status: 400, body: { field: 'channelType', type: 'UNKNOWN_VALUE' } }
  const query = `?channelType=${channel}`
  expect(answerOf(await read(id, 'optout-status', query))).toEqual(refused)
  expect(answerOf(await write(id, 'optout-status', { optOut: true }, query))).toEqual(refused)
  await expectStatus(id, [])
})

it('2.3: a body that is not JSON, or no object, is told of before an unknown channel', async () => {
  const path = `/users/${segment(await newUser())}/optout-status?channelType=EMAIL`
  expectMessage(await v1.call('PUT', path, '{"optOut":'), 400, 'Request body is not valid JSON')
  expect((await v1.call('PUT', path, '[]')).body.toString()).toContain('requestId')
})

it('C68: channels are a set, listed in the contract’s order', async () => {
  const id = await newUser()
  for (const channel of channels.toReversed()) await setOptOut(id, true, `?channelType=${channel}`)
  await setOptOut(id, true, '?channelType=SMS')
  await expectStatus(id, channels)
  expect(answerOf(await read(id, 'optout-status'))).toEqual({ status: 200, body: { optOut: true } })
})

it('C68: out of all, then back for MAIL, leaves all but MAIL', async () => {
  const id = await newUser()
  await setOptOut(id, true)
  await setOptOut(id, false, '?channelType=MAIL')
  await expectStatus(
    id,
    channels.filter((channel) => channel !== 'MAIL'),
  )
  const about = async (query: string) => answerOf(await read(id, 'optout-status', query)).body
  expect(await about('')).toEqual({ optOut: false })
  expect(await about('?channelType=MAIL')).toEqual({ optOut: false })
  expect(await about('?channelType=SMS')).toEqual({ optOut: true })
})

it('C68: changes of several channels at once all count', async () => {
  const id = await newUser()
  await Promise.all(channels.map((channel) => setOptOut(id, true, `?channelType=${channel}`)))
  await expectStatus(id, channels)
})

it.each(['optOut', 'blacklisted'])('C69: %s must be a boolean', async (field) => {
  const id = await newUser()
  const what = field === 'optOut' ? 'optout-status' : 'blacklist-status'
  for (const body of [{}, { [field]: null }, { other: true }]) {
    const reply = await write(id, what, body)
    expect(answerOf(reply)).toEqual({ status: 400, body: { field, type: 'NOT_NULL' } })
  }
  for (const value of ['true', 1, 0, [], {}]) {
    const reply = await write(id, what, { [field]: value })
    expect(answerOf(reply)).toEqual({ status: 400, body: { field, type: 'WRONG_VALUE' } })
  }
  const noJson = await v1.call('PUT', `/users/${id}/${what}`, '{')
  expectMessage(noJson, 400, 'Request body is not valid JSON')
  await expectStatus(id, [])
})

it('C70: a user starts with nothing opted out and not blacklisted, and the two are independent', async () => {
  const id = await newUser()
  await expectStatus(id, [])
  expect(answerOf(await read(id, 'blacklist-status'))).toEqual({ status: 200, body: { blacklisted: false } })
  for (const blacklisted of [true, true, false, true]) {
    const reply = await write(id, 'blacklist-status', { blacklisted })
    expect(answerOf(reply)).toEqual({ status: 200, body: { blacklisted } })
    expect(answerOf(await read(id, 'blacklist-status'))).toEqual({ status: 200, body: { blacklisted } })
    await expectStatus(id, [], blacklisted)
  }
  await setOptOut(id, true)
  await expectStatus(id, channels, true)
  await write(id, 'blacklist-status', { blacklisted: false })
  await expectStatus(id, channels, false)
})

it('C70: what a user opted out of stays through updates of the user', async () => {
  const user = person()
  await v2.store(user)
  await setOptOut(user.id, true, '?channelType=SMS')
  await write(user.id, 'blacklist-status', { blacklisted: true })
  await v2.store({ ...user, email: `new-${user.email}`, firstName: 'x' })
  await expectStatus(user.id, ['SMS'], true)
})

it('C71: an id that no user has is 404 and empty on all five', async () => {
  const id = unique()
  expectEmpty(await read(id, 'recipient-status'), 404)
  expectEmpty(await read(id, 'optout-status'), 404)
  expectEmpty(await read(id, 'optout-status', '?channelType=MAIL'), 404)
  expectEmpty(await write(id, 'optout-status', { optOut: true }), 404)
  expectEmpty(await read(id, 'blacklist-status'), 404)
  expectEmpty(await write(id, 'blacklist-status', { blacklisted: true }), 404)
  const gone = await newUser()
  await v2.erase(gone)
  expectEmpty(await read(gone, 'recipient-status'), 404)
})

it('C71: a user that was written a moment ago in v2 is there', async () => {
  const user = person()
  await v2.store(user)
  await setOptOut(user.id, true)
  await expectStatus(user.id, channels)
})

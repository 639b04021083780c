import { beforeAll, expect, it } from 'vitest'
import { type Fields, fieldsOf } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { until } from '../until.ts'
import { expectError, listOf, okOf } from './conventions.ts'
import {
  get,
  newToken,
  post,
  put,
  readMe,
  type Somebody,
  sendEvent,
  tokenAfter,
  verified,
  writeMe,
} from './extole.ts'

const picture = 'https://cdn.acme.example/owner.png'

/**
 * One person as three callers see it: its owner (verified), a device that merely typed its e-mail and brought data
 * of its own (guest), one that typed it and brought nothing (bare); and a device that said nothing (anonymous).
 */
interface Cast {
  readonly owner: Somebody
  readonly partner: string
  readonly guest: string
  readonly bare: string
  readonly anonymous: string
  readonly ownersCode: unknown
  readonly guestsCode: unknown
}
let cast: Cast

async function shareableOf(token: string, key: string): Promise<unknown> {
  return okOf(await post('/api/v6/me/shareables', token, { key })).code
}

async function share(token: string, channel: string): Promise<void> {
  okOf(await post('/api/v6/events', token, { event_name: 'share', data: { 'share.channel': channel } }))
}

/** A friend comes by this code on a device of its own and buys; its token from then on. */
async function friendOf(code: unknown): Promise<string> {
  const device = await newToken()
  await sendEvent(device, 'visit', { advocate_code: code })
  const bought = await sendEvent(device, 'purchase', { email: uniqueEmail('friend'), amount: 25 })
  return tokenAfter(bought)
}

beforeAll(async () => {
  const partner = unique('partner')
  const owner = await verified({ first_name: 'Olga', last_name: 'Secret', partner_user_id: partner })
  await writeMe(owner.token, { profile_picture_url: picture })
  await sendEvent(owner.token, 'visit', { locale: 'cs' })
  okOf(await post('/api/v4/me/parameters', owner.token, { type: 'PUBLIC', parameters: { open: 1 } }))
  okOf(await post('/api/v4/me/parameters', owner.token, { type: 'PRIVATE', parameters: { closed: 1 } }))
  const ownersCode = await shareableOf(owner.token, 'owners')
  await share(owner.token, 'SMS')
  await friendOf(ownersCode)

  const guest = await newToken()
  await writeMe(guest, { last_name: 'Guest' })
  await sendEvent(guest, 'visit', { locale: 'de' })
  okOf(await post('/api/v4/me/parameters', guest, { parameters: { own: 1 } }))
  const guestsCode = await shareableOf(guest, 'guests')
  await share(guest, 'FACEBOOK')
  await writeMe(guest, { email: owner.email })
  const bare = await newToken({ email: owner.email })
  const anonymous = await newToken()
  await writeMe(anonymous, { first_name: 'Anon', last_name: 'Ymous', profile_picture_url: picture })
  okOf(await post('/api/v4/me/parameters', anonymous, { parameters: { mine: 1 } }))
  await sendEvent(anonymous, 'visit', { locale: 'en' })
  await shareableOf(anonymous, 'anonymous')
  await share(anonymous, 'TWITTER')
  cast = { owner, partner, guest, bare, anonymous, ownersCode, guestsCode }
  await until(
    () => get('/api/v4/me/rewards', owner.token),
    (reply) => listOf(reply).length > 0,
  )
})

it('E35, table: id is the device profile’s for anonymous, else the profile’s', async () => {
  const { owner, guest, bare, anonymous } = cast
  for (const token of [owner.token, guest, bare]) expect((await readMe(token)).id).toBe(owner.id)
  expect((await readMe(anonymous)).id).not.toBe(owner.id)
})

it('E36, table: e-mail and partner id are what this device gave, and all for verified', async () => {
  const { owner, partner, guest, bare, anonymous } = cast
  const both = { email: owner.email, partner_user_id: partner }
  expect(await readMe(owner.token)).toMatchObject(both)
  for (const token of [guest, bare]) {
    expect(await readMe(token)).toMatchObject({ email: owner.email, partner_user_id: null })
  }
  const byPartner = await newToken()
  await writeMe(byPartner, { partner_user_id: partner })
  expect(await readMe(byPartner)).toMatchObject({ id: owner.id, email: null, partner_user_id: partner })
  expect(await readMe(anonymous)).toMatchObject({ email: null, partner_user_id: null })
})

it('E36, table: first name and picture are one’s own, else the profile’s', async () => {
  const { owner, guest, anonymous } = cast
  expect(await readMe(owner.token)).toMatchObject({ first_name: 'Olga', profile_picture_url: picture })
  expect(await readMe(guest)).toMatchObject({ first_name: 'Olga', profile_picture_url: picture })
  expect(await readMe(anonymous)).toMatchObject({ first_name: 'Anon', profile_picture_url: picture })
})

it('E36, table: last name and locale are one’s own, else null', async () => {
  const { owner, guest, bare, anonymous } = cast
  expect(await readMe(owner.token)).toMatchObject({ last_name: 'Secret', locale: 'cs' })
  expect(await readMe(guest)).toMatchObject({ last_name: 'Guest', locale: 'de' })
  expect(await readMe(bare)).toMatchObject({ last_name: null, locale: null })
  expect(await readMe(anonymous)).toMatchObject({ last_name: 'Ymous', locale: 'en' })
})

it('E36, table: parameters are the profile’s PUBLIC ones and one’s own', async () => {
  const { owner, guest, bare, anonymous } = cast
  for (const read of [
    async (token: string) => (await readMe(token)).parameters,
    async (token: string) => fieldsOf(await get('/api/v4/me/parameters', token)),
  ]) {
    expect(await read(owner.token)).toEqual({ open: 1, closed: 1 })
    expect(await read(guest)).toEqual({ open: 1, own: 1 })
    expect(await read(bare)).toEqual({ open: 1 })
    expect(await read(anonymous)).toEqual({ mine: 1 })
  }
})

it('E37, table: names, picture and parameters are written by anonymous and verified, not by identified', async () => {
  const { owner, guest, anonymous } = cast
  const before = await readMe(owner.token)
  for (const fields of [
    { first_name: 'X' },
    { last_name: 'X' },
    { profile_picture_url: 'https://x.example/' },
    { email: owner.email, first_name: 'X' },
    { first_name: 'X'.repeat(50), partner_user_id: unique('p') },
  ]) {
    expectError(await post('/api/v4/me', guest, fields), 403, 'access_denied', {})
  }
  expectError(await put('/api/v4/me/parameters/own', guest, { value: 2 }), 403, 'access_denied', {})
  expect(await readMe(owner.token)).toEqual(before)
  expect((await readMe(guest)).parameters).toEqual({ open: 1, own: 1 })
  for (const token of [owner.token, anonymous]) {
    const { profile_picture_url } = await readMe(token)
    await writeMe(token, { profile_picture_url })
  }
})

it('E37: giving again the identifier it is bound by, alone, is a success without effect', async () => {
  const { owner, bare } = cast
  const before = await readMe(bare)
  await writeMe(bare, { email: ` ${owner.email.toUpperCase()}` })
  expect(await readMe(bare)).toEqual(before)
})

it('E37, table: every token sends events, asks for zones, makes shareables and shares', async () => {
  const { owner } = cast
  for (const token of [owner.token, await newToken({ email: uniqueEmail() }), await newToken()]) {
    await sendEvent(token, 'visit')
    okOf(await post('/api/v6/zones/mobile_sharing', token))
    okOf(await post('/api/v6/me/shareables', token, { key: unique('any') }))
    await share(token, 'SMS')
  }
})

it('E36, table: shareables are listed by every token of the profile', async () => {
  const { owner, guest, bare, ownersCode, guestsCode } = cast
  for (const token of [owner.token, guest, bare]) {
    const codes = listOf(await get('/api/v6/me/shareables', token)).map(({ code }) => code)
    expect(codes).toEqual(expect.arrayContaining([ownersCode, guestsCode]))
    okOf(await get(`/api/v6/me/shareables/${ownersCode}`, token))
  }
})

it('E37, table: a shareable is changed by the device that created it, and by verified tokens', async () => {
  const { owner, guest, bare, anonymous, ownersCode, guestsCode } = cast
  const change = (token: string, code: unknown) =>
    put(`/api/v5/me/shareables/${code}`, token, { data: { changed: unique() } })
  okOf(await change(owner.token, ownersCode))
  okOf(await change(owner.token, guestsCode))
  okOf(await change(guest, guestsCode))
  expectError(await change(guest, ownersCode), 403, 'access_denied', {})
  expectError(await change(bare, guestsCode), 403, 'access_denied', {})
  const update = { key: 'owners', data: { changed: 'no' } }
  const updated = await post('/api/v6/me/shareables/get-create-or-update', bare, update)
  expectError(updated, 403, 'access_denied', {})
  const [own] = listOf(await get('/api/v6/me/shareables', anonymous))
  okOf(await change(anonymous, own?.code))
})

it('E35, table: shares are one’s own, and all for verified', async () => {
  const { owner, guest, bare, anonymous } = cast
  const channels = async (token: string) =>
    listOf(await get('/api/v4/me/shares', token)).map(({ channel }) => channel)
  expect(await channels(owner.token)).toEqual(expect.arrayContaining(['SMS', 'FACEBOOK']))
  expect(await channels(guest)).toEqual(['FACEBOOK'])
  expect(await channels(bare)).toEqual([])
  expect(await channels(anonymous)).toEqual(['TWITTER'])
  const [first] = listOf(await get('/api/v4/me/shares', owner.token))
  expect(first?.channel).toBe('SMS')
  const reply = await get(`/api/v4/me/shares/${first?.id}`, guest)
  expectError(reply, 403, 'SHARE_NOT_FOUND', { share_id: first?.id })
})

it('E35, table: who referred me is told to the device that arrived, and to verified tokens', async () => {
  const { owner, ownersCode } = cast
  const arrived = await newToken()
  const path = '/api/v4/me/referrals-to-me'
  await sendEvent(arrived, 'visit', { advocate_code: ownersCode })
  const advocates = async (token: string) =>
    listOf(await get(path, token)).map(({ person }) => (person as Fields).id)
  await until(
    () => get(path, arrived),
    (reply) => listOf(reply).length > 0,
  )
  expect(await advocates(arrived), 'anonymous').toEqual([owner.id])
  const email = uniqueEmail('friend')
  const friend = tokenAfter(await sendEvent(arrived, 'visit', { email }))
  expect(await advocates(friend), 'identified').toEqual([owner.id])
  expect(await advocates(await newToken({ email })), 'another device').toEqual([])
  expect(await advocates((await verified({ email })).token)).toEqual([owner.id])
})

it.each(['referrals-from-me', 'associated-friends', 'friends', 'audience-memberships'])(
  'E35, table: %s are for verified tokens alone, [] for all others',
  async (list) => {
    const { owner, guest, bare, anonymous } = cast
    for (const token of [guest, bare, anonymous]) {
      expect(listOf(await get(`/api/v4/me/${list}`, token))).toEqual([])
    }
    const seen = listOf(await get(`/api/v4/me/${list}`, owner.token))
    if (list !== 'audience-memberships') expect(seen.length).toBeGreaterThan(0)
  },
)

it('E35, table: rewards are those of one’s own events, all for verified, [] for anonymous', async () => {
  const { owner, guest, bare, anonymous, ownersCode } = cast
  const rewards = async (token: string) => listOf(await get('/api/v4/me/rewards', token))
  const [owners] = await rewards(owner.token)
  expect(owners).toMatchObject({ reward_name: 'ten-euro', journey_name: 'advocate' })
  for (const token of [guest, bare, anonymous]) {
    expect(await rewards(token)).toEqual([])
    const one = await get(`/api/v4/me/rewards/${owners?.reward_id}`, token)
    expectError(one, 400, 'invalid_reward_id', { reward_id: owners?.reward_id })
  }
  const friend = await friendOf(ownersCode)
  const reply = await until(
    () => get('/api/v4/me/rewards', friend),
    (answer) => listOf(answer).length > 0,
  )
  expect(listOf(reply)).toMatchObject([{ reward_name: 'ten-percent', journey_name: 'friend' }])
  const { email } = await readMe(friend)
  expect(await rewards(await newToken({ email }))).toEqual([])
  expect(await rewards((await verified({ email })).token)).toHaveLength(1)
})

it('E35, table: journeys and steps are one’s own, and all for verified', async () => {
  const { owner, guest, bare } = cast
  const codes = async (token: string) =>
    listOf(await get('/api/v4/me/journeys', token)).map(({ entry_advocate_code }) => entry_advocate_code)
  expect((await codes(owner.token)).length).toBeGreaterThanOrEqual(2)
  expect((await codes(guest)).length).toBe(1)
  expect(await codes(bare)).toEqual([])
  for (const token of [owner.token, guest, bare]) listOf(await get('/api/v4/me/steps', token))
})

it('E35: lists never answer 403 for want of trust', async () => {
  const { bare, anonymous } = cast
  for (const token of [bare, anonymous]) {
    for (const list of [
      'rewards',
      'friends',
      'shares',
      'shares-all',
      'journeys',
      'referrals-to-me',
      'steps',
    ]) {
      listOf(await get(`/api/v4/me/${list}`, token))
    }
  }
})

it('E39: no error tells whether an e-mail address is known', async () => {
  const { owner } = cast
  const unknown = uniqueEmail()
  const told = async (email: string): Promise<unknown[]> => {
    const anonymous = await post('/api/v4/me', await newToken(), { email, first_name: 'X' })
    const bound = await post('/api/v4/me', await newToken({ email: uniqueEmail() }), { email })
    const event = await post('/api/v6/events', await newToken(), { event_name: 'visit', data: { email } })
    const token = await post('/api/v5/token', undefined, { email })
    return [anonymous, bound, event, token].map((reply) => [reply.status, Object.keys(fieldsOf(reply))])
  }
  expect(await told(owner.email)).toEqual(await told(unknown))
})

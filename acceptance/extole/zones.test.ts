import { describe, expect, it } from 'vitest'
import { describeReply, type Fields, fieldsOf, type Reply } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { anId, aToken, expectError, expectWebError, listOf, okOf } from './conventions.ts'
import {
  ask,
  extole,
  get,
  identified,
  newToken,
  post,
  readMe,
  tokenAfter,
  verified,
  writeMe,
} from './extole.ts'
import { causedBy, codeOf, friendOf, rewardNames, rewardStatus, shareableOf, verify } from './referral.ts'
import { signJwt } from './sign-jwt.ts'

const v6 = '/api/v6/zones'

const askFor = (token: string, event_name: string, data: Fields = {}) => post(v6, token, { event_name, data })

async function creative(token: string, name: string, data?: Fields): Promise<Fields> {
  return okOf(await askFor(token, name, data)).data as Fields
}

describe('zones of apps', () => {
  it('E97: the answer has the event, the creative and the campaign', async () => {
    const token = await newToken()
    const answer = okOf(await askFor(token, 'mobile_sharing'))
    expect(answer).toEqual({
      event_id: expect.stringMatching(anId),
      data: expect.any(Object),
      campaign_id: expect.stringMatching(anId),
    })
    expect(await rewardStatus(token, answer.event_id)).toMatchObject({ status: 'FAILED' })
  })

  it('E97: with the name in the path the whole body is the data, but for the JWT', async () => {
    const token = await newToken()
    const jwt = await signJwt({ email: uniqueEmail() })
    const flat = await post(`${v6}/every_placeholder`, token, { plain: 'P', jwt, data: { plain: 'no' } })
    const { data } = okOf(flat) as { data: { data: string[]; who: string } }
    expect(data.data[0]).toBe('P')
    expect(data.who.split('|')[1]).toMatch(/@example\.com$/)
    expect(okOf(await post(`${v6}/mobile_bootstrap`, token)).data).toMatchObject({
      operations: expect.any(Array),
    })
  })

  it('E97: the campaign is the zone’s own, of whatever type, else the default one', async () => {
    const token = await newToken()
    const campaignOf = async (name: string) => okOf(await askFor(token, name)).campaign_id
    const byDefault = await campaignOf('every_placeholder')
    expect(await campaignOf('mobile_sharing')).toBe(byDefault)
    const second = await campaignOf('second_campaign')
    const game = await campaignOf('of_a_game')
    expect(new Set([byDefault, second, game]).size).toBe(3)
    for (const id of [byDefault, second, game]) expect(id).toMatch(anId)
  })
})

describe('filling in', () => {
  it('E98: everything of a proved person is filled in, at any depth; keys stay as they are', async () => {
    const ann = await verified({ partner_user_id: unique('customer') })
    await writeMe(ann.token, { first_name: 'Ann', last_name: 'Ash' })
    const { partner_user_id } = await readMe(ann.token)
    const reply = okOf(
      await askFor(ann.token, 'every_placeholder', {
        plain: 'text',
        a: { b: 'inner' },
        number: 2.5,
        flag: false,
        object: { x: [1] },
        list: [1, 'two'],
      }),
    )
    const { code, link } = await shareableOf(ann.token)
    expect(reply.data).toEqual({
      who: `${ann.id}|${ann.email}|Ann|Ash|${partner_user_id}`,
      share: [code, link, link, { deep: 'refer-a-friend' }],
      '{{me.id}}.dotted': reply.campaign_id,
      data: ['text', 'inner', '2.5', 'false', '{"x":[1]}', '[1,"two"]'],
      kept: [1, true, null, '{not} }} {{ open'],
      nothing: '<>',
    })
  })

  it('E98: what is not visible at the caller’s trust is the empty string', async () => {
    const ann = await verified({ partner_user_id: unique('customer') })
    await writeMe(ann.token, { first_name: 'Ann', last_name: 'Ash' })
    const claimed = await identified(ann.email)
    expect((await creative(claimed.token, 'every_placeholder')).who).toBe(`${ann.id}|${ann.email}|Ann||`)
    const anonymous = await newToken()
    const { id } = await readMe(anonymous)
    expect((await creative(anonymous, 'every_placeholder')).who).toBe(`${id}||||`)
  })

  it('E98: a dotted key of the data is looked up whole first', async () => {
    const token = await newToken()
    const data = async (sent: Fields) =>
      ((await creative(token, 'every_placeholder', sent)).data as string[])[1]
    expect(await data({ 'a.b': 'whole', a: { b: 'step by step' } })).toBe('whole')
    expect(await data({ a: { b: 'step by step' } })).toBe('step by step')
    expect(await data({ a: null })).toBe('')
  })

  it('E99: values put in are never scanned again', async () => {
    const token = await newToken()
    await writeMe(token, { first_name: '{{me.id}}', last_name: '{{data.plain}}' })
    const filled = await creative(token, 'every_placeholder', { plain: '{{me.id}}{{data.plain}}' })
    expect((filled.data as string[])[0]).toBe('{{me.id}}{{data.plain}}')
    expect(filled.who).toMatch(/\|\{\{me\.id\}\}\|\{\{data\.plain\}\}\|/)
  })

  it('E100: a share code that is asked for is made, of the zone’s campaign, and once', async () => {
    const token = await newToken()
    expect(await creative(token, 'mobile_bootstrap')).toHaveProperty('operations')
    expect(listOf(await get('/api/v6/me/shareables', token))).toEqual([])
    const answers = await Promise.all(Array.from({ length: 5 }, () => creative(token, 'second_campaign')))
    const made = listOf(await get('/api/v6/me/shareables', token))
    expect(made).toMatchObject([{ label: 'bring-two' }])
    for (const answer of answers) expect(answer).toEqual({ label: 'bring-two', link: made[0]?.link })
    const { 'me.share_code': code } = await creative(token, 'mobile_sharing')
    expect(code).toBe(await codeOf(token))
    expect(await creative(token, 'of_a_game')).toMatchObject({ link: '<>' })
  })
})

describe('what is no zone', () => {
  it.each([
    ['missing_zone_name', {}],
    ['missing_zone_name', { event_name: ' ' }],
    ['invalid_zone_name', { event_name: 'x'.repeat(256) }],
    ['invalid_zone_name', { event_name: 'a\u0000b\u0007' }],
    ['no_creative', { event_name: 'no_such_zone' }],
    ['no_creative', { event_name: 'Mobile_Sharing' }],
    ['no_creative', { event_name: 'of_a_paused_campaign' }],
    ['no_creative', { event_name: 'mobile_sharing', data: { required_labels: 'bring-two, unknown' } }],
  ])('E101: %s for %j', async (code, body) => {
    expectError(await post(v6, await newToken(), body), 400, code)
  })

  it('E101: required_labels that hold the campaign’s label are met', async () => {
    const token = await newToken()
    for (const required_labels of ['refer-a-friend', 'unknown, refer-a-friend ', '']) {
      okOf(await askFor(token, 'mobile_sharing', { required_labels }))
    }
  })

  it('E101: nothing of a call that is refused is taken', async () => {
    const token = await newToken()
    const before = await readMe(token)
    const data = { email: uniqueEmail(), first_name: 'Ann' }
    expectError(await askFor(token, 'no_such_zone', data), 400, 'no_creative')
    expectError(await askFor(token, 'mobile_sharing', { ...data, email: 'no address' }), 403, 'invalid_email')
    expect(await readMe(token)).toEqual(before)
  })
})

const webWays: readonly (readonly [string, (token: string) => Promise<Reply>])[] = [
  ['POST /zones', (token) => post('/zones', token, { event_name: 'for_a_page', data: { title: 'T' } })],
  [
    'POST /zones, zone_name',
    (token) => post('/api/zones', token, { zone_name: 'for_a_page', data: { title: 'T' } }),
  ],
  ['POST /zones/{name}', (token) => post('/zones/for_a_page', token, { title: 'T' })],
  ['POST /zones/{name}, wrapped', (token) => post('/zones/for_a_page/', token, { data: { title: 'T' } })],
  ['GET /zones', (token) => get('/zones?event_name=for_a_page&title=T', token)],
  ['GET /zones, zone_name', (token) => get('/api/zones?zone_name=for_a_page&title=T', token)],
  ['GET /zones/{name}', (token) => get('/zones/for_a_page?title=T', token)],
  ['GET /zone', (token) => get('/zone?zone_name=for_a_page&title=T', token)],
  ['GET /zone/{name}', (token) => get('/zone/for_a_page?title=T', token)],
  [
    'text/plain',
    (token) =>
      extole({
        method: 'POST',
        path: '/zones',
        headers: { 'Content-Type': 'text/plain', Authorization: token },
        body: JSON.stringify({ event_name: 'for_a_page', data: { title: 'T' } }),
      }),
  ],
  ['a form', (token) => ask('POST', '/zones/for_a_page', { token, form: { title: 'T' } })],
]

describe('zones of pages', () => {
  it.each(webWays)('E102: %s answers the creative itself, and the rest in headers', async (_name, send) => {
    const token = await newToken()
    const reply = await send(token)
    const { link } = await shareableOf(token)
    expect(okOf(reply)).toEqual({ title: 'T', deep: { number: 7, link }, script: 'javascript:alert(1)' })
    expect(tokenAfter(reply)).toBe(token)
    expect(reply.headers['x-extole-campaign']).toMatch(anId)
    expect(await rewardStatus(token, reply.headers['x-extole-input-event-id'])).toMatchObject({
      status: 'FAILED',
    })
  })

  it('E102: without a token a device is allocated', async () => {
    const reply = await get('/zones/for_a_page')
    const { id } = await readMe(tokenAfter(reply))
    const named = await get('/zones/every_placeholder', tokenAfter(reply))
    expect(String(okOf(named).who)).toMatch(new RegExp(`^${id}\\|`))
  })

  it.each([
    ['POST', '/zones', {}, 'missing_zone_name'],
    ['GET', '/zone', undefined, 'missing_zone_name'],
    ['GET', '/zones/a%01b', undefined, 'invalid_zone_name'],
    ['GET', '/zone/no_such_zone', undefined, 'no_creative'],
    ['POST', '/zones/for_a_page', { email: 'no address' }, 'invalid_email'],
    ['POST', '/zones/for_a_page', { jwt: 'rubbish' }, 'jwt_authentication_error'],
  ])('E103: %s %s with %j is 200 without a body, %s in the headers', async (method, path, body, code) => {
    const reply = await ask(method, path, { body })
    expectWebError(reply, code)
    expect(reply.body.toString(), describeReply(reply)).toBe('')
    expect(reply.headers['x-extole-token']).toMatch(aToken)
  })

  it('E97, E78: asking for a zone is an event of its name', async () => {
    const ann = await identified()
    const friend = await friendOf(await codeOf(ann.token))
    expectError(await post(`${v6}/purchase`, friend.token, { amount: 10 }), 400, 'no_creative')
    expect(await rewardNames(friend.token)).toEqual([])
    const email = uniqueEmail()
    const rotated = tokenAfter(await post(`${v6}/for_a_page`, await newToken(), { email }))
    expect((await readMe(rotated)).email).toBe(email)
    expect(await causedBy(friend.token, 'purchase', { amount: 10 })).toMatchObject({ status: 'SUCCEEDED' })
    expect(await rewardNames(await verify(ann))).toEqual(['ten-euro'])
    expect(fieldsOf(await get('/zones/for_a_page?first_name=Zoe', friend.token))).toHaveProperty('title', '')
  })
})

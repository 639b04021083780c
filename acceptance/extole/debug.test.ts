import { describe, expect, it } from 'vitest'
import { describeReply, fieldsOf, type Reply } from '../client.ts'
import { unique } from '../unique.ts'
import { anId, okOf } from './conventions.ts'
import { ask, extole, identified, newToken, post, readMe, tokenAfter, verified } from './extole.ts'
import { codeOf } from './referral.ts'
import { signJwt } from './sign-jwt.ts'

/** What `X-Extole-Log` says, by name and in its order. */
function logOf(reply: Reply): ReadonlyMap<string, string> {
  const header = reply.headers['x-extole-log']
  expect(header, describeReply(reply)).toBeTypeOf('string')
  return new Map(
    String(header)
      .split('; ')
      .map((pair) => {
        const equals = pair.indexOf('=')
        expect(equals, pair).toBeGreaterThan(0)
        return [pair.slice(0, equals), pair.slice(equals + 1)]
      }),
  )
}

const askWith = (debug: string | undefined, path: string, token?: string, method = 'GET', body?: object) =>
  ask(method, path, { token, body, headers: { 'X-Extole-Debug': debug } })

const debugged = '/api/v4/me/capabilities'

describe('X-Extole-Debug', () => {
  it('E120: each level adds to the one before', async () => {
    const token = await newToken()
    const [one, two, three] = [
      logOf(await askWith('1', debugged, token)),
      logOf(await askWith('2', debugged, token)),
      logOf(await askWith('3', debugged, token)),
    ]
    expect([...one.keys()]).toEqual(['request'])
    expect(one.get('request')).toMatch(anId)
    expect([...two.keys()]).toEqual(expect.arrayContaining(['request', 'total_ms', 'auth_ms']))
    for (const name of ['total_ms', 'auth_ms']) expect(two.get(name)).toMatch(/^\d+(\.\d+)?$/)
    expect([...three.keys()]).toEqual(expect.arrayContaining([...two.keys(), 'trust', 'profile', 'campaign']))
    expect(two.has('trust')).toBe(false)
  })

  it.each(['4', '10', '999', '99999999999999999999'])('E120: %s counts as 3', async (level) => {
    expect(logOf(await askWith(level, debugged, await newToken())).has('trust')).toBe(true)
  })

  it.each([undefined, '', '0', '000', 'false', 'true', '-1', '1.5', 'one', '1 2', '0x3'])(
    'E120: without a level (%s) nothing is told',
    async (level) => {
      const reply = await askWith(level, debugged, await newToken())
      expect(reply.headers['x-extole-log']).toBeUndefined()
    },
  )

  it('E120: on an error request is its unique_id, on web routes too', async () => {
    const refused = await askWith('1', '/api/v4/me')
    expect(logOf(refused).get('request')).toBe(fieldsOf(refused).unique_id)
    const unknown = await askWith('3', '/foo/bar')
    expect(logOf(unknown).get('request')).toBe(fieldsOf(unknown).unique_id)
    const web = await askWith('2', '/zones/no_such_zone')
    expect(logOf(web).get('request')).toBe(JSON.parse(String(web.headers['x-extole-error'])).unique_id)
  })

  it('E120: level 3 tells the trust, the profile and the campaign of the call', async () => {
    const anonymous = await newToken()
    const [ann, ben] = [await identified(), await verified()]
    for (const [token, trust, profile] of [
      [undefined, 'none', '-'],
      [anonymous, 'anonymous', (await readMe(anonymous)).id],
      [ann.token, 'identified', ann.id],
      [ben.token, 'verified', ben.id],
    ] as const) {
      const log = logOf(await askWith('3', '/api/v5/token', token, token === undefined ? 'POST' : 'GET'))
      expect([log.get('trust'), log.get('profile'), log.get('campaign')]).toEqual([trust, profile, '-'])
    }
    const zone = await askWith('3', '/zones/mobile_sharing', ann.token)
    expect(logOf(zone).get('campaign')).toBe(zone.headers['x-extole-campaign'])
    const jwt = await signJwt({ email: ann.email })
    const raised = await askWith('3', '/api/v6/events', ann.token, 'POST', { event_name: 'login', jwt })
    expect(logOf(raised).get('trust')).toBe('verified')
    const link = await askWith('3', `/${await codeOf(ann.token)}`)
    expect(logOf(link).get('trust')).toBe('anonymous')
    expect(logOf(link).get('profile')).toBe((await readMe(tokenAfter(link))).id)
  })

  it('E120: it changes neither body nor status, and holds nothing personal', async () => {
    const ann = await verified({ first_name: 'Annabelle' })
    const plain = await askWith(undefined, '/api/v4/me', ann.token)
    const debuggedReply = await askWith('3', '/api/v4/me', ann.token)
    expect([debuggedReply.status, debuggedReply.body.toString()]).toEqual([
      plain.status,
      plain.body.toString(),
    ])
    for (const secret of [ann.email, 'Annabelle', ann.token]) {
      expect(debuggedReply.headers['x-extole-log']).not.toContain(secret)
    }
  })
})

describe('logs and metrics of clients', () => {
  const routes = [
    ['/api/v4/debug/logs', 'polling_id'],
    ['/v4/debug/metrics', 'id'],
  ] as const

  it.each(routes)('E123: %s takes what clients tell of themselves', async (path, id) => {
    const body = { message: 'It crashed', level: 'ERROR', key: 'k', metric_type: 'COUNTER', value: 1 }
    for (const token of [undefined, await newToken(), (await identified()).token, 'rubbish']) {
      expect(okOf(await post(path, token, body))).toEqual({ [id]: expect.stringMatching(anId) })
    }
  })

  it.each(routes)('E123: %s never fails', async (path, id) => {
    const send = (body: string | Uint8Array | undefined, type?: string, headers = {}) =>
      extole({ method: 'POST', path, body, headers: { 'Content-Type': type, ...headers } })
    const replies = [
      await send(undefined),
      await send('', 'application/json'),
      await send('{"message":', 'application/json'),
      await send('[1,2]', 'application/json'),
      await send('{"message":{"a":[7]},"level":9,"value":"x"}', 'application/json'),
      await send(`message=${unique()}`, 'application/x-www-form-urlencoded'),
      await send('<xml/>', 'text/xml'),
      await send(Buffer.from([0xff, 0xfe, 0x00]), 'application/octet-stream'),
      await send('{}', 'nonsense'),
      await send('{}', 'application/json', { Host: 'nowhere.example' }),
      await send('{}', 'application/json', { 'X-Extole-Jwt': 'rubbish' }),
    ]
    for (const reply of replies) {
      expect(okOf(reply), describeReply(reply)).toEqual({ [id]: expect.stringMatching(anId) })
    }
  })
})

import { expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique } from '../unique.ts'
import { anId, expectError, listOf, okOf } from './conventions.ts'
import { ask, get, identified, newToken, otherHost, post, readMe, verified } from './extole.ts'

const path = '/api/v6/me/shareables'
const defaultLabel = 'refer-a-friend'

async function create(token: string, fields?: Fields): Promise<Fields> {
  return okOf(await post(path, token, fields))
}

/** A code nobody used: letters, digits and dashes. */
const newCode = () => unique('Code')

it('E65: the answer holds the finished object', async () => {
  const token = await newToken()
  const made = await create(token)
  expect(made).toEqual({
    code: expect.stringMatching(/^[a-z0-9]{8,}$/),
    key: defaultLabel,
    label: defaultLabel,
    link: expect.stringMatching(new RegExp(`^https?://.+/${made.code}$`)),
    content: null,
    data: {},
  })
  expect(okOf(await get(`${path}/${made.code}`, token))).toEqual(made)
})

it('E65: label comes back as sent, also one that names no campaign; key defaults to it', async () => {
  const token = await newToken()
  for (const label of [defaultLabel, unique('no-campaign'), 'A_b-9']) {
    expect(await create(token, { label })).toMatchObject({ label, key: label })
  }
  expect(await create(token, { label: 'with-key', key: 'any key: ☂' })).toMatchObject({
    label: 'with-key',
    key: 'any key: ☂',
  })
})

it('section 9: content has all of its five fields, data is a map of texts', async () => {
  const content = { title: 'Hello', url: 'https://shop.acme.example/x' }
  const made = await create(await newToken(), { content, data: { a: '1', 'b c': 'é' } })
  expect(made).toMatchObject({ data: { a: '1', 'b c': 'é' } })
  expect(made.content).toEqual({
    partner_content_id: null,
    title: 'Hello',
    image_url: null,
    description: null,
    url: 'https://shop.acme.example/x',
  })
})

it('E66: creating with a key that exists answers the existing shareable unchanged', async () => {
  const { token } = await identified()
  const first = await create(token, { key: 'mine', data: { a: '1' } })
  const again = { key: 'mine', label: 'other', data: { a: '2' }, preferred_code_prefixes: [newCode()] }
  expect(await create(token, again)).toEqual(first)
  expect(okOf(await post(`${path}/get-or-create`, token, again))).toEqual(first)
  expect(listOf(await get(path, token))).toEqual([first])
})

it('E66: a key is unique per profile, so another person’s is another code', async () => {
  const [one, other] = [await newToken(), await newToken()]
  expect((await create(one, { key: 'same' })).code).not.toBe((await create(other, { key: 'same' })).code)
})

it('E66: repeats at the same moment never make a second code', async () => {
  const { token } = await identified()
  const made = await Promise.all(Array.from({ length: 12 }, () => create(token, { key: 'mine' })))
  expect(new Set(made.map(({ code }) => code)).size).toBe(1)
  expect(listOf(await get(path, token))).toHaveLength(1)
})

it('section 9: get-create-or-update makes one, and changes what is given of one that exists', async () => {
  const token = await newToken()
  const route = `${path}/get-create-or-update`
  const made = okOf(await post(route, token, { key: 'mine', data: { a: '1' }, content: { title: 'A' } }))
  const changed = okOf(await post(route, token, { key: 'mine', label: 'new-label', data: { b: '2' } }))
  expect(changed).toEqual({ ...made, label: 'new-label', data: { b: '2' } })
  expect(okOf(await get(`${path}/${made.code}`, token))).toEqual(changed)
  expect(okOf(await post(route, token, { key: 'mine' }))).toEqual(changed)
})

it('section 9: the list is narrowed by key and label, and empty if there is none', async () => {
  const token = await newToken()
  expect(listOf(await get(path, token))).toEqual([])
  const one = await create(token, { key: 'one', label: 'first' })
  const two = await create(token, { key: 'two', label: 'second' })
  expect(listOf(await get(path, token))).toEqual([one, two])
  expect(listOf(await get(`${path}?key=two`, token))).toEqual([two])
  expect(listOf(await get(`${path}?label=first`, token))).toEqual([one])
  expect(listOf(await get(`${path}?key=one&label=second`, token))).toEqual([])
})

it('section 9: one that is not mine, or is not there, is 403 shareable_not_found', async () => {
  const { code } = await create(await newToken())
  const token = await newToken()
  for (const asked of [code, 'no-such-code']) {
    expectError(await get(`${path}/${asked}`, token), 403, 'shareable_not_found', { code: asked })
  }
})

it('E67: codes are unique and looked up without regard to case, and shown as created', async () => {
  const code = newCode()
  const token = await newToken()
  expect(await create(token, { preferred_code_prefixes: [code] })).toMatchObject({ code })
  for (const asked of [code.toUpperCase(), code.toLowerCase()]) {
    expect(okOf(await get(`${path}/${asked}`, token)).code).toBe(code)
  }
  const other = await create(await newToken(), { preferred_code_prefixes: [code.toUpperCase()] })
  expect(String(other.code).toLowerCase()).not.toBe(code.toLowerCase())
})

it('E67: one code that many want at the same moment goes to one of them', async () => {
  const code = newCode()
  const tokens = await Promise.all(Array.from({ length: 8 }, () => newToken()))
  const made = await Promise.all(tokens.map((token) => create(token, { preferred_code_prefixes: [code] })))
  expect(made.filter((one) => one.code === code)).toHaveLength(1)
  expect(new Set(made.map((one) => one.code)).size).toBe(8)
})

it.each([
  'api',
  'events',
  'ZONES',
  'Wallet',
  'healthz',
  'sdk.js',
  'core.js',
  'v1',
  'users',
  'manage',
  'robots.txt',
])('E67, S2: a code is never the word %s that a route starts with', async (word) => {
  const { code } = await create(await newToken(), { preferred_code_prefixes: [word] })
  expect(String(code).toLowerCase()).not.toBe(word.toLowerCase())
  expect(code).toMatch(/^[a-z0-9]{8,}$/)
})

it('E68: the first entry that is a valid, free code is used exactly as it stands', async () => {
  const [taken, free, later] = [newCode(), newCode(), newCode()]
  await create(await newToken(), { preferred_code_prefixes: [taken] })
  const preferred_code_prefixes = ['a b', 'ab', '', taken, '.dot-first', `${free}._-`, later]
  expect(await create(await newToken(), { preferred_code_prefixes })).toMatchObject({ code: `${free}._-` })
})

it('E68: if none is free the first usable one is completed, also one that is shorter than 4', async () => {
  const taken = newCode()
  await create(await newToken(), { preferred_code_prefixes: [taken] })
  const completed = await create(await newToken(), { preferred_code_prefixes: ['a b', taken, taken] })
  expect(completed.code).toMatch(new RegExp(`^${taken}-[A-Za-z0-9]+$`))
  const short = await create(await newToken(), { preferred_code_prefixes: ['é', 'Jo'] })
  expect(short.code).toMatch(/^Jo-[A-Za-z0-9]+$/)
})

it.each([[[]], [['']], [['a b', 'é', '/x']], [[null, 5, {}]], [undefined]])(
  'E68: with no usable entry in %j the code is random',
  async (preferred_code_prefixes) => {
    const { code } = await create(await newToken(), { preferred_code_prefixes })
    expect(code).toMatch(/^[a-z0-9]{8,}$/)
  },
)

it.each([
  ['label_name_length_out_of_range', { label: '' }, { name: '', min_length: '1', max_length: '255' }],
  ['label_name_length_out_of_range', { label: 'x'.repeat(256) }, undefined],
  ['label_name_contains_illegal_character', { label: 'a b' }, { label: 'a b' }],
  ['label_name_contains_illegal_character', { label: 'é' }, { label: 'é' }],
  ['data_attribute_name_invalid', { data: { ' ': 'x' } }, undefined],
  ['data_attribute_name_length_out_of_range', { data: { ['x'.repeat(201)]: 'x' } }, undefined],
  ['data_attribute_value_invalid', { data: { a: 5 } }, undefined],
  ['data_attribute_value_invalid', { data: { a: ['x'] } }, undefined],
  ['data_attribute_value_length_out_of_range', { data: { a: 'x'.repeat(2001) } }, { name: 'a' }],
  ['content_image_url_invalid', { content: { image_url: 'javascript:x' } }, { image_url: 'javascript:x' }],
  ['content_image_url_invalid', { content: { image_url: 'nonsense' } }, { image_url: 'nonsense' }],
  ['invalid_content_url', { content: { url: 'ftp://x.example' } }, { url: 'ftp://x.example' }],
  ['invalid_content_url', { content: { url: '/x' } }, { url: '/x' }],
])('E69: 403 %s for %j, and nothing is made', async (code, fields, parameters) => {
  const token = await newToken()
  expectError(await post(path, token, fields), 403, code, parameters)
  expect(listOf(await get(path, token))).toEqual([])
})

it('E69: a content url of more than 2000 characters is 400', async () => {
  const url = `https://x.example/${'x'.repeat(2000)}`
  const reply = await post(path, await newToken(), { content: { url } })
  expectError(reply, 400, 'content_url_length_out_of_range')
  expect(JSON.parse(reply.body.toString()).parameters.max_length).toBe('2000')
})

it('E69: what just fits is taken', async () => {
  const data = { ['x'.repeat(200)]: 'y'.repeat(2000) }
  expect(await create(await newToken(), { label: 'x'.repeat(255), data })).toMatchObject({ data })
  expect(await create(await newToken(), { label: 'x' })).toMatchObject({ label: 'x' })
})

it('E69: without a live referral campaign it is 403 person_not_rewardable', async () => {
  const headers = { Host: otherHost }
  const token = String(okOf(await ask('POST', '/api/v5/token', { headers })).access_token)
  const { id } = okOf(await ask('GET', '/api/v4/me', { token, headers }))
  const reply = await ask('POST', path, { token, headers, body: {} })
  expectError(reply, 403, 'person_not_rewardable', { person_id: id })
})

it('E9: no id of a shareable is a count', async () => {
  const { token } = await verified()
  await create(token)
  const [listed] = listOf(await get('/api/v4/me/shareables', token))
  expect(listed?.shareable_id).toMatch(anId)
  expect(String(listed?.shareable_id).length).toBeGreaterThanOrEqual(16)
  expect((await readMe(token)).id).not.toBe(listed?.shareable_id)
})

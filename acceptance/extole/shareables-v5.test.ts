import { expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique } from '../unique.ts'
import { anId, expectError, listOf, okOf } from './conventions.ts'
import { get, identified, newToken, post, put, verified } from './extole.ts'

const path = '/api/v5/me/shareables'
const label = 'refer-a-friend'

/** The first status answer: it is final already (E70). */
async function outcome(token: string, started: Promise<Fields>): Promise<Fields> {
  const { polling_id } = await started
  return okOf(await get(`${path}/status/${polling_id}`, token))
}

async function start(token: string, fields: Fields): Promise<Fields> {
  const started = okOf(await post(path, token, fields))
  expect(started).toEqual({ polling_id: expect.stringMatching(anId) })
  return started
}

async function change(token: string, code: unknown, fields: Fields): Promise<Fields> {
  const started = okOf(await put(`${path}/${code}`, token, fields))
  expect(started).toEqual({ polling_id: expect.stringMatching(anId) })
  return started
}

async function create(token: string, fields: Fields = {}): Promise<Fields> {
  const ended = await outcome(token, start(token, { label, ...fields }))
  expect(ended).toMatchObject({ status: 'SUCCEEDED' })
  return ended.shareable as Fields
}

function expectFailed(ended: Fields, code: string): void {
  expect(ended).toEqual({
    polling_id: expect.stringMatching(anId),
    status: 'FAILED',
    code: null,
    shareable: null,
    error: {
      unique_id: expect.stringMatching(anId),
      http_status_code: 403,
      code,
      message: expect.stringMatching(/\S/),
      parameters: expect.any(Object),
    },
  })
}

it('E70: creation is polled, and the first status call is final', async () => {
  const token = await newToken()
  const code = unique('Code')
  const ended = await outcome(token, start(token, { label, code, key: 'mine', data: { a: '1' } }))
  const shareable = {
    code,
    key: 'mine',
    label,
    link: expect.stringMatching(new RegExp(`/${code}$`)),
    content: null,
    data: { a: '1' },
  }
  expect(ended).toEqual({
    polling_id: expect.stringMatching(anId),
    status: 'SUCCEEDED',
    code,
    error: null,
    shareable,
  })
  expect(okOf(await get(`${path}/${code}`, token))).toEqual(shareable)
})

it('E70: without a code one is made', async () => {
  const made = await create(await newToken())
  expect(made).toMatchObject({ code: expect.stringMatching(/^[a-z0-9]{8,}$/), key: label, label })
})

it.each([
  ['code_out_of_range', { code: 'abc' }],
  ['code_out_of_range', { code: 'x'.repeat(51) }],
  ['code_illegal_character', { code: 'a b c' }],
  ['code_illegal_character', { code: 'code/x' }],
  ['code_contains_reserved_word', { code: 'events' }],
  ['code_contains_reserved_word', { code: 'Wallet' }],
  ['code_profane_word', { code: 'holy-shit' }],
  ['label_is_missing', { label: undefined }],
  ['label_name_out_of_range', { label: 'x' }],
  ['label_name_out_of_range', { label: 'x'.repeat(256) }],
  ['label_name_contains_illegal_character', { label: 'a b' }],
  ['data_attribute_name_length_out_of_range', { data: { ['x'.repeat(201)]: 'x' } }],
  ['data_attribute_value_invalid', { data: { a: 5 } }],
  ['data_attribute_value_length_out_of_range', { data: { a: 'x'.repeat(2001) } }],
  ['content_image_url_invalid', { content: { image_url: 'nonsense' } }],
  ['invalid_content_url', { content: { url: 'ftp://x.example' } }],
  ['content_url_length_out_of_range', { content: { url: `https://x.example/${'x'.repeat(2000)}` } }],
])('E71: %s ends FAILED with an error object of 403: %j', async (code, fields) => {
  const token = await newToken()
  expectFailed(await outcome(token, start(token, { label, ...fields })), code)
  expect(listOf(await get(path, token))).toEqual([])
})

it('E71: a code that somebody has is code_taken, one’s own too, in any letter case', async () => {
  const [one, other] = [await newToken(), await newToken()]
  const { code } = await create(one, { code: unique('Code') })
  for (const token of [one, other]) {
    for (const wanted of [code, String(code).toUpperCase()]) {
      const ended = await outcome(token, start(token, { label, key: unique('key'), code: wanted }))
      expectFailed(ended, 'code_taken')
    }
  }
  expectFailed(await outcome(one, start(one, { label, code })), 'code_taken')
})

it('E71: a key of one’s own is shareable_key_taken', async () => {
  const token = await newToken()
  await create(token, { key: 'mine' })
  expectFailed(await outcome(token, start(token, { label, key: 'mine' })), 'shareable_key_taken')
  const withCode = start(token, { label, key: 'mine', code: unique('Code') })
  expectFailed(await outcome(token, withCode), 'shareable_key_taken')
  await create(await newToken(), { key: 'mine' })
})

it('E71: of many who want one code at the same moment one gets it', async () => {
  const code = unique('Code')
  const tokens = await Promise.all(Array.from({ length: 8 }, () => newToken()))
  const ended = await Promise.all(tokens.map((token) => outcome(token, start(token, { label, code }))))
  expect(ended.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(1)
  for (const failed of ended.filter(({ status }) => status === 'FAILED')) expectFailed(failed, 'code_taken')
})

it('E72: reading is as in v6', async () => {
  const token = await newToken()
  const one = await create(token, { key: 'one', label: 'first' })
  const two = await create(token, { key: 'two', label: 'second' })
  for (const version of ['v5', 'v6']) {
    const list = `/api/${version}/me/shareables`
    expect(listOf(await get(list, token))).toEqual([one, two])
    expect(listOf(await get(`${list}?key=two`, token))).toEqual([two])
    expect(listOf(await get(`${list}?label=first`, token))).toEqual([one])
    expect(okOf(await get(`${list}/${one.code}`, token))).toEqual(one)
  }
  const reply = await get(`${path}/${one.code}`, await newToken())
  expectError(reply, 403, 'shareable_not_found', { code: one.code })
})

it('E72: PUT changes what is given, and is polled', async () => {
  const token = await newToken()
  const made = await create(token, { key: 'one', data: { a: '1' }, content: { title: 'A' } })
  const ended = await outcome(token, change(token, made.code, { key: 'uno', data: { b: '2' } }))
  const changed = { ...made, key: 'uno', data: { b: '2' } }
  expect(ended).toMatchObject({ status: 'SUCCEEDED', code: made.code, error: null, shareable: changed })
  expect(okOf(await get(`${path}/${made.code}`, token))).toEqual(changed)
})

it('E72: PUT to a key that one has already ends FAILED, and changes nothing', async () => {
  const token = await newToken()
  const [one] = [await create(token, { key: 'one' }), await create(token, { key: 'two' })]
  const refused = change(token, one.code, { key: 'two', data: { a: '1' } })
  expectFailed(await outcome(token, refused), 'shareable_key_taken')
  expect(okOf(await get(`${path}/${one.code}`, token))).toEqual(one)
})

it('E72: PUT of somebody else’s, or of none, is 403 shareable_not_found', async () => {
  const { code } = await create(await newToken())
  const token = await newToken()
  for (const asked of [code, 'no-such-code']) {
    expectError(await put(`${path}/${asked}`, token, { data: {} }), 403, 'shareable_not_found', {
      code: asked,
    })
  }
})

it('E72: anybody’s shareable is the object and its person', async () => {
  const { token, id } = await identified()
  const made = await create(token)
  for (const reader of [await newToken(), (await verified()).token, token]) {
    expect(okOf(await get(`/api/v5/shareables/${made.code}`, reader))).toEqual({ ...made, person_id: id })
  }
  const reply = await get('/api/v5/shareables/no-such-code', await newToken())
  expectError(reply, 403, 'shareable_not_found', { code: 'no-such-code' })
})

it('E115: a polling is its caller’s own, and a wrong one tells nothing', async () => {
  const owner = await identified()
  const { polling_id } = await start(owner.token, { label })
  for (const [token, id] of [
    [(await identified()).token, polling_id],
    [(await identified(owner.email)).token, polling_id],
    [owner.token, '1'],
    [owner.token, 'x'],
  ] as const) {
    const reply = await get(`${path}/status/${id}`, token)
    expectError(reply, 400, 'invalid_parameter', { parameter: 'polling_id' })
  }
  const sibling = await verified({ email: owner.email })
  okOf(await get(`${path}/status/${polling_id}`, sibling.token))
})

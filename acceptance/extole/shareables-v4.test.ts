import { expect, it } from 'vitest'
import { type Fields, jsonOf } from '../client.ts'
import { unique } from '../unique.ts'
import { anId, expectError, okOf } from './conventions.ts'
import { ask, get, newToken, post, put } from './extole.ts'

const label = 'refer-a-friend'

it('section 9: v4 adds shareable_id, and target_url is required but only stored', async () => {
  const token = await newToken()
  const v4 = '/api/v4/me/shareables'
  expectError(await post(v4, token, { label }), 400, 'invalid_json_malformed')
  const code = unique('Code')
  const target_url = 'https://elsewhere.example/x'
  const { polling_id } = okOf(await post(v4, token, { label, code, target_url }))
  const ended = okOf(await get(`${v4}/status/${polling_id}`, token))
  const { shareable_id } = ended
  expect(ended).toEqual({
    polling_id,
    status: 'SUCCEEDED',
    shareable_id: expect.stringMatching(anId),
    error: null,
  })
  const shareable = okOf(await get(`${v4}/${shareable_id}`, token))
  expect(shareable).toMatchObject({ code, label, key: label, shareable_id, data: {}, content: null })
  expect(String(shareable.link).endsWith(`/${code}`)).toBe(true)
  expect(jsonOf(await get(v4, token))).toEqual([shareable])
  const changed = okOf(await put(`${v4}/${shareable_id}`, token, { data: { a: '1' }, target_url }))
  expect(okOf(await get(`${v4}/status/${changed.polling_id}`, token)).status).toBe('SUCCEEDED')
  expect(okOf(await get(`${v4}/${shareable_id}`, token)).data).toEqual({ a: '1' })

  const reader = await newToken()
  for (const asked of [`/api/v4/shareable/${shareable_id}`, `/api/v4/shareable?code=${code}`]) {
    expect(okOf(await get(asked, reader))).toMatchObject({ code, shareable_id })
  }
  expectError(await get(`${v4}/${shareable_id}`, reader), 403, 'NOT_FOUND', { shareable_id })
  expectError(await get('/api/v4/shareable/7', reader), 403, 'NOT_FOUND', { shareable_id: '7' })
  expectError(await get('/api/v4/shareable?code=no-such-code', reader), 403, 'NOT_FOUND')
})

it('section 9: v4 names refusals of codes its own way, all 400', async () => {
  const owner = await newToken()
  const { code, link } = okOf(await post('/api/v6/me/shareables', owner, { label, key: 'mine' }))
  const target_url = 'https://shop.acme.example/'
  const failedBy = async (token: string, fields: Fields): Promise<Fields> => {
    const { polling_id } = okOf(await post('/api/v4/shareable', token, { label, target_url, ...fields }))
    const ended = okOf(await get(`/api/v4/shareable/status/${polling_id}`, token))
    expect(ended).toMatchObject({ status: 'FAILED', shareable_id: null, error: { http_status_code: 400 } })
    return ended.error as Fields
  }
  const other = await newToken()
  expect(await failedBy(other, { code: 'abc' })).toMatchObject({ code: 'code_out_of_range' })
  expect(await failedBy(other, { code: 'a b c' })).toMatchObject({ code: 'code_illegal_character' })
  expect(await failedBy(owner, { key: 'mine' })).toMatchObject({ code: 'key_taken' })
  expect(await failedBy(other, { code })).toMatchObject({
    code: 'EXISTING_LINK',
    parameters: { link, code_suggestions: expect.stringMatching(/\S/) },
  })
  const byBody = { access_token: other, label, target_url }
  okOf(await ask('POST', '/api/v4/shareable', { body: byBody }))
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken } from '../extole.fixture.ts'
import { openReferralExtole, type ReferralExtole } from '../referral.fixture.ts'

let extole: ReferralExtole
beforeAll(async () => {
  extole = await openReferralExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

test('shareables, v6: made once a key, changed only by who may, listed, anybody else’s not found (E65–E69)', async () => {
  const { token, email } = await extole.identified()
  const made = await extole.post(token, '/api/v6/me/shareables', {
    label: 'second',
    preferred_code_prefixes: ['no good', 'api', 'Pref-own'],
    data: { a: 'b' },
    content: { title: 'T', url: 'https://x.example/' },
  })
  expect(made.body).toEqual({
    code: 'Pref-own',
    key: 'second',
    label: 'second',
    link: 'https://go.acme.example/Pref-own',
    content: {
      partner_content_id: null,
      title: 'T',
      image_url: null,
      description: null,
      url: 'https://x.example/',
    },
    data: { a: 'b' },
  })
  const again = await extole.post(token, '/v6/me/shareables/get-or-create', {
    label: 'second',
    data: { a: 'c' },
  })
  expect(again.body).toEqual(made.body)
  const changed = await extole.post(token, '/v6/me/shareables/get-create-or-update', {
    key: 'second',
    data: { a: 'c' },
  })
  expect(changed.body).toEqual({ ...made.body, data: { a: 'c' } })
  const elsewhere = await newToken(extole, { email })
  expect((await extole.get(elsewhere, '/v6/me/shareables?key=second')).body).toEqual([changed.body])
  const denied = await extole.post(elsewhere, '/v6/me/shareables/get-create-or-update', {
    key: 'second',
    data: {},
  })
  expect([denied.status, denied.body.code]).toEqual([403, 'access_denied'])
  const stranger = await newToken(extole)
  const hidden = await extole.get(stranger, `/v6/me/shareables/${made.body.code}`)
  expect([hidden.status, hidden.body.code]).toEqual([403, 'shareable_not_found'])
  for (const [body, status, code] of [
    [{ label: 'a b' }, 403, 'label_name_contains_illegal_character'],
    [{ label: '' }, 403, 'label_name_length_out_of_range'],
    [{ data: { a: 1 } }, 403, 'data_attribute_value_invalid'],
    [{ data: { a: 'x'.repeat(2001) } }, 403, 'data_attribute_value_length_out_of_range'],
    [{ content: { image_url: 'javascript:x' } }, 403, 'content_image_url_invalid'],
    [{ content: { url: `https://x/${'y'.repeat(2000)}` } }, 400, 'content_url_length_out_of_range'],
  ] as const) {
    const refused = await extole.post(token, '/v6/me/shareables', body)
    expect([refused.status, refused.body.code]).toEqual([status, code])
  }
})

test('shareables, v5: the first status call tells, refusals too (E70–E72)', async () => {
  const { token } = await extole.identified()
  const status = async (body: object) => {
    const { polling_id } = (await extole.post(token, '/api/v5/me/shareables', body)).body
    return (await extole.get(token, `/api/v5/me/shareables/status/${polling_id}`)).body
  }
  const label = 'refer-a-friend'
  const made = await status({ label, code: 'my-code-own' })
  expect(made).toMatchObject({
    status: 'SUCCEEDED',
    code: 'my-code-own',
    error: null,
    shareable: { label },
  })
  for (const [body, code] of [
    [{ label, code: 'MY-CODE-own', key: 'other' }, 'code_taken'],
    [{ label, code: 'fresh-code-1' }, 'shareable_key_taken'],
    [{ label, code: 'abc' }, 'code_out_of_range'],
    [{ label, code: 'a b c d' }, 'code_illegal_character'],
    [{ label, code: 'wallet' }, 'code_contains_reserved_word'],
    [{ label, code: 'oh-shit' }, 'code_profane_word'],
    [{ code: 'fresh-code-2' }, 'label_is_missing'],
    [{ label: 'x' }, 'label_name_out_of_range'],
  ] as const) {
    expect(await status(body)).toMatchObject({
      status: 'FAILED',
      code: null,
      shareable: null,
      error: { code, http_status_code: 403, parameters: {} },
    })
  }
  const anybody = await extole.get(await newToken(extole), `/v5/shareables/${made.code}`)
  expect(anybody.body.person_id).toBe((await extole.get(token, '/v4/me')).body.id)
  const put = await extole.call('PUT', `/v5/me/shareables/${made.code}`, {
    token,
    body: { data: { x: 'y' } },
  })
  expect(
    (await extole.get(token, `/v5/me/shareables/status/${put.body.polling_id}`)).body.shareable.data,
  ).toEqual({
    x: 'y',
  })
  const foreign = await extole.get(await newToken(extole), `/v5/me/shareables/status/${put.body.polling_id}`)
  expect([foreign.status, foreign.body.code]).toEqual([400, 'invalid_parameter'])
})

test('of two shareables that are given one key at once, one gets it and the other is told that it is taken (E66, E71)', async () => {
  const { token } = await extole.identified()
  for (let round = 0; round < 10; round++) {
    const make = async (key: string) =>
      (await extole.post(token, '/api/v6/me/shareables', { key: `${key}${round}` })).body.code
    const codes = [await make('a'), await make('b')]
    const change = async (code: string) => {
      const url = `/api/v5/me/shareables/${code}`
      const { body } = await extole.call('PUT', url, { token, body: { key: `c${round}` } })
      const ended = await extole.get(token, `/api/v5/me/shareables/status/${body.polling_id}`)
      return ended.body.error?.code ?? 'changed'
    }
    expect((await Promise.all(codes.map(change))).toSorted()).toEqual(['changed', 'shareable_key_taken'])
  }
})

test('shareables, v4: by number, the target only kept, code errors with 400 (extole 9)', async () => {
  const { token } = await extole.identified()
  const body = { label: 'refer-a-friend', target_url: 'https://elsewhere.example/', code: 'old-own' }
  const status = async (sent: object) => {
    const { polling_id } = (await extole.post(token, '/api/v4/me/shareables', sent)).body
    return (await extole.get(token, `/api/v4/me/shareables/status/${polling_id}`)).body
  }
  const made = await status(body)
  expect(made).toEqual({
    polling_id: expect.any(String),
    status: 'SUCCEEDED',
    shareable_id: expect.any(String),
    error: null,
  })
  const shown = await extole.get(token, `/v4/me/shareables/${made.shareable_id}`)
  expect(shown.body).toMatchObject({ code: body.code, shareable_id: made.shareable_id })
  expect((await extole.follow(body.code)).answer.headers.location).toContain('https://shop.acme.example/')
  const stranger = await newToken(extole)
  expect((await extole.get(stranger, `/v4/shareable?code=${body.code}`)).body.shareable_id).toBe(
    made.shareable_id,
  )
  expect((await extole.get(stranger, `/v4/shareable/${made.shareable_id}`)).status).toBe(200)
  const hidden = await extole.get(stranger, `/v4/me/shareables/${made.shareable_id}`)
  expect([hidden.status, hidden.body.code]).toEqual([403, 'NOT_FOUND'])
  expect(await status(body)).toMatchObject({
    status: 'FAILED',
    shareable_id: null,
    error: {
      code: 'EXISTING_LINK',
      http_status_code: 400,
      parameters: { link: `https://go.acme.example/${body.code}` },
    },
  })
  expect(await status({ ...body, code: 'new-one-1' })).toMatchObject({
    error: { code: 'key_taken', http_status_code: 400 },
  })
  expect(await status({ ...body, code: 'x' })).toMatchObject({
    error: { code: 'code_out_of_range', http_status_code: 400 },
  })
})

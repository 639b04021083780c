import { expect, it } from 'vitest'
import { type Fields, fieldsOf } from '../client.ts'
import { person as user, v2 } from '../crossengage/xng.ts'
import { anId, expectError, okOf } from './conventions.ts'
import { ask, get, identified, newToken, post, put, readMe, verified } from './extole.ts'

const path = '/api/v4/me/parameters'

async function parametersOf(token: string): Promise<Fields> {
  return fieldsOf(await get(path, token))
}

async function write(token: string, parameters: Fields, type?: string): Promise<void> {
  const reply = await post(path, token, { parameters, type })
  expect(okOf(reply)).toEqual({ polling_id: expect.stringMatching(anId), status: 'SUCCEEDED' })
}

/** What others see: the names that are PUBLIC. */
async function publicOf(id: unknown): Promise<unknown> {
  return fieldsOf(await get(`/api/v4/persons/${id}`, await newToken())).parameters
}

it('E61: GET gives a flat map, the one of GET me', async () => {
  const token = await newToken()
  expect(await parametersOf(token)).toEqual({})
  await write(token, { colour: 'red', size: 42 })
  expect(await parametersOf(token)).toEqual({ colour: 'red', size: 42 })
  expect((await readMe(token)).parameters).toEqual({ colour: 'red', size: 42 })
})

it('E61: names that are not mentioned stay, and null removes one', async () => {
  const { token } = await verified()
  await write(token, { a: 1, b: 2, c: 3 })
  await write(token, { b: 20, c: null, nope: null })
  expect(await parametersOf(token)).toEqual({ a: 1, b: 20 })
  okOf(await put(`${path}/a`, token, { value: null }))
  expect(await parametersOf(token)).toEqual({ b: 20 })
})

it.each([
  'text',
  '',
  0,
  -1.5,
  true,
  false,
  [],
  [1, 'two', null, { three: 3 }],
  {},
  { deep: { er: [null] } },
  '😀 <b>',
  9007199254740991,
])('E61: the value %j comes back unchanged', async (value) => {
  const token = await newToken()
  await write(token, { posted: value })
  okOf(await put(`${path}/put`, token, { value }))
  expect(await parametersOf(token)).toEqual({ posted: value, put: value })
})

it('E61: names are one space, and writing a name again with another type changes its type', async () => {
  const { token, id } = await verified()
  await write(token, { size: 1 }, 'PUBLIC')
  expect(await publicOf(id)).toEqual({ size: 1 })
  await write(token, { size: 2 }, 'PRIVATE')
  expect(await publicOf(id)).toEqual({})
  expect(await parametersOf(token)).toEqual({ size: 2 })
  okOf(await put(`${path}/size`, token, { value: 3, type: 'PUBLIC' }))
  expect(await publicOf(id)).toEqual({ size: 3 })
})

it('E61: type defaults to PRIVATE, on PUT to the type it has', async () => {
  const { token, id } = await verified()
  await write(token, { hidden: 1 })
  await write(token, { shown: 1 }, 'PUBLIC')
  okOf(await put(`${path}/shown`, token, { value: 2 }))
  okOf(await put(`${path}/hidden`, token, { value: 2 }))
  okOf(await put(`${path}/fresh`, token, { value: 2 }))
  expect(await publicOf(id)).toEqual({ shown: 2 })
  await write(token, { shown: 3 })
  expect(await publicOf(id), 'POST without a type is PRIVATE').toEqual({})
})

it('E62: CLIENT names are the company’s: nobody writes them, and they are not listed', async () => {
  const shopper = user({ orderCount: 7 })
  await v2.store(shopper)
  const { token } = await verified({ email: shopper.email })
  expect(await parametersOf(token)).toEqual({})
  const known = await post(path, token, { type: 'CLIENT', parameters: { orderCount: 8 } })
  expectError(known, 403, 'read_only_name', { name: 'orderCount' })
  const unknown = await put(`${path}/nope`, token, { type: 'CLIENT', value: 8 })
  expectError(unknown, 403, 'client_param_not_found', { name: 'nope' })
  const anonymous = await put(`${path}/orderCount`, await newToken(), { type: 'CLIENT', value: 8 })
  expectError(anonymous, 403, 'read_only_name')
  expect(await v2.read(shopper.id)).toMatchObject({ orderCount: 7 })
})

it('E62: parameters are kept apart from attributes, also under the same name', async () => {
  const shopper = user({ orderCount: 7 })
  await v2.store(shopper)
  const { token } = await verified({ email: shopper.email })
  await write(token, { orderCount: 'mine', firstName: 'mine' }, 'PUBLIC')
  expect(await v2.read(shopper.id)).toEqual(expect.not.objectContaining({ firstName: 'mine' }))
  expect(await v2.read(shopper.id)).toMatchObject({ orderCount: 7 })
  expect(await parametersOf(token)).toEqual({ orderCount: 'mine', firstName: 'mine' })
  expect((await readMe(token)).first_name).toBeNull()
})

it('E37, E62: an identified token writes no parameter, of whatever type: access_denied goes first', async () => {
  const { token } = await identified()
  for (const body of [
    { parameters: { size: 1 } },
    { parameters: { size: 1 }, type: 'PUBLIC' },
    { parameters: { orderCount: 1 }, type: 'CLIENT' },
    { parameters: { nope: 1 }, type: 'CLIENT' },
    { parameters: { 'bad name': 1 } },
  ]) {
    expectError(await post(path, token, body), 403, 'access_denied')
  }
  expectError(await put(`${path}/size`, token, { value: 1 }), 403, 'access_denied')
  expect(await parametersOf(token)).toEqual({})
})

it.each(['a b', 'é', '', 'a/b', '{{x}}', 'a\nb'])('E63: the name %j is 403 invalid_name', async (name) => {
  const token = await newToken()
  const reply = await post(path, token, { parameters: { good: 1, [name]: 1 } })
  expectError(reply, 403, 'invalid_name', { name })
  expect(await parametersOf(token), 'one bad name refuses the whole request').toEqual({})
  if (name !== '') {
    expectError(await put(`${path}/${encodeURIComponent(name)}`, token, { value: 1 }), 403, 'invalid_name')
  }
})

it('E63: 200 characters of letters, digits, ".", "_" and "-" are a name, one more is too long', async () => {
  const token = await newToken()
  const longest = 'aZ09._-'.padEnd(200, 'x')
  await write(token, { [longest]: 1 })
  okOf(await put(`${path}/${longest}`, token, { value: 2 }))
  expect(await parametersOf(token)).toEqual({ [longest]: 2 })
  const tooLong = `${longest}x`
  const code = 'client_params_name_length_out_of_range'
  expectError(await post(path, token, { parameters: { [tooLong]: 1 } }), 403, code)
  expectError(await put(`${path}/${tooLong}`, token, { value: 1 }), 403, code)
})

it.each([
  'id',
  'email',
  'first_name',
  'last_name',
  'profile_picture_url',
  'partner_user_id',
  'cookie_consent',
  'processing_consent_type',
  'parameters',
  'locale',
])('E63: %s is a field of GET me: 403 read_only_name', async (name) => {
  const token = await newToken()
  expectError(await put(`${path}/${name}`, token, { value: 'x' }), 403, 'read_only_name', { name })
  const reply = await post(path, token, { parameters: { good: 1, [name]: 'x' } })
  expectError(reply, 403, 'read_only_name', { name })
  expect(await parametersOf(token)).toEqual({})
})

it('E63: a value has 2000 characters as JSON at most', async () => {
  const token = await newToken()
  await write(token, { note: 'x'.repeat(1998) })
  const reply = await post(path, token, { parameters: { note: 'y'.repeat(1999), good: 1 } })
  expectError(reply, 403, 'client_params_value_length_out_of_range', { name: 'note' })
  expect(await parametersOf(token)).toEqual({ note: 'x'.repeat(1998) })
})

it.each(['SECRET', 'public', '', 5])('E63: the type %j is 400 invalid_json_malformed', async (type) => {
  const token = await newToken()
  expectError(await post(path, token, { parameters: { size: 1 }, type }), 400, 'invalid_json_malformed')
  expectError(await put(`${path}/size`, token, { value: 1, type }), 400, 'invalid_json_malformed')
  expect(await parametersOf(token)).toEqual({})
})

it('E58: no body is missing_request_body here too', async () => {
  const token = await newToken()
  expectError(await post(path, token), 400, 'missing_request_body')
  expectError(await ask('PUT', `${path}/size`, { token }), 400, 'missing_request_body')
})

it('E61: __proto__ and its like are names as any other', async () => {
  const token = await newToken()
  const Authorization = `Bearer ${token}`
  okOf(await put(`${path}/__proto__`, token, { value: 1 }))
  okOf(await put(`${path}/constructor`, token, { value: 2 }))
  const reply = await ask('GET', path, { headers: { Authorization } })
  expect(reply.body.toString()).toContain('"__proto__":1')
  expect(reply.body.toString()).toContain('"constructor":2')
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken, openTestExtole, type TestExtole } from '../extole.fixture.ts'
import { signJwt } from '../sign-jwt.fixture.ts'

let extole: TestExtole
let people = 0
beforeAll(async () => {
  extole = await openTestExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

const newEmail = () => `p${++people}@x.example`
const me = async (token: string) => (await extole.call('GET', '/v4/me', { token })).body
const post = async (token: string, body: object) => {
  const answer = await extole.call('POST', '/v4/me', { token, body })
  return answer.status === 200 ? 'success' : answer.body.code
}
const verifiedToken = async (claims: object) => {
  const { body } = await extole.call('POST', '/v5/token', { body: { jwt: await signJwt({ ...claims }) } })
  return body.access_token as string
}

test('GET me has all keys, and an anonymous device sees what it gave (E57)', async () => {
  const token = await newToken(extole)
  expect(
    await post(token, {
      first_name: 'Ann',
      last_name: 'Lee',
      profile_picture_url: 'https://x.example/a.png',
    }),
  ).toBe('success')
  expect(await me(token)).toEqual({
    id: expect.stringMatching(/^[1-9]\d{15,18}$/),
    email: null,
    first_name: 'Ann',
    last_name: 'Lee',
    profile_picture_url: 'https://x.example/a.png',
    partner_user_id: null,
    cookie_consent: null,
    cookie_consent_type: null,
    processing_consent: null,
    processing_consent_type: null,
    parameters: {},
    locale: null,
  })
})

test('an unknown identifier makes the device profile that person: id, names and parameters stay (E26, E28)', async () => {
  const token = await newToken(extole)
  await post(token, { last_name: 'Lee' })
  await extole.call('POST', '/v4/me/parameters', { token, body: { parameters: { size: 42 } } })
  const before = await me(token)
  const email = newEmail()
  expect(await post(token, { email: ` ${email.toUpperCase()} `, first_name: 'Ann' })).toBe('success')
  expect(await me(token)).toEqual({ ...before, email, first_name: 'Ann' })
})

test('a known identifier: the device passes to that person, and what it brought stays its own (E26, E27, E35)', async () => {
  const email = newEmail()
  const owner = await verifiedToken({ email, first_name: 'Ann', last_name: 'Lee' })
  const guest = await newToken(extole)
  await post(guest, { last_name: 'Guest' })
  await extole.call('POST', '/v4/me/parameters', { token: guest, body: { parameters: { own: 1 } } })
  const guestId = (await me(guest)).id
  expect(await post(guest, { email, first_name: 'Mallory' })).toBe('success')
  const seen = await me(guest)
  expect(seen).toMatchObject({
    id: (await me(owner)).id,
    email,
    first_name: 'Mallory',
    last_name: 'Guest',
    parameters: { own: 1 },
  })
  expect(await me(owner)).toMatchObject({ first_name: 'Ann', last_name: 'Lee', parameters: {} })
  const merged = await extole.call('GET', `/v4/persons/${guestId}`, { token: owner })
  expect(merged.body.id).toBe(seen.id)
})

test('an identified token reads no private data of the person, and changes nothing (E35–E37)', async () => {
  const email = newEmail()
  const owner = await verifiedToken({
    email,
    partner_user_id: `c-${email}`,
    first_name: 'Ann',
    last_name: 'Lee',
  })
  await extole.call('POST', '/v4/me/parameters', {
    token: owner,
    body: { type: 'PUBLIC', parameters: { shown: 1 } },
  })
  await extole.call('POST', '/v4/me/parameters', { token: owner, body: { parameters: { hidden: 1 } } })
  const guest = await newToken(extole, { email })
  expect(await me(guest)).toMatchObject({
    email,
    first_name: 'Ann',
    last_name: null,
    partner_user_id: null,
    parameters: { shown: 1 },
  })
  expect(await post(guest, { first_name: 'X' })).toBe('access_denied')
  expect(await post(guest, { email, first_name: 'X' })).toBe('access_denied')
  expect(await post(guest, { email })).toBe('success')
  const parameter = await extole.call('PUT', '/v4/me/parameters/shown', { token: guest, body: { value: 2 } })
  expect(parameter.body.code).toBe('access_denied')
  expect((await me(owner)).first_name).toBe('Ann')
})

test('a bound device keeps its e-mail at any trust, and is not told whether another one is known (E39, E59)', async () => {
  const [known, mine] = [newEmail(), newEmail()]
  const stranger = await verifiedToken({ email: known })
  expect((await me(stranger)).email).toBe(known)
  const guest = await newToken(extole, { email: mine })
  const answers = await Promise.all(
    [known, newEmail()].map((email) => extole.call('POST', '/v4/me', { token: guest, body: { email } })),
  )
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [400, 'person_email_already_defined'],
    [400, 'person_email_already_defined'],
  ])
  expect(await post(await verifiedToken({ email: mine }), { email: newEmail() })).toBe(
    'person_email_already_defined',
  )
})

test('a verified token sets what the profile lacks and nobody has, as its own word (E59, S15)', async () => {
  const id = `own-${newEmail()}`
  const token = await verifiedToken({ partner_user_id: id })
  const taken = newEmail()
  await newToken(extole, { email: taken })
  expect(await post(token, { email: taken })).toBe('person_email_already_defined')
  const email = newEmail()
  expect(await post(token, { email })).toBe('success')
  expect(await me(token)).toMatchObject({ email, partner_user_id: id })
})

test('an e-mail that two people have, each in a business unit of their own, is nobody else’s to set, and no JWT gives it to somebody else (E46, E58, E59, S11)', async () => {
  const email = newEmail()
  await extole.db.database.asOwner((connection) =>
    connection.query(
      `with made as (
         insert into profiles (workspace_id, id, business_unit, email)
         select $1, gen_random_uuid(), unit, $2 from unnest(array['DE', 'AT']) unit returning id, business_unit
       )
       insert into identifiers (workspace_id, profile_id, kind, value, scope, level)
       select $1, id, 'email', $2, lower(business_unit), 'proof' from made`,
      [extole.workspaceId, email],
    ),
  )
  const token = await verifiedToken({ partner_user_id: `own-${email}` })
  expect(await post(token, { email })).toBe('person_email_already_defined')
  expect((await me(token)).email).toBeNull()
  const byCompany = await verifiedToken({ partner_user_id: `own-${email}`, email })
  expect(await me(byCompany)).toMatchObject({ email: null, partner_user_id: `own-${email}` })
})

test('a second identifier of somebody else is refused on POST me, and nothing is applied (E27)', async () => {
  const [one, other] = [`a-${newEmail()}`, newEmail()]
  await verifiedToken({ partner_user_id: one })
  const guest = await newToken(extole)
  expect(await post(guest, { email: other, partner_user_id: one })).toBe('partner_user_id_already_defined')
  expect((await me(guest)).email).toBeNull()
})

test('each field of POST me has its refusal, and all are checked before anything changes (E58)', async () => {
  const token = await newToken(extole)
  const refusals: [object, string][] = [
    [{ email: 'no address' }, 'invalid_person_email'],
    [{ first_name: 'x'.repeat(51) }, 'invalid_length_first_name'],
    [{ last_name: 'x'.repeat(51) }, 'invalid_length_last_name'],
    [{ profile_picture_url: 'javascript:alert(1)' }, 'invalid_profile_picture_url'],
    [{ partner_user_id: '' }, 'partner_user_id_invalid_length'],
    [{ partner_user_id: 'x'.repeat(256) }, 'partner_user_id_invalid_length'],
  ]
  for (const [body, code] of refusals) expect(await post(token, { first_name: 'Set', ...body })).toBe(code)
  expect((await me(token)).first_name).toBeNull()
})

test('first_name is the attribute that the workspace binds to it (E60, S22)', async () => {
  const email = newEmail()
  await verifiedToken({ email, first_name: 'Ann' })
  const { rows } = await extole.db.database.asOwner((connection) =>
    connection.query('select attributes from profiles where email = $1', [email]),
  )
  expect(rows).toEqual([{ attributes: { firstName: 'Ann' } }])
})

test('parameters: names stay, null removes, types change, PUT keeps the type (E61)', async () => {
  const token = await newToken(extole)
  const write = (body: object) => extole.call('POST', '/v4/me/parameters', { token, body })
  expect((await write({ type: 'PUBLIC', parameters: { a: { deep: [1, null] }, b: 'x' } })).body).toEqual({
    polling_id: expect.stringMatching(/^\d+$/),
    status: 'SUCCEEDED',
  })
  await write({ parameters: { c: 0 } })
  await extole.call('PUT', '/v4/me/parameters/a', { token, body: { value: false } })
  await write({ type: 'PRIVATE', parameters: { b: null } })
  expect((await extole.call('GET', '/v4/me/parameters', { token })).body).toEqual({ a: false, c: 0 })
  const { id } = await me(token)
  expect((await extole.call('GET', `/v4/person/${id}`, { token })).body.parameters).toEqual({ a: false })
})

test('parameters: each refusal, and one bad name refuses all (E62, E63)', async () => {
  const token = await newToken(extole)
  const code = async (body: object) =>
    (await extole.call('POST', '/v4/me/parameters', { token, body })).body.code
  expect(await code({ type: 'CLIENT', parameters: { tier: 1 } })).toBe('read_only_name')
  expect(await code({ type: 'CLIENT', parameters: { none: 1 } })).toBe('client_param_not_found')
  expect(await code({ type: 'OTHER', parameters: { a: 1 } })).toBe('invalid_json_malformed')
  expect(await code({ parameters: { good: 1, 'b d': 1 } })).toBe('invalid_name')
  expect(await code({ parameters: { ['n'.repeat(201)]: 1 } })).toBe('client_params_name_length_out_of_range')
  expect(await code({ parameters: { email: 1 } })).toBe('read_only_name')
  expect(await code({ parameters: { a: 'v'.repeat(2000) } })).toBe('client_params_value_length_out_of_range')
  expect((await extole.call('GET', '/v4/me/parameters', { token })).body).toEqual({})
})

test('another person: the public part by id, and nothing else (E39, E64)', async () => {
  const token = await newToken(extole)
  const owner = await verifiedToken({ email: newEmail(), first_name: 'Ann', last_name: 'Lee' })
  const { id } = await me(owner)
  expect((await extole.call('GET', `/v4/persons/${id}`, { token })).body).toEqual({
    id,
    first_name: 'Ann',
    image_url: null,
    parameters: {},
  })
  for (const [path, code] of [
    ['x', 'invalid_person_id'],
    ['1', 'person_not_found'],
    ['9'.repeat(19), 'invalid_person_id'],
  ]) {
    const answer = await extole.call('GET', `/v4/persons/${path}`, { token })
    expect([answer.status, answer.body.code]).toEqual([400, code])
  }
  const picture = await extole.call('GET', `/v4/persons/${id}/profile-picture-url`, { token })
  expect([picture.text, picture.headers['content-type']]).toEqual(['', 'text/plain; charset=utf-8'])
})

test('capabilities are the scopes (E109)', async () => {
  const answer = await extole.call('GET', '/v4/me/capabilities', {
    token: await verifiedToken({ email: newEmail() }),
  })
  expect(answer.body).toEqual({ capabilities: ['UPDATE_PROFILE', 'VERIFIED_CONSUMER'] })
})

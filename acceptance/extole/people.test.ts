import { expect, it } from 'vitest'
import { fieldsOf } from '../client.ts'
import { person as user, v2 } from '../crossengage/xng.ts'
import { expectError, okOf } from './conventions.ts'
import { ask, get, identified, newToken, otherHost, post, readMe, verified, writeMe } from './extole.ts'

const picture = 'https://cdn.acme.example/kim.png'

async function kim() {
  const known = await verified({ first_name: 'Kim', last_name: 'Secret' })
  await writeMe(known.token, { profile_picture_url: picture })
  okOf(await post('/api/v4/me/parameters', known.token, { type: 'PUBLIC', parameters: { shown: 1 } }))
  okOf(await post('/api/v4/me/parameters', known.token, { type: 'PRIVATE', parameters: { hidden: 1 } }))
  return known
}

it('E39, E64: at any trust another person is its public part, and nothing more', async () => {
  const known = await kim()
  const expected = { id: known.id, first_name: 'Kim', image_url: picture, parameters: { shown: 1 } }
  for (const token of [
    await newToken(),
    (await identified()).token,
    (await identified(known.email)).token,
    (await verified()).token,
    known.token,
  ]) {
    for (const path of [
      `/api/v4/persons/${known.id}`,
      `/api/v4/person/${known.id}`,
      `/v4/persons/${known.id}`,
    ]) {
      expect(fieldsOf(await get(path, token))).toEqual(expected)
    }
  }
})

it('E64: what is not there is null or empty', async () => {
  const { id } = await identified()
  expect(fieldsOf(await get(`/api/v4/persons/${id}`, await newToken()))).toEqual({
    id,
    first_name: null,
    image_url: null,
    parameters: {},
  })
})

it('E36: a name that the company wrote is public, its attributes are not', async () => {
  const shopper = user({ firstName: 'Ann', lastName: 'Lee', orderCount: 3 })
  await v2.store(shopper)
  const guest = await identified(shopper.email)
  expect(fieldsOf(await get(`/api/v4/persons/${guest.id}`, await newToken()))).toEqual({
    id: guest.id,
    first_name: 'Ann',
    image_url: null,
    parameters: {},
  })
})

it('E39: what a guest says about itself is not told of the person it claims to be', async () => {
  const known = await kim()
  const guest = await newToken()
  await writeMe(guest, { first_name: 'Mallory' })
  okOf(await post('/api/v4/me/parameters', guest, { type: 'PUBLIC', parameters: { shown: 2, more: 3 } }))
  await writeMe(guest, { email: known.email })
  expect((await readMe(guest)).first_name).toBe('Mallory')
  expect(fieldsOf(await get(`/api/v4/persons/${known.id}`, guest))).toMatchObject({
    first_name: 'Kim',
    parameters: { shown: 1 },
  })
})

it.each(['x', '0', '-1', '01', '1.5', '9223372036854775808', 'me', '%00'])(
  'E64: the id %s is 400 invalid_person_id',
  async (id) => {
    const reply = await get(`/api/v4/persons/${id}`, await newToken())
    expectError(reply, 400, 'invalid_person_id')
  },
)

it('E64: nobody’s id, and one of another workspace, is 400 person_not_found', async () => {
  const token = await newToken()
  expectError(await get('/api/v4/persons/7', token), 400, 'person_not_found', { person_id: '7' })
  const headers = { Host: otherHost }
  const elsewhere = String(okOf(await ask('POST', '/api/v5/token', { headers })).access_token)
  const { id } = okOf(await ask('GET', '/api/v4/me', { token: elsewhere, headers }))
  expectError(await get(`/api/v4/persons/${id}`, token), 400, 'person_not_found', { person_id: id })
})

it('E64: profile-picture-url is text, empty if there is none', async () => {
  const known = await kim()
  const token = await newToken()
  const reply = await get(`/api/v4/persons/${known.id}/profile-picture-url`, token)
  expect(reply.status).toBe(200)
  expect(reply.headers['content-type']).toMatch(/^text\/plain/)
  expect(reply.body.toString()).toBe(picture)
  const { id } = await identified()
  const none = await get(`/api/v4/persons/${id}/profile-picture-url`, token)
  expect([none.status, none.body.toString()]).toEqual([200, ''])
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { findTokens } from '../../core/customer-tokens/find-tokens.ts'
import { logIn, noteCreation } from '../../core/customer-tokens/log-in.ts'
import type { ProfileRef } from '../../core/profiles/known-profiles.ts'
import { createKnownProfile } from '../../core/registration/create-known-profile.ts'
import { newToken, openTestCareCloud, type TestCareCloud } from './carecloud.fixture.ts'

const workspace = `
workspace: acme
domains: [acme.example]
keys: [ { name: backend, kind: master, secret: test-master-key } ]
`
const allowing = `${workspace}
carecloud: { customerInterface: { allow: [check-registration-ability] } }
`

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([workspace])
})
afterAll(() => api[Symbol.asyncDispose]())

async function register(email: string): Promise<ProfileRef> {
  const acme = api.db.workspace()
  return await api.db.database.transaction(acme.id, (connection) =>
    createKnownProfile(connection, acme, { email, phone: null, level: 'own-word' }),
  )
}

async function tokenIdOf(token: string): Promise<string> {
  const found = await api.db.database.asOwner((connection) => findTokens(connection, [token]))
  return found.get(token)?.tokenId ?? ''
}

async function tokenOf(customer: ProfileRef): Promise<string> {
  const token = await newToken(api)
  const tokenId = await tokenIdOf(token)
  await api.db.database.inWorkspace(api.workspaceId, (connection) =>
    logIn(connection, api.workspaceId, tokenId, customer.profileId),
  )
  return token
}

const outOfReach = (value: string) => ({
  name: 'customer_id',
  reason: 'not_belong_to_logged_in_customer',
  value,
  message: expect.any(String),
})

test('on C a customer out of reach, existing or not, is 400; on E an unknown one is 404 (L28, L41)', async () => {
  const [ann, bob] = [await register('ann@x.example'), await register('bob@x.example')]
  const token = await tokenOf(ann)
  expect((await api.c('GET', `/customers/${ann.number}`, { token })).status).toBe(200)
  for (const id of [bob.number, '1', 'x', '9999999999999999999', '~x']) {
    const answer = await api.c('GET', `/customers/${id}`, { token })
    expect([answer.status, answer.body.error.error_data.invalid_params]).toEqual([400, [outOfReach(id)]])
  }
  expect((await api.e('GET', `/customers/${bob.number}`)).status).toBe(200)
  for (const id of ['1', 'x', '9999999999999999999']) {
    const answer = await api.e('GET', `/customers/${id}`)
    expect([answer.status, answer.body.error.error_data]).toEqual([
      404,
      { resource_name: 'customers', resource_id: id },
    ])
  }
})

test('a token that nobody is logged into reaches those it made, and nobody else (L27)', async () => {
  const [made, other] = [await register('made@x.example'), await register('other@x.example')]
  const token = await newToken(api)
  const tokenId = await tokenIdOf(token)
  expect((await api.c('GET', `/customers/${made.number}`, { token })).status).toBe(400)
  await api.db.database.inWorkspace(api.workspaceId, (connection) =>
    noteCreation(connection, api.workspaceId, tokenId, made.profileId),
  )
  expect((await api.c('GET', `/customers/${made.number}`, { token })).status).toBe(200)
  expect((await api.c('GET', `/customers/${other.number}`, { token })).status).toBe(400)
  await api.db.database.asOwner((connection) =>
    connection.query(`update token_creations set created_at = now() - interval '25 hours'`),
  )
  expect((await api.c('GET', `/customers/${made.number}`, { token })).status).toBe(400)
})

test('a list on C holds the reachable customers, of nobody it is empty (L30)', async () => {
  const ann = await register('list@x.example')
  const mine = await api.c('GET', '/customers', { token: await tokenOf(ann) })
  expect(mine.body.data.customers.map(({ customer_id }: { customer_id: string }) => customer_id)).toEqual([
    ann.number,
  ])
  const nobody = await api.c('GET', '/customers', { token: await newToken(api) })
  expect([nobody.status, nobody.body.data]).toEqual([200, { customers: [], total_items: 0 }])
})

test('a guarded operation answers as one of the other interface until the workspace allows it (L26, L33)', async () => {
  const call = async (token: string) =>
    await api.c('POST', '/customers/actions/check-registration-ability', {
      token,
      body: { type: 'email', value: 'free@x.example' },
    })
  const token = await newToken(api)
  expect((await call('')).status).toBe(401)
  const refused = await call(token)
  expect([refused.status, refused.body.error.title]).toEqual([
    403,
    'Customer API is not allowed for this resource',
  ])
  await api.db.apply(allowing)
  expect((await call(token)).body).toEqual({ data: { registration_ability: true } })
})

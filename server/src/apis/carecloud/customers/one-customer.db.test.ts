import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEvents } from '../../../core/events/events.ts'
import { identityParts } from '../../../core/identity/identity-parts.ts'
import { type Ingest, openIngest } from '../../../core/ingest/ingest.ts'
import { createProfileReader } from '../../../core/profiles/profile-reader.ts'
import { type App, createApp } from '../../../platform/http/app.ts'
import { createRateLimiters } from '../../../platform/http/rate-limit.ts'
import { registerCrossengage } from '../../crossengage/crossengage-api.ts'
import { registerExtole } from '../../extole/extole-api.ts'
import { signJwt } from '../../extole/sign-jwt.fixture.ts'
import { openStores } from '../../extole/stores.ts'
import { openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

const workspace = `
workspace: acme
domains: [acme.example]
publicUrl: https://go.acme.example
languages: [en, cs]
keys: [{ name: backend, kind: master, secret: test-master-key }]
jwtKeys: [{ kid: shop-1, algorithm: HS256, secret: "0123456789abcdef0123456789abcdef" }]
customerData:
  attributes:
    - { name: firstName, type: string }
    - { name: lastName, type: string }
    - { name: gender, type: string }
    - { name: birthday, type: datetime }
    - { name: mobile, type: string, format: phone }
  standardFields: { first_name: firstName, last_name: lastName, gender: gender, birthdate: birthday, phone: mobile }
`

let carecloud: TestCareCloud
let others: App
let ingest: Ingest
beforeAll(async () => {
  carecloud = await openTestCareCloud([workspace])
  const { db } = carecloud
  ingest = await openIngest({ ...db, profileParts: identityParts, applies: true })
  others = createApp({ trustedProxies: [] }, db.logger)
  registerCrossengage(others, {
    ...db,
    ingest,
    reader: createProfileReader(db.database),
    rateLimiter: createRateLimiters(false),
  })
  const events = await openEvents({ ...db, appendsOn: db.database, consumers: [] })
  registerExtole(others, {
    ...db,
    ...openStores(db.database),
    events,
    rateLimiter: createRateLimiters(false),
    clock: { now: () => new Date() },
    profileParts: identityParts,
    publicUrl: ({ settings }) => settings.publicUrl ?? '',
    rateLimit: false,
  })
  await others.ready()
})
afterAll(async () => {
  await others.close()
  await ingest[Symbol.asyncDispose]()
  await carecloud[Symbol.asyncDispose]()
})

const crossengage = { 'x-xng-authtoken': 'test-master-key', 'x-xng-apiversion': '1' }
async function crossengageUser(id: string): Promise<Record<string, unknown>> {
  const answer = await others.inject({ method: 'GET', url: `/users/${id}`, headers: crossengage })
  return answer.json()
}
async function crossengagePut(id: string, user: object): Promise<void> {
  const answer = await others.inject({
    method: 'PUT',
    url: `/users/${id}`,
    headers: crossengage,
    payload: user,
  })
  if (answer.statusCode >= 300) throw new Error(answer.body)
}
async function extole(method: 'GET' | 'POST', url: string, token?: string, body?: object) {
  const answer = await others.inject({
    method,
    url,
    headers: { host: 'acme.example', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body ? { payload: body } : {}),
  })
  return answer.json()
}
const customers = async (query: string) =>
  (await carecloud.e('GET', `/customers?${query}`)).body.data.customers

test('crossengage, extole and carecloud write one customer, and each shows in its words what the others wrote (L59, L60, S22, E60)', async () => {
  await crossengagePut('c-1', {
    email: 'Ann@e.example',
    firstName: 'Ann',
    gender: 'female',
    birthday: '1990-05-06T10:00:00Z',
    mobile: '+420221634695',
  })
  const [seen] = await customers('email=ann@e.example')
  expect(seen.personal_information).toMatchObject({
    email: 'Ann@e.example',
    first_name: 'Ann',
    gender: 2,
    birthdate: '1990-05-06',
    phone: '420221634695',
  })
  expect(await customers('phone=420221634695')).toHaveLength(1)

  const jwt = await signJwt({ partner_user_id: 'c-1', last_name: 'Novák' })
  const { access_token: token } = await extole('POST', '/v5/token', undefined, { jwt })
  await extole('POST', '/v4/me', token, { first_name: 'Anna' })
  const [renamed] = await customers('last_name=nov%C3%A1k')
  expect(renamed.personal_information).toMatchObject({ first_name: 'Anna', last_name: 'Novák' })
  expect(await crossengageUser('c-1')).toMatchObject({ firstName: 'Anna', lastName: 'Novák' })

  const put = await carecloud.e('PUT', `/customers/${seen.customer_id}`, {
    body: {
      personal_information: {
        email: 'anna@e.example',
        first_name: 'Anička',
        gender: 3,
        birthdate: '1990-05-06',
        phone: '00420 700 000 001',
      },
    },
  })
  expect(put.status, put.text).toBe(204)
  const user = await crossengageUser('c-1')
  // The day stays, so the datetime keeps its time; the last name is gone.
  expect(user).toMatchObject({
    email: 'anna@e.example',
    firstName: 'Anička',
    gender: 'miss',
    birthday: '1990-05-06T10:00:00Z',
    mobile: '+420700000001',
  })
  expect(user.lastName ?? null).toBeNull()
  const me = await extole('GET', '/v4/me', token)
  expect(me).toMatchObject({ email: 'anna@e.example', first_name: 'Anička', id: seen.customer_id })

  await crossengagePut('c-1', { gender: 'divers', mobile: null })
  const [last] = await customers('email=anna@e.example')
  expect(last.personal_information).toMatchObject({ gender: null, phone: null, first_name: 'Anička' })
  const taken = await carecloud.e('POST', '/customers', {
    body: { personal_information: { phone: '420700000001', email: 'ANNA@e.example' } },
  })
  // The phone that the attribute gave up is free; the address is the customer's.
  expect(taken.body.error.error_data.invalid_params).toMatchObject([
    { name: 'email', reason: 'already_exists' },
  ])
})

test('a customer that carecloud made is the user crossengage writes to, once it has its address (C15, L59)', async () => {
  const made = await carecloud.e('POST', '/customers', {
    body: { personal_information: { email: 'bob@e.example', first_name: 'Bob' } },
  })
  const id = made.body.data.customer_id
  await crossengagePut('c-2', { email: 'bob@e.example', lastName: 'Builder' })
  expect(await crossengageUser('c-2')).toMatchObject({ firstName: 'Bob', lastName: 'Builder' })
  const read = await carecloud.e('GET', `/customers/${id}`)
  expect(read.body.data.personal_information).toMatchObject({ first_name: 'Bob', last_name: 'Builder' })
})

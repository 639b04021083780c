import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openIngest } from '../../core/ingest/ingest.ts'
import { createProfileReader } from '../../core/profiles/profile-reader.ts'
import { openWorkspaceDirectory } from '../../core/workspaces/workspace-directory.ts'
import { type App, createApp } from '../../platform/http/app.ts'
import { createRateLimiters } from '../../platform/http/rate-limit.ts'
import { openSession } from '../../platform/postgres/session.ts'
import { type Answer, callApp, type Method } from '../../testing/call-app.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { registerCrossengage } from './crossengage-api.ts'

const file = (customerData: string, eventTypes = '') => `
workspace: acme
keys: [{ name: backend, kind: master, secret: test-master-key }]
customerData: { ${customerData} }
eventTypes: [${eventTypes}]
`

let db: TestDatabase
/** Knows what changes by asking alone: its session listens in another database. */
let deaf: App
/** Hears of every change at once. */
let hearing: App
const opened = new AsyncDisposableStack()

beforeAll(async () => {
  db = opened.use(await createTestDatabase())
  await db.apply(file('businessUnits: [DE], attributes: [{ name: mobile, type: string, format: phone }]'))
  const ingest = opened.use(await openIngest({ ...db, profileParts: [], applies: true }))
  const elsewhere = opened.use(await openSession(inject('databaseServerUrl'), db.logger))
  const unaware = await openWorkspaceDirectory(db.database, elsewhere, db.logger)
  async function appWith(directory: TestDatabase['directory']): Promise<App> {
    const app = opened.adopt(createApp({ trustedProxies: [] }, db.logger), (made) => made.close())
    const reader = createProfileReader(db.database)
    registerCrossengage(app, { ...db, directory, ingest, reader, rateLimiter: createRateLimiters(true) })
    await app.ready()
    return app
  }
  deaf = await appWith(unaware)
  hearing = await appWith(db.directory)
})
afterAll(() => opened.disposeAsync())

async function call(app: App, version: 1 | 2, method: Method, url: string, body: object): Promise<Answer> {
  const headers = { 'x-xng-authtoken': 'test-master-key', 'x-xng-apiversion': String(version) }
  return await callApp(app, method, url, { headers, body })
}

test('C56: a null for an attribute that another process has just made clears it, in v1 too', async () => {
  expect((await call(deaf, 1, 'PUT', '/users/1', { nickname: null })).status).toBe(200)
  const attribute = { name: 'traits.nickname', attributeType: 'STRING' }
  expect((await call(hearing, 1, 'POST', '/users/attributes', attribute)).status).toBe(200)
  expect((await call(hearing, 1, 'PUT', '/users/1', { nickname: 'Ada' })).status).toBe(200)
  expect((await call(deaf, 1, 'PUT', '/users/1', { nickname: null })).status).toBe(200)
  expect((await call(deaf, 1, 'GET', '/users/1', {})).body).not.toHaveProperty('nickname')
})

test('what a file has just allowed is refused nowhere: units, formats and events', async () => {
  const user = { id: '2', email: '2@example.com', businessUnit: 'AT' }
  expect((await call(deaf, 2, 'PUT', '/users', user)).status).toBe(400)
  const attributes = 'attributes: [{ name: mobile, type: string }]'
  await db.apply(file(`businessUnits: [DE, AT], ${attributes}`, '{ code: opened }'))
  expect((await call(deaf, 2, 'PUT', '/users', user)).status).toBe(202)
  await db.apply(file(`businessUnits: [DE, AT, CZ], ${attributes}`, '{ code: opened }'))
  expect((await call(deaf, 1, 'PUT', '/users/3', { businessUnit: 'cz' })).body).toMatchObject({
    businessUnit: 'CZ',
  })
  await db.apply(file(`businessUnits: [DE, AT, CZ, FR], ${attributes}`, '{ code: opened }'))
  const event = { email: '3@example.com', businessUnit: 'FR', events: [{ event: 'opened' }] }
  expect((await call(deaf, 1, 'POST', '/events', event)).status).toBe(202)
})

test('section 5: a format that a file has just taken away refuses nothing', async () => {
  const attribute = (format: string) => file(`attributes: [{ name: fax, type: string${format} }]`)
  await db.apply(attribute(', format: phone'))
  expect((await call(deaf, 1, 'PUT', '/users/4', { fax: 'none' })).status).toBe(400)
  await db.apply(attribute(''))
  expect((await call(deaf, 1, 'PUT', '/users/4', { fax: 'none' })).status).toBe(200)
})

test('2.4: whoever guesses keys is answered 429 in the shape of the call; a key that is known is never held up, and no key is 401', async () => {
  const guess = (url: string, version: string, secret?: string) =>
    callApp(hearing, 'POST', url, {
      headers: {
        'x-xng-apiversion': version,
        ...(secret === undefined ? {} : { 'x-xng-authtoken': secret }),
      },
    })
  let answer = await guess('/users/batch', '2', 'guess')
  for (let guesses = 0; guesses < 1000 && answer.status === 401; guesses++) {
    answer = await guess('/users/batch', '2', `guess ${guesses}`)
  }
  expect(answer.status).toBe(429)
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(answer.body).toMatchObject({ errors: [{ code: '10', source: { pointer: '' } }] })
  expect(await guess('/users/batch', '1', 'guess')).toMatchObject({ status: 429, text: '{}' })
  expect(await guess('/leads', '1', 'guess')).toMatchObject({ status: 429, text: '' })
  expect((await call(hearing, 1, 'POST', '/users/batch', {})).status).toBe(200)
  expect((await guess('/leads', '1')).status).toBe(401)
})

import { expect, it } from 'vitest'
import { person as user, v2 } from '../crossengage/xng.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { until } from '../until.ts'
import { anId, aToken, expectError, okOf } from './conventions.ts'
import {
  ask,
  get,
  identified,
  masterKey,
  newToken,
  post,
  readMe,
  sendEvent,
  tokenAfter,
  trustOf,
  verified,
  writeKey,
  writeMe,
} from './extole.ts'

const scopes = ['UPDATE_PROFILE', 'VERIFIED_CONSUMER']

function authorize(token: string, key?: string) {
  return post(`/api/v2/consumers/${token}/authorize`, key)
}

function tokenFor(personId: unknown, key?: string) {
  return post(`/api/v2/consumers/${personId}/token`, key)
}

it('E54: authorize verifies the consumer’s token in place', async () => {
  const { token, id } = await identified()
  const answer = okOf(await authorize(token, masterKey))
  expect(answer).toEqual({ access_token: token, client_id: expect.stringMatching(anId), scopes })
  expect(await trustOf(token)).toBe('verified')
  expect((await readMe(token)).id).toBe(id)
})

it('E54: token gives a new verified token on a new device for the profile', async () => {
  const { token, id, email } = await identified()
  const answer = okOf(await tokenFor(id, masterKey))
  expect(answer).toEqual({
    access_token: expect.stringMatching(aToken),
    client_id: expect.stringMatching(anId),
    scopes,
  })
  const minted = String(answer.access_token)
  expect(await trustOf(minted)).toBe('verified')
  expect(await readMe(minted)).toMatchObject({ id, email })
  const moved = tokenAfter(await sendEvent(minted, 'visit', { email: uniqueEmail() }))
  expect((await readMe(moved)).id).not.toBe(id)
  expect((await readMe(token)).id, 'the other device stays').toBe(id)
})

it('E54, E9: client_id is the workspace’s id: the same each time, and no count', async () => {
  const ids = await Promise.all(
    [await identified(), await verified()].map(
      async ({ id }) => okOf(await tokenFor(id, masterKey)).client_id,
    ),
  )
  expect(ids[0]).toBe(ids[1])
  expect(String(ids[0]).length).toBeGreaterThanOrEqual(16)
})

it('E54: the key may stand in the query, as a token may', async () => {
  const { token, id } = await identified()
  okOf(await post(`/api/v2/consumers/${token}/authorize?access_token=${masterKey}`))
  okOf(await ask('POST', `/api/v2/consumers/${id}/token`, { headers: { Authorization: masterKey } }))
})

it('S13: what the back end authorizes is proved: a claim is taken over', async () => {
  const { token, email } = await identified()
  const owner = await verified({ email, last_name: 'Lee' })
  expect(await trustOf(token)).toBe('identified')
  okOf(await authorize(token, masterKey))
  expect(await readMe(token)).toMatchObject({ id: owner.id, last_name: 'Lee' })
})

it('E54: a person of the crossengage API is named by the id that extole shows', async () => {
  const shopper = user({ lastName: 'Lee' })
  await v2.store(shopper)
  const guest = await newToken()
  await writeMe(guest, { partner_user_id: shopper.id })
  const { id } = await readMe(guest)
  const token = String(okOf(await tokenFor(id, masterKey)).access_token)
  expect(await readMe(token)).toMatchObject({ id, last_name: 'Lee', partner_user_id: shopper.id })
})

it('E55: only a key of kind master is a credential', async () => {
  const { token, id } = await identified()
  const owner = await verified()
  for (const call of [(key?: string) => authorize(token, key), (key?: string) => tokenFor(id, key)]) {
    expectError(await call(), 403, 'missing_access_token')
    expectError(await call('nonsense-key'), 403, 'invalid_access_token')
    expectError(await call('A'.repeat(26)), 403, 'invalid_access_token')
    for (const key of [token, owner.token, writeKey, 'test-exchange-account-key', 'test-manage-key']) {
      expectError(await call(key), 403, 'access_denied')
    }
  }
  expect(await trustOf(token)).toBe('identified')
})

it('E55: cookies and bodies are no place for the key', async () => {
  const { token } = await identified()
  const path = `/api/v2/consumers/${token}/authorize`
  const headers = { Cookie: `extole_token=${masterKey}` }
  expectError(await ask('POST', path, { headers }), 403, 'missing_access_token')
  expectError(await post(path, undefined, { access_token: masterKey }), 403, 'missing_access_token')
})

it('E56: an unknown or expired consumer token is 400 consumer_token_invalid', async () => {
  for (const token of ['A'.repeat(26), 'nonsense', masterKey]) {
    expectError(await authorize(token, masterKey), 400, 'consumer_token_invalid')
  }
  const expiring = await newToken({ email: uniqueEmail(), duration_seconds: 1 })
  await until(
    () => get('/api/v4/me', expiring),
    (answer) => answer.status === 403,
  )
  expectError(await authorize(expiring, masterKey), 400, 'consumer_token_invalid')
})

it('E56: a device that is bound to nobody is 403 consumer_token_upgrade_not_allowed', async () => {
  const token = await newToken()
  expectError(await authorize(token, masterKey), 403, 'consumer_token_upgrade_not_allowed')
  expect(await trustOf(token)).toBe('anonymous')
})

it.each(['x', '0', '-1', '1.5', '9223372036854775808', '99999999999999999999'])(
  'E56: the person id %s is 400 invalid_person_id',
  async (id) => {
    expectError(await tokenFor(id, masterKey), 400, 'invalid_person_id', { person_id: id })
  },
)

it('E56: a person that is not there, or is another workspace’s, is 400 person_not_found', async () => {
  expectError(await tokenFor('7', masterKey), 400, 'person_not_found', { person_id: '7' })
  const { id } = await identified()
  const reply = await tokenFor(id, 'other-master-key')
  expectError(reply, 400, 'person_not_found', { person_id: id })
})

it('S20: a customer that was erased has no tokens any more', async () => {
  const shopper = user()
  await v2.store(shopper)
  const { token, id } = await verified({ email: shopper.email, partner_user_id: shopper.id })
  await v2.erase(shopper.id)
  expectError(await get('/api/v4/me', token), 403, 'invalid_access_token')
  expectError(await authorize(token, masterKey), 400, 'consumer_token_invalid')
  expectError(await tokenFor(id, masterKey), 400, 'person_not_found')
  expectError(await get(`/api/v4/persons/${id}`, await newToken()), 400, 'person_not_found')
})

it('S15: a claimed e-mail yields to the proof of somebody else', async () => {
  const email = uniqueEmail()
  const partner = unique('partner')
  const device = await newToken()
  await writeMe(device, { email, partner_user_id: partner })
  const byPartner = await newToken()
  await writeMe(byPartner, { partner_user_id: partner })
  okOf(await authorize(byPartner, masterKey))
  const shopper = await verified({ email })
  expect(shopper.id).not.toBe((await readMe(byPartner)).id)
  expect(await readMe(byPartner)).toMatchObject({ email: null, partner_user_id: partner })
})

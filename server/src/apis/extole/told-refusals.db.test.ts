import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken, openTestExtole, type TestExtole } from './extole.fixture.ts'

let extole: TestExtole
const lines: string[] = []

beforeAll(async () => {
  extole = await openTestExtole({ logger: pino({ level: 'info' }, { write: (line) => lines.push(line) }) })
})
afterAll(() => extole[Symbol.asyncDispose]())

/** What a status answered with 200 tells of a refusal, and what the log has under its id. */
async function told(token: string, path: string): Promise<{ code: string; logged: unknown }> {
  const { status, body } = await extole.call('GET', path, { token })
  expect([status, body.status]).toEqual([200, 'FAILED'])
  const { unique_id, code } = body.error
  expect(unique_id).toMatch(/^\d{16,19}$/)
  const logged = lines.map((line) => JSON.parse(line)).filter(({ uniqueId }) => uniqueId === unique_id)
  expect(logged).toHaveLength(1)
  return { code, logged: logged[0].code }
}

test.each([
  ['/v4/me/shareables', { target_url: 'https://shop.example' }, 'code_illegal_character'],
  ['/v5/me/shareables', {}, 'code_illegal_character'],
])(
  'a share code that %s refuses is told with an id that the log has (E71, E116)',
  async (path, fields, code) => {
    const token = await newToken(extole, { email: 'codes@x.example' })
    const body = { ...fields, code: 'no spaces', label: 'refer-a-friend' }
    const { body: started } = await extole.call('POST', path, { token, body })
    expect(await told(token, `${path}/status/${started.polling_id}`)).toEqual({ code, logged: code })
  },
)

test('a verification mail that is not sent is told with an id that the log has, and the log has no address (E50, E116)', async () => {
  const token = await newToken(extole, { email: 'undelivered@x.example' })
  const { body: started } = await extole.call('POST', '/v4/me/send-verification-email', { token })
  await extole.db.database.asOwner((connection) => connection.query(`update mails set state = 'failed'`))
  const path = `/v4/me/send-verification-email/status/${started.polling_id}`
  expect(await told(token, path)).toEqual({ code: 'software_error', logged: 'software_error' })
  expect(lines.join('')).not.toContain('undelivered@')
})

import { describe, expect, it } from 'vitest'
import { describeReply, type Fields, fieldsOf, type Reply } from '../client.ts'
import { uniqueEmail } from '../unique.ts'
import { until } from '../until.ts'
import { anId, expectError, expectErrorObject, listOf, okOf } from './conventions.ts'
import { get, identified, newToken, post, put, sendEvent, untilFinal, verified } from './extole.ts'
import { codeOf, friendOf, rewardStatus } from './referral.ts'

/** Every call that begins what is polled, and where its status is told. */
const started: readonly (readonly [string, (token: string) => Promise<Reply>, string])[] = [
  [
    'a share',
    (token) => post('/api/v6/email/share', token, { recipient_email: uniqueEmail() }),
    '/api/v6/email/share/status/',
  ],
  [
    'a verification mail',
    (token) => post('/api/v4/me/send-verification-email', token),
    '/api/v4/me/send-verification-email/status/',
  ],
  [
    'a shareable of version 5',
    (token) => post('/api/v5/me/shareables', token, { label: 'refer-a-friend' }),
    '/api/v5/me/shareables/status/',
  ],
  [
    'a shareable of version 4',
    (token) => post('/api/v4/me/shareables', token, { label: 'bring-two', target_url: 'https://x.example/' }),
    '/api/v4/me/shareables/status/',
  ],
]

const final = ['SUCCEEDED', 'FAILED']

describe('what is begun and asked about', () => {
  it.each(started)(
    'E114: %s answers a polling_id, and ends in a final state',
    async (_name, begin, status) => {
      const { token } = await identified()
      const { polling_id } = okOf(await begin(token))
      expect(polling_id).toMatch(anId)
      const answers: Fields[] = []
      await until(
        () => get(`${status}${polling_id}`, token),
        (reply) => {
          const answer = okOf(reply)
          expect(answer.polling_id).toBe(polling_id)
          if (answer.status !== 'FAILED') expect(answer.error, describeReply(reply)).toBeNull()
          answers.push(answer)
          return final.includes(String(answer.status))
        },
      )
      const [last] = answers.slice(-1)
      expect(last?.status).toBe('SUCCEEDED')
      expect(fieldsOf(await get(`${status}${polling_id}`, token))).toEqual(last)
    },
  )

  it('E114: FAILED comes with an error object', async () => {
    const { token } = await identified()
    const { polling_id } = okOf(await post('/api/v5/me/shareables', token, { label: 'x' }))
    const reply = await get(`/api/v5/me/shareables/status/${polling_id}`, token)
    const { status, error } = okOf(reply)
    expect(status).toBe('FAILED')
    expectErrorObject(error as Fields, 403, reply)
  })

  it.each(started)(
    'E115: of %s nobody else hears, and unknown ids are told alike',
    async (_name, begin, status) => {
      const ann = await verified()
      const { polling_id } = okOf(await begin(ann.token))
      const elsewhere = await identified(ann.email)
      const strangers = [await newToken(), (await identified()).token, elsewhere.token]
      for (const token of strangers) {
        const refused = await get(`${status}${polling_id}`, token)
        expectError(refused, 400, 'invalid_parameter', { parameter: 'polling_id' })
      }
      for (const unknown of ['123456789', '0', '-1', 'abc', '9'.repeat(40), 'a%20b']) {
        const refused = await get(`${status}${unknown}`, ann.token)
        expectError(refused, 400, 'invalid_parameter', { parameter: 'polling_id' })
      }
      expectError(await get(`${status}${polling_id}`), 403, 'missing_access_token')
      expect(okOf(await get(`${status}${polling_id}`, ann.token)).polling_id).toBe(polling_id)
    },
  )

  it.each(started)('E115: of %s a proved person hears on every device', async (_name, begin, status) => {
    const ann = await identified()
    const { polling_id } = okOf(await begin(ann.token))
    const proved = await verified({ email: ann.email })
    expect(await untilFinal(`${status}${polling_id}`, proved.token)).toMatchObject({ polling_id })
  })

  it('E115: a polling id of one kind is unknown to the others', async () => {
    const { token } = await identified()
    for (const [, begin, status] of started) {
      const { polling_id } = okOf(await begin(token))
      for (const [, , other] of started.filter((one) => one[2] !== status)) {
        expectError(await get(`${other}${polling_id}`, token), 400, 'invalid_parameter')
      }
      expectError(
        await get(`/api/v4/me/rewards/status?polling_id=${polling_id}`, token),
        400,
        'invalid_parameter',
      )
    }
  })

  it('E114: writing parameters is done with its answer', async () => {
    const token = await newToken()
    const answers = [
      await post('/api/v4/me/parameters', token, { parameters: { a: 1 } }),
      await put('/api/v4/me/parameters/a', token, { value: 2 }),
    ]
    for (const answer of answers) {
      expect(okOf(answer)).toEqual({ polling_id: expect.stringMatching(anId), status: 'SUCCEEDED' })
    }
  })
})

describe('much at once', () => {
  it('E113: whatever is queued, calls are accepted, and all that was accepted ends', async () => {
    const ann = await identified()
    const code = await codeOf(ann.token)
    const friends = await Promise.all(Array.from({ length: 20 }, () => friendOf(code)))
    const batches = Array.from({ length: 4 }, () => Array.from({ length: 25 }, () => uniqueEmail()))
    const [shares, bought] = await Promise.all([
      Promise.all(
        batches.map((recipient_emails) => post('/api/v6/email/share/batch', ann.token, { recipient_emails })),
      ),
      Promise.all(friends.map(({ token }) => sendEvent(token, 'purchase', { amount: 10 }))),
    ])
    const pollings = shares.flatMap((reply) => listOf(reply).map(({ polling_id }) => polling_id))
    expect(new Set(pollings).size).toBe(100)
    const ended = await Promise.all([
      ...pollings.map((id) => untilFinal(`/api/v6/email/share/status/${id}`, ann.token)),
      ...friends.map(({ token }, index) => rewardStatus(token, fieldsOf(bought[index] as Reply).event_id)),
    ])
    expect(ended.map(({ status }) => status)).toEqual(Array(120).fill('SUCCEEDED'))
  })
})

import { randomUUID } from 'node:crypto'
import { createEventAppender } from '../../core/events/event-appender.ts'
import { runConsumer } from '../../core/events/event-consumer.ts'
import { createLedger } from '../../core/points/create-ledger.ts'
import { referralConsumer } from '../../core/referral/referral-consumer.ts'
import type { Answer } from '../../testing/call-app.ts'
import { newToken, openTestExtole, type TestExtole, testWorkspace } from './extole.fixture.ts'

const referralWorkspace = `${testWorkspace}
eventTypes: [{ code: till, backendOnly: true }]
rewards:
  - { id: ten-euro, kind: coupon, name: Ten, value: 10, tags: [hello], couponCodes: { generate: "TEN-########" } }
  - { id: ten-percent, kind: discount, name: Ten per cent, percent: 10, grantValidDays: 30 }
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, label: refer-a-friend,
      landingUrl: "https://shop.acme.example/welcome?code={code}",
      conversion: { event: purchase, where: { amount: { ">=": 10 } } },
      advocateReward: ten-euro, friendReward: ten-percent, maxRewardsPerAdvocate: 20,
      message: { subject: "A gift from {{advocate.firstName}}", body: "Use my link {{link}}" } }
  - { id: second, type: referral, name: Second, status: live, landingUrl: "https://shop.acme.example/second",
      conversion: { event: purchase } }
  - { id: resting, type: referral, name: Resting, status: paused, landingUrl: "https://shop.acme.example/",
      conversion: { event: purchase } }
zones:
  - name: mobile_sharing
    campaign: refer
    data: { label: "{{label}}", me.share_code: "{{me.share_code}}", list: ["{{link}}", 3, "{{data.x.y}}"],
            who: "{{me.first_name}}|{{me.last_name}}|{{me.email}}|{{me.id}}", campaign: "{{campaign_id}}" }
  - { name: asleep, campaign: resting, data: {} }
`

export interface ReferralExtole extends TestExtole {
  get(token: string, url: string): Promise<Answer>
  post(token: string, url: string, body?: object): Promise<Answer>
  /** A device bound by an e-mail of its own. */
  identified(): Promise<{ readonly token: string; readonly email: string }>
  /** The share code that a person begins with. */
  codeOf(token: string): Promise<string>
  /** Follows a share link; the token is the one that it hands out. */
  follow(
    code: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly answer: Answer; readonly token: string }>
}

/** The API with the referral campaigns that its tests speak of, and their consumer at work. */
export async function openReferralExtole(
  options: { readonly rateLimit?: boolean } = {},
): Promise<ReferralExtole> {
  let stop = async () => {}
  const extole = await openTestExtole({
    ...options,
    workspaces: [referralWorkspace],
    more(db) {
      const consumer = runConsumer(referralConsumer(createLedger([])), db)
      const appender = createEventAppender(db.database, (workspaceId) => consumer.wake(workspaceId))
      stop = async () => {
        await appender.idle()
        await consumer[Symbol.asyncDispose]()
      }
      return {
        events: {
          append: (workspaceId, event) => appender.append(workspaceId, event),
          [Symbol.asyncDispose]: stop,
        },
      }
    },
  })
  const post = (token: string, url: string, body: object = {}) => extole.call('POST', url, { token, body })
  return {
    ...extole,
    get: (token, url) => extole.call('GET', url, { token }),
    post,
    async identified() {
      const email = `${randomUUID()}@example.com`
      return { token: await newToken(extole, { email }), email }
    },
    codeOf: async (token) => (await post(token, '/api/v6/me/shareables')).body.code,
    async follow(code, headers = {}) {
      const answer = await extole.call('GET', `/${code}`, { headers })
      return { answer, token: String(answer.headers['x-extole-token'] ?? '') }
    },
    async [Symbol.asyncDispose]() {
      await stop()
      await extole[Symbol.asyncDispose]()
    },
  }
}

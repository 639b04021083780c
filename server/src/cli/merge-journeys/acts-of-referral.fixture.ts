import { randomUUID } from 'node:crypto'
import { appendEvents } from '../../core/events/append-events.ts'
import type { StoredEvent } from '../../core/events/event.ts'
import { attributeAtRegistration } from '../../core/referral/attribute-at-registration.ts'
import { referralConsumer } from '../../core/referral/referral-consumer.ts'
import { shareByMail } from '../../core/referral/share-by-mail.ts'
import { makeShareCode, readShareCodes } from '../../core/referral/share-codes.ts'
import { type Act, mailOf } from './act.fixture.ts'
import { type Journey, markOf } from './journey.fixture.ts'

const campaigns = ['refer', 'bring', 'refer'] as const

async function event(
  journey: Journey,
  profile: string,
  name: string,
  more: Partial<StoredEvent> = {},
): Promise<void> {
  const { workspace, ledger } = journey
  const now = new Date()
  const data = { said: markOf(journey, profile) }
  await journey.transaction(async (connection) => {
    const sent = {
      name,
      profile,
      occurred_at: now.toISOString(),
      received_at: now.toISOString(),
      source: 'back end',
      data,
    } as const
    const [number = ''] = await appendEvents(connection, workspace.id, [sent])
    const times = { occurredAt: now, receivedAt: now, countedAt: now }
    const none = { bindingId: null, reference: null, arrival: null }
    const stored = {
      number,
      profileId: profile,
      name,
      ...times,
      source: 'back end',
      trusted: true,
      byKnown: true,
      data,
      ...none,
      ...more,
    } as const
    await referralConsumer(ledger).handle(connection, workspace, [stored])
  })
}

async function codeOf(journey: Journey, profile: string, n: number): Promise<string | undefined> {
  const codes = await journey.transaction((connection) =>
    readShareCodes(connection, journey.workspace.id, { profileId: profile }),
  )
  return codes[n % Math.max(1, codes.length)]?.code
}

/** How people bring each other. */
export const referralActs = {
  code: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      makeShareCode(connection, journey.workspace.id, {
        profileId: profile,
        bindingId: null,
        campaignId: campaigns[n] ?? '',
        label: 'label',
        key: `key ${n}`,
        data: { said: markOf(journey, profile) },
      }),
    ),
  register: async (journey, { profile, other, n }) => {
    const code = await codeOf(journey, other, n)
    if (code === undefined) return
    await journey.transaction((connection) =>
      attributeAtRegistration(connection, journey.workspace, { friendId: profile, code, at: new Date() }),
    )
  },
  arrive: async (journey, { profile, other, n }) => {
    const shareCode = await codeOf(journey, other, n)
    if (shareCode !== undefined) await event(journey, profile, 'click', { arrival: { shareCode } })
  },
  convert: (journey, { profile }) => event(journey, profile, 'purchase'),
  shareByMail: async (journey, { profile, n }) => {
    const [code] = await journey.transaction((connection) =>
      readShareCodes(connection, journey.workspace.id, { profileId: profile }),
    )
    if (!code) return
    const said = markOf(journey, profile)
    const share = {
      profileId: profile,
      bindingId: randomUUID(),
      campaignId: code.campaignId,
      shareCodeNumber: code.number,
      channel: 'EMAIL',
      message: said,
    }
    await journey.transaction((connection) =>
      shareByMail(connection, journey.workspace, share, [`friend-${n}@example.com`], () =>
        mailOf(`From ${said}`),
      ),
    )
  },
} as const satisfies Readonly<Record<string, Act>>

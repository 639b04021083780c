import { randomUUID } from 'node:crypto'
import { assignCard } from '../../core/cards/assign-card.ts'
import { replaceCard } from '../../core/cards/write-cards.ts'
import { cancelPurchase } from '../../core/purchases/cancel-purchase.ts'
import { bill } from '../../core/purchases/purchases.fixture.ts'
import { buyReward } from '../../core/rewards/buy-reward.ts'
import { grantReward } from '../../core/rewards/grant-reward.ts'
import { readGrants } from '../../core/rewards/read-grants.ts'
import { redeemGrant } from '../../core/rewards/redeem-grant.ts'
import { returnGrant } from '../../core/rewards/withdraw-grant.ts'
import { setStatus } from '../../core/statuses/set-status.ts'
import type { Act } from './act.fixture.ts'
import { type Journey, markOf } from './journey.fixture.ts'

/** What a loyalty programme does with people. */
export const loyaltyActs = {
  card: (journey, { profile }) =>
    journey.transaction((connection) => {
      const [type] = journey.workspace.settings.loyalty.cardTypes
      if (!type) throw new Error('no type of cards')
      return assignCard(connection, journey.workspace.id, { profileId: profile, type, now: new Date() })
    }),
  /** It gets another number, another holder, or none. */
  replaceCard: async (journey, { profile, other, n }) => {
    const [held] = await journey.query<{ number: string }>(
      'select number::text as number from cards where workspace_id = $1 and profile_id = $2 order by number limit 1',
      [profile],
    )
    if (!held) return
    const card = {
      typeId: 'plastic',
      cardNumber: `98001${String(Math.random()).slice(2, 10)}`,
      secondaryNumber: null,
      profileId: [profile, other, null][n] ?? null,
      validFrom: null,
      validTo: null,
      storeId: null,
      isActive: true,
    }
    await journey.transaction((connection) =>
      replaceCard(connection, journey.workspace.id, held.number, card),
    )
  },
  earn: async (journey, { profile, n }) => {
    const request = {
      key: randomUUID(),
      kind: 'addition',
      profileId: profile,
      amount: 7000 + n * 9000,
      note: markOf(journey, profile),
    } as const
    await journey.transaction((connection) => journey.ledger.earn(connection, journey.workspace, request))
  },
  spend: async (journey, { profile, n }) => {
    const request = {
      key: randomUUID(),
      kind: 'redemption',
      profileId: profile,
      amount: 2500 + n * 6000,
    } as const
    await journey.transaction((connection) => journey.ledger.spend(connection, journey.workspace, request))
  },
  transfer: (journey, { profile, other }) =>
    journey.transaction((connection) =>
      journey.ledger.transfer(connection, journey.workspace, {
        key: randomUUID(),
        fromProfileId: profile,
        intoProfileId: other,
        amount: 1500,
      }),
    ),
  synchronise: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      journey.ledger.synchronise(connection, journey.workspace, {
        key: randomUUID(),
        profileId: profile,
        amount: n * 5000,
      }),
    ),
  reserve: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      journey.ledger.reserve(connection, journey.workspace, {
        externalId: `${markOf(journey, profile)}-${n}`,
        profileId: profile,
        amount: 500,
      }),
    ),
  status: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      setStatus(connection, journey.workspace, {
        profileId: profile,
        statusId: ['bronze', 'silver', 'gold'][n] ?? '',
        to: new Date(Date.now() + (n + 1) * 86_400_000),
        now: new Date(),
      }),
    ),
  buy: async (journey, { profile, n }) => {
    const billId = randomUUID()
    const sent = await journey.purchases.book(journey.workspace, {
      bill: bill({ billId, amount: 60 + n * 60 }),
      storeId: 'hq',
      cashdeskNumber: null,
      profileId: profile,
      cardNumber: null,
      creditPoints: n === 1 ? 1000 : 0,
      benefits: [],
      propertyRecords: [],
      eventName: 'purchase',
      source: 'back end',
      now: new Date(),
    })
    if (sent.purchase) journey.kept.bills.push(billId)
  },
  cancel: (journey, { n }) => {
    const originalBillId = journey.kept.bills.at(-1 - n) ?? ''
    const request = { bill: bill(), originalBillId, storeId: 'hq', cashdeskNumber: null, now: new Date() }
    return refusable(journey, (connection) =>
      cancelPurchase(connection, journey.workspace, journey.ledger, request),
    )
  },
  grant: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      grantReward(connection, journey.workspace, journey.ledger, {
        rewardId: n === 0 ? 'ten' : 'gift',
        profileId: profile,
        note: markOf(journey, profile),
      }),
    ),
  buyReward: (journey, { profile }) =>
    refusable(journey, (connection) =>
      buyReward(connection, journey.workspace, journey.ledger, { rewardId: 'ten', profileId: profile }),
    ),
  redeem: (journey, { profile, n }) =>
    journey.transaction(async (connection) => {
      const [first, second] = await readGrants(connection, journey.workspace.id, { profileId: profile })
      if (first && n < 2)
        await redeemGrant(connection, journey.workspace, {
          number: first.number,
          at: new Date(),
          storeId: 'hq',
        })
      const returned = second ?? first
      if (returned && n === 2)
        await returnGrant(connection, journey.workspace, journey.ledger, returned.number)
    }),
} as const satisfies Readonly<Record<string, Act>>

class Refused extends Error {}

/** What is refused is rolled back. */
async function refusable(
  { transaction }: Journey,
  work: (
    connection: Parameters<Parameters<Journey['transaction']>[0]>[0],
  ) => Promise<{ readonly refusal?: unknown }>,
): Promise<void> {
  try {
    await transaction(async (connection) => {
      const result = await work(connection)
      if (result.refusal) throw new Refused()
    })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

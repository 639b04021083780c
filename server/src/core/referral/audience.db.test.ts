import { afterAll, beforeAll, expect, test } from 'vitest'
import { runConsumer } from '../events/event-consumer.ts'
import { createLedger } from '../points/create-ledger.ts'
import { addToSegment, removeFromSegment } from '../segments/change-list.ts'
import { openTestSegments, type TestSegments } from '../segments/segments.fixture.ts'
import { readAttributions } from './read-attributions.ts'
import { referralConsumer } from './referral-consumer.ts'
import { makeShareCode } from './share-codes.ts'

let tested: TestSegments

beforeAll(async () => {
  tested = await openTestSegments(`
segments:
  - { id: ambassadors, name: Ambassadors, list: true }
rewards:
  - { id: ten, kind: coupon, name: Ten, value: 10 }
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, audience: ambassadors,
      landingUrl: "https://shop.example/", conversion: { event: purchase }, advocateReward: ten, friendReward: ten }
`)
})
afterAll(() => tested[Symbol.asyncDispose]())

async function codeOf(profileId: string): Promise<string> {
  const wanted = { profileId, bindingId: null, campaignId: 'refer', label: 'refer', key: 'refer' }
  const made = await tested.run((connection) => makeShareCode(connection, tested.workspace().id, wanted))
  return made.shareCode.code
}

/** Lets referral react to an event of this person. */
async function sent(profile: string, name: string, shareCode?: string): Promise<void> {
  const { id } = tested.workspace()
  await tested.append({ profile, name, ...(shareCode !== undefined && { arrival: { shareCode } }) })
  const consumer = runConsumer(referralConsumer(createLedger([])), tested.db)
  const left = async () => {
    consumer.wake(id)
    const { rowCount } = await tested.run((connection) =>
      connection.query(
        `select from events e left join event_consumers c on c.workspace_id = $1 and c.name = 'referral'
         where e.workspace_id = $1
           and (e.transaction_id, e.position) > (coalesce(c.transaction_id, '0'), coalesce(c.position, 0))`,
        [id],
      ),
    )
    return rowCount
  }
  await expect.poll(left).toBe(0)
  await consumer[Symbol.asyncDispose]()
}

async function broughtBy(friendId: string) {
  return await tested.run((connection) => readAttributions(connection, tested.workspace().id, { friendId }))
}

test('a code brings friends while its advocate is in the audience of the campaign, whoever they are', async () => {
  const [advocate, stranger, friend] = [
    await tested.upsert('advocate', {}),
    await tested.upsert('stranger', {}),
    await tested.upsert('friend', {}),
  ]
  const change = (verb: typeof addToSegment) =>
    tested.run((connection) => verb(connection, tested.workspace(), 'ambassadors', [advocate]))
  const code = await codeOf(advocate)

  await sent(friend, 'visit', code)
  expect(await broughtBy(friend)).toEqual([])
  await change(addToSegment)
  await sent(friend, 'visit', await codeOf(stranger))
  expect(await broughtBy(friend)).toEqual([])
  await sent(friend, 'visit', code)
  expect(await broughtBy(friend)).toMatchObject([{ campaignId: 'refer', code, convertedAt: null }])

  await change(removeFromSegment)
  await sent(friend, 'purchase')
  expect(await broughtBy(friend)).toMatchObject([{ code, convertedAt: expect.any(Date) }])
})

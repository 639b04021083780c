import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReferral, type ReferralFixture } from './referral.fixture.ts'

let referral: ReferralFixture
beforeAll(async () => {
  referral = await openReferral()
})
afterAll(() => referral[Symbol.asyncDispose]())

test('who arrives by a code and then converts is rewarded, and so is the advocate, once each (E76, E78, E79)', async () => {
  const [ann, bob] = [await referral.known(), await referral.known()]
  const { code } = await referral.codeOf(ann)
  await referral.arrive(bob, code.toUpperCase())
  const number = await referral.purchase(bob, '10.00')
  await referral.purchase(bob)
  await referral.settle()
  await referral.purchase(bob)
  await referral.settle()
  expect(await referral.rolesOf(ann)).toEqual([['ten', 'advocate']])
  expect(await referral.rolesOf(bob)).toEqual([['off', 'friend']])
  const [grant] = await referral.grantsOf(bob)
  expect(grant).toMatchObject({ campaignId: 'refer', eventNumber: number, bindingId: bob.binding })
  // The advocate's device did not send the event: it is nothing of its own.
  expect((await referral.grantsOf(ann))[0]).toMatchObject({ eventNumber: number, bindingId: null })
})

test('only an event that matches converts, and only after attribution (E78)', async () => {
  const [ann, bob] = [await referral.known(), await referral.known()]
  const { code } = await referral.codeOf(ann)
  await referral.purchase(bob)
  await referral.arrive(bob, code)
  await referral.purchase(bob, 9.99)
  await referral.purchase(bob, 'much')
  await referral.event(bob, 'purchased', { data: { amount: 25 } })
  await referral.settle()
  expect(await referral.grantsOf(bob)).toEqual([])
  await referral.purchase(bob)
  await referral.settle()
  expect(await referral.rolesOf(bob)).toEqual([['off', 'friend']])
})

test('an event converts by the code that it brings itself (E76, E78)', async () => {
  const [ann, bob] = [await referral.known(), await referral.known()]
  const { code } = await referral.codeOf(ann)
  await referral.purchase(bob, 25, { arrival: { shareCode: code } })
  await referral.settle()
  expect(await referral.rolesOf(bob)).toEqual([['off', 'friend']])
})

test('a purchase of an anonymous device does not convert, also when somebody signs in on it before it is worked on (E78, S30)', async () => {
  const [ann, bob] = [await referral.known(), await referral.person()]
  const { code } = await referral.codeOf(ann)
  await referral.arrive(bob, code)
  await referral.purchase(bob)
  await referral.inWorkspace((connection) => referral.identify(connection, bob.id, 'bob-late@example.com'))
  await referral.settle()
  expect(await referral.grantsOf(bob)).toEqual([])
  expect(await referral.advocateOf(bob)).toBe(ann.id)
  await referral.purchase(bob)
  await referral.settle()
  expect(await referral.rolesOf(bob)).toEqual([['off', 'friend']])
})

test('an event of another API converts the profile it names (E78, S30)', async () => {
  const [ann, bob] = [await referral.known(), await referral.person('till-bob@example.com')]
  await referral.arrive(bob, (await referral.codeOf(ann)).code)
  const now = new Date().toISOString()
  await referral.append({
    name: 'purchase',
    email_key: 'till-bob@example.com',
    occurred_at: now,
    received_at: now,
    source: 'back end',
    data: { amount: 30 },
  })
  await referral.settle()
  expect(await referral.rolesOf(bob)).toEqual([['off', 'friend']])
})

test('an event type marked backendOnly converts only from a back end (E78, S27)', async () => {
  const [ann, bob] = [await referral.known(), await referral.known()]
  await referral.arrive(bob, (await referral.codeOf(ann, 'tills')).code)
  await referral.event(bob, 'till', { trusted: false })
  await referral.settle()
  expect(await referral.grantsOf(bob)).toEqual([])
  await referral.event(bob, 'till', { source: 'back end' })
  await referral.settle()
  expect(await referral.rolesOf(bob)).toEqual([['gift', 'friend']])
})

test('a later attribution replaces an earlier one until the friend has converted (E77)', async () => {
  const [ann, cleo, dan, bob] = [
    await referral.known(),
    await referral.known(),
    await referral.known(),
    await referral.known(),
  ]
  await referral.arrive(bob, (await referral.codeOf(ann)).code)
  await referral.arrive(bob, (await referral.codeOf(cleo)).code)
  await referral.settle()
  expect(await referral.advocateOf(bob)).toBe(cleo.id)
  await referral.purchase(bob)
  await referral.arrive(bob, (await referral.codeOf(dan)).code)
  await referral.settle()
  expect(await referral.advocateOf(bob)).toBe(cleo.id)
  expect([await referral.rolesOf(ann), await referral.rolesOf(cleo), await referral.rolesOf(dan)]).toEqual([
    [],
    [['ten', 'advocate']],
    [],
  ])
})

test('an attribution made at registration is final (E77, S30)', async () => {
  const [ann, cleo, bob] = [await referral.known(), await referral.known(), await referral.known()]
  await referral.arrive(bob, (await referral.codeOf(ann)).code)
  await referral.settle()
  await referral.inWorkspace((connection) =>
    connection.query('update attributions set final = true where workspace_id = $1 and friend_id = $2', [
      referral.workspace.id,
      bob.id,
    ]),
  )
  await referral.arrive(bob, (await referral.codeOf(cleo)).code)
  await referral.settle()
  expect(await referral.advocateOf(bob)).toBe(ann.id)
})

test('nobody refers themselves: not the same profile, and not by a device that was ever bound to the advocate (E80)', async () => {
  const ann = await referral.known()
  const { code } = await referral.codeOf(ann)
  await referral.arrive(ann, code)
  await referral.purchase(ann)
  // Ann's phone, on which somebody else signs in.
  const other = await referral.known()
  const borrowed = { ...other, binding: randomUUID(), device: ann.device }
  await referral.inWorkspace((connection) =>
    referral.bind(connection, ann.device, other.id, borrowed.binding),
  )
  await referral.arrive(borrowed, code)
  await referral.purchase(borrowed)
  // The same person from a device that Ann never had.
  await referral.arrive(other, code)
  await referral.purchase(other)
  await referral.settle()
  for (const someone of [ann, other]) {
    expect(await referral.grantsOf(someone)).toEqual([])
    expect(await referral.advocateOf(someone)).toBeUndefined()
  }
})

test('self-referral is tested again at conversion: a device that became the advocate’s in between (E80)', async () => {
  const [ann, bob] = [await referral.known(), await referral.known()]
  await referral.arrive(bob, (await referral.codeOf(ann)).code)
  await referral.settle()
  expect(await referral.advocateOf(bob)).toBe(ann.id)
  await referral.inWorkspace((connection) => referral.bind(connection, bob.device, ann.id))
  await referral.purchase(bob)
  await referral.settle()
  expect([await referral.grantsOf(ann), await referral.grantsOf(bob)]).toEqual([[], []])
})

test('a circle is refused, also over a third person (E80, S30)', async () => {
  const [ann, bob, cleo] = [await referral.known(), await referral.known(), await referral.known()]
  const codes = [await referral.codeOf(ann), await referral.codeOf(bob), await referral.codeOf(cleo)].map(
    ({ code }) => code,
  )
  await referral.arrive(bob, codes[0] ?? '')
  await referral.arrive(cleo, codes[1] ?? '')
  await referral.arrive(ann, codes[1] ?? '')
  await referral.arrive(ann, codes[2] ?? '')
  await referral.settle()
  expect(await referral.advocateOf(ann)).toBeUndefined()
  expect(await referral.advocateOf(cleo)).toBe(bob.id)
})

test('an unknown code is ignored, and so are paused, ended and draft campaigns (E76, E83)', async () => {
  const [ann, bob] = [await referral.known(), await referral.known()]
  await referral.arrive(bob, 'nobody-has-this')
  for (const campaign of ['paused', 'over', 'gone'])
    await referral.arrive(bob, (await referral.codeOf(ann, campaign)).code)
  await referral.purchase(bob)
  await referral.settle()
  for (const campaign of ['refer', 'paused', 'over', 'gone']) {
    expect(await referral.advocateOf(bob, campaign)).toBeUndefined()
  }
  expect([await referral.grantsOf(ann), await referral.grantsOf(bob)]).toEqual([[], []])
})

test('100 friends who convert at once, each several times: each is rewarded once, the advocate exactly 20 times (E79, E81)', async () => {
  const ann = await referral.known()
  const { code } = await referral.codeOf(ann)
  const friends = await Promise.all(Array.from({ length: 100 }, () => referral.known()))
  await Promise.all(
    friends.map(async (friend) => {
      await referral.arrive(friend, code)
      await Promise.all([referral.purchase(friend), referral.purchase(friend), referral.purchase(friend)])
    }),
  )
  await referral.settle()
  const roles = await Promise.all(friends.map(referral.rolesOf))
  expect(roles.every((own) => own.length === 1)).toBe(true)
  expect(roles.flat()).toEqual(friends.map(() => ['off', 'friend']))
  expect(await referral.rolesOf(ann)).toEqual(Array.from({ length: 20 }, () => ['ten', 'advocate']))
  const codes = (await Promise.all([ann, ...friends].map(referral.grantsOf)))
    .flat()
    .map((grant) => grant.code)
  expect(new Set(codes).size).toBe(120)
})

test('a reward that cannot be granted is left out, and the friend has converted all the same (E82)', async () => {
  const ann = await referral.known()
  const { code } = await referral.codeOf(ann, 'few')
  const friends = await Promise.all(Array.from({ length: 5 }, () => referral.known()))
  for (const friend of friends) {
    await referral.arrive(friend, code)
    await referral.event(friend, 'till', { source: 'back end' })
  }
  await referral.settle()
  const { rows } = await referral.db.database.asOwner((connection) =>
    connection.query<{ granted: string; converted: string }>(
      `select (select count(*) from grants where reward_id = 'rare') as granted,
         (select count(*) from attributions where campaign_id = 'few' and advocate_id = $1
            and converted_at is not null) as converted`,
      [ann.id],
    ),
  )
  expect(rows).toEqual([{ granted: '3', converted: '5' }])
})

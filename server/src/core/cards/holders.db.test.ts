import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { takeLeads } from '../profiles/take-leads.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { assignCard } from './assign-card.ts'
import { findCard } from './find-card.ts'
import { cardParts } from './profile-parts.ts'
import { insertCards, type NewCard, replaceCard } from './write-cards.ts'

let db: TestDatabase
let workspace: Workspace

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(`
workspace: acme
loyalty: { cardTypes: [{ id: plastic, name: Plastic, numberPrefix: "98", length: 8 }] }
`)
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  workspace = found
})
afterAll(() => db[Symbol.asyncDispose]())

function run<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return db.database.transaction(workspace.id, work)
}

async function newProfile(customer?: string): Promise<string> {
  const id = randomUUID()
  await run(async (connection) => {
    await connection.query('insert into profiles (workspace_id, id, customer_id) values ($1, $2, $3)', [
      workspace.id,
      id,
      customer ?? null,
    ])
    if (customer === undefined) return
    await connection.query(
      `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'customer_id', $2, $3)`,
      [workspace.id, customer, id],
    )
  })
  return id
}

let made = 0
function newCard(profileId: string | null): NewCard {
  const cardNumber = `98${String(++made).padStart(6, '0')}`
  const fields = { secondaryNumber: null, validFrom: null, validTo: null, storeId: null, isActive: true }
  return { ...fields, typeId: 'plastic', cardNumber, profileId }
}

const insert = (card: NewCard) => (connection: Connection) => insertCards(connection, workspace.id, [card])

/** Gives a free card to somebody, each in one of the ways there are. */
const ways: Readonly<
  Record<string, (connection: Connection, card: NewCard, to: string) => Promise<unknown>>
> = {
  made: (connection, card, to) => insert({ ...newCard(to), cardNumber: card.cardNumber })(connection),
  async replaced(connection, card, to) {
    const number = (await findCard(connection, workspace.id, card.cardNumber))?.number ?? ''
    return await replaceCard(connection, workspace.id, number, { ...card, profileId: to })
  },
  async assigned(connection, card, to) {
    const [type] = workspace.settings.loyalty.cardTypes
    if (!type) throw new Error('no card type')
    const request = { profileId: to, type, cardNumber: card.cardNumber, now: new Date() }
    return await assignCard(connection, workspace.id, request)
  },
}

/** By the card itself, and by the number that names somebody (README 4). */
async function holdersOf({ cardNumber }: NewCard): Promise<readonly unknown[]> {
  return await run(async (connection) => {
    const { rows } = await connection.query<{ profile_id: string }>(
      `select profile_id from identifiers where workspace_id = $1 and kind = 'card' and value = $2`,
      [workspace.id, cardNumber],
    )
    const card = await findCard(connection, workspace.id, cardNumber)
    return [card?.profileId, ...rows.map(({ profile_id }) => profile_id)]
  })
}

/** Runs both, the second one beginning when the first one has done its work and is about to commit. */
async function together<T>(
  first: (connection: Connection) => Promise<unknown>,
  second: (connection: Connection) => Promise<T>,
): Promise<T> {
  let waiting: Promise<T> | undefined
  await run(async (connection) => {
    await first(connection)
    waiting = run(second)
    await untilSomebodyWaits(db.database)
  })
  if (!waiting) throw new Error('nothing began')
  return await waiting
}

const merge = (from: string, into: string) => (connection: Connection) =>
  mergeProfiles(connection, workspace, { from, into, cause: 'operator', keepsData: false }, cardParts)

/** The one who takes over, and the card that is free, or not made yet. */
async function freeCard(way: string): Promise<NewCard> {
  const card = newCard(null)
  if (way !== 'made') await run(insert(card))
  return card
}

test.each(Object.keys(ways))(
  'a card that is %s while its holder is merged away is the survivor’s, whoever is first (S9, S19)',
  async (way) => {
    const give = ways[way]
    if (!give) throw new Error('no such way')
    for (const isMergedFirst of [true, false]) {
      const [from, into, card] = [await newProfile(), await newProfile(), await freeCard(way)]
      const giving = (connection: Connection) => give(connection, card, from)
      if (isMergedFirst) await together(merge(from, into), giving)
      else await together(giving, merge(from, into))
      expect(await holdersOf(card)).toEqual([into, into])
    }
  },
)

test('a card that is given to a lead while a user absorbs it is the user’s (C15)', async () => {
  const [lead, user, card] = [await newProfile(), await newProfile('u-1'), newCard(null)]
  await together(insert({ ...card, profileId: lead }), (connection) =>
    takeLeads(connection, workspace.id, [{ lead, customer: 'u-1' }], {
      parts: cardParts,
      fieldBindings: workspace.fieldBindings,
    }),
  )
  expect(await holdersOf(card)).toEqual([user, user])
})

test('a card that is given to somebody who is erased at that moment is blocked, and its number names nobody (S20)', async () => {
  const [doomed, card] = [await newProfile(), newCard(null)]
  await together(insert({ ...card, profileId: doomed }), (connection) =>
    deleteProfiles(connection, workspace.id, [{ profile: doomed }], cardParts),
  )
  expect(await holdersOf(card)).toEqual([null])
})

test('of somebody who is erased meanwhile no card is made, and none is given to them', async () => {
  const [doomed, free, next] = [await newProfile(), newCard(null), newCard(null)]
  await run(insert(free))
  const erase = (connection: Connection) =>
    deleteProfiles(connection, workspace.id, [{ profile: doomed }], cardParts)
  const { made: numbers, endedHolders } = await together(erase, insert({ ...next, profileId: doomed }))
  expect([numbers.size, [...endedHolders]]).toEqual([0, [doomed]])
  const replaced = await run((connection) => ways.replaced?.(connection, free, doomed) ?? Promise.resolve())
  expect(replaced).toBe('unknown-profile')
  expect(await holdersOf(free)).toEqual([null])
})

test('a number that another card has is refused, and the card goes on naming its holder (L91)', async () => {
  const [holder, card, other] = [await newProfile(), newCard(null), newCard(null)]
  await run((connection) => insertCards(connection, workspace.id, [{ ...card, profileId: holder }, other]))
  const refusal = await run(async (connection) => {
    const number = (await findCard(connection, workspace.id, card.cardNumber))?.number ?? ''
    return await replaceCard(connection, workspace.id, number, { ...card, cardNumber: other.cardNumber })
  })
  expect(refusal).toBe('number-taken')
  expect(await holdersOf(card)).toEqual([holder, holder])
})

test('a card is changed by its holder’s word only while it is theirs, also as the survivor’s (L28, S9)', async () => {
  const [holder, survivor, other] = [await newProfile(), await newProfile(), await newProfile()]
  const card = newCard(holder)
  await run(insert(card))
  const replace = (profileId: string, heldBy: string) =>
    run(async (connection) => {
      const number = (await findCard(connection, workspace.id, card.cardNumber))?.number ?? ''
      return await replaceCard(connection, workspace.id, number, { ...card, profileId }, { heldBy })
    })
  await run(merge(holder, survivor))
  expect(await replace(holder, holder)).toBeUndefined()
  expect(await holdersOf(card)).toEqual([survivor, survivor])
  expect(await replace(other, survivor)).toBeUndefined()
  expect(await replace(holder, holder)).toBe('unknown-card')
  expect(await holdersOf(card)).toEqual([other, other])
})

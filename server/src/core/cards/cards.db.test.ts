import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { retried } from '../identity/retried.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type AssignCardResult, assignCard } from './assign-card.ts'
import type { Card } from './card.ts'
import { isCardNumber } from './card-number.ts'
import { findCard, findCardHolder } from './find-card.ts'
import { listCards } from './list-cards.ts'
import { insertCards, type NewCard, replaceCard } from './write-cards.ts'

const file = `
workspace: acme
loyalty:
  cardTypes:
    - { id: plastic, name: Plastic, numberPrefix: "98", length: 8 }
    - { id: tiny, name: Tiny, numberPrefix: "", length: 4 }
`

let db: TestDatabase
let workspace: Workspace

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(file)
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  workspace = found
})
afterAll(() => db[Symbol.asyncDispose]())

type Connection = Parameters<Parameters<TestDatabase['database']['transaction']>[1]>[0]

function run<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return retried(() => db.database.transaction(workspace.id, work))
}

function typeOf(id: string) {
  const type = workspace.settings.loyalty.cardTypes.find((candidate) => candidate.id === id)
  if (!type) throw new Error('no card type')
  return type
}

async function newProfile(): Promise<string> {
  const id = randomUUID()
  await run((connection) =>
    connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [workspace.id, id]),
  )
  return id
}

const blank = {
  secondaryNumber: null,
  profileId: null,
  validFrom: null,
  validTo: null,
  storeId: null,
  isActive: true,
}

let made = 0
async function newCard(more: Partial<NewCard> = {}): Promise<string> {
  const cardNumber = `98${String(++made).padStart(6, '0')}`
  const card = { ...blank, typeId: 'plastic', cardNumber, ...more }
  const { made: numbers } = await run((connection) => insertCards(connection, workspace.id, [card]))
  return numbers.get(card.cardNumber) ?? ''
}

function assign(profileId: string, typeId = 'plastic', cardNumber?: string): Promise<AssignCardResult> {
  const request = { profileId, type: typeOf(typeId), cardNumber, now: new Date() }
  return run((connection) => assignCard(connection, workspace.id, request))
}

async function cardOf(number: string): Promise<Card | undefined> {
  const one = { sort: undefined, count: 1, offset: 0 }
  const filter = { numbers: [number] }
  return (await run((connection) => listCards(connection, workspace.id, filter, new Date(), one))).items[0]
}

async function holderOf(cardNumber: string): Promise<string | undefined> {
  return (await run((connection) => findCardHolder(connection, workspace.id, cardNumber)))?.profileId
}

test('L92: a hundred customers at once get a hundred cards, the free ones first', async () => {
  const free = await Promise.all(Array.from({ length: 30 }, () => newCard()))
  const people = await Promise.all(Array.from({ length: 100 }, newProfile))
  const results = await Promise.all(people.map((profileId) => assign(profileId)))
  const given = results.map(({ card }) => card)
  expect(new Set(given).size).toBe(100)
  expect(given).toEqual(expect.arrayContaining(free))
  const cards = await Promise.all(given.map((number) => cardOf(number ?? '')))
  expect(cards.map((card) => card?.profileId)).toEqual(people)
  expect(cards.every((card) => card && isCardNumber(typeOf('plastic'), card.cardNumber))).toBe(true)
})

test('L92: a hundred customers at once want one card, and one gets it', async () => {
  const number = await newCard()
  const card = await cardOf(number)
  const people = await Promise.all(Array.from({ length: 100 }, newProfile))
  const results = await Promise.all(people.map((profileId) => assign(profileId, 'plastic', card?.cardNumber)))
  const winner = results.findIndex((result) => result.card === number)
  expect(results.filter(({ refusal }) => refusal === 'card-not-free')).toHaveLength(99)
  expect(await holderOf(card?.cardNumber ?? '')).toBe(people[winner])
})

test('L92: one customer asks a hundred times at once, and gets one card', async () => {
  const profileId = await newProfile()
  const results = await Promise.all(Array.from({ length: 100 }, () => assign(profileId)))
  expect(results.filter(({ card }) => card !== undefined)).toHaveLength(1)
  expect(results.filter(({ refusal }) => refusal === 'has-card-of-type')).toHaveLength(99)
})

test('L92: the oldest free card that can be used is the next', async () => {
  await newCard({ typeId: 'tiny', cardNumber: '0001', isActive: false })
  await newCard({ typeId: 'tiny', cardNumber: '0002', validTo: new Date('2020-01-01') })
  await newCard({ typeId: 'tiny', cardNumber: '0003', validFrom: new Date('2099-01-01') })
  await newCard({ typeId: 'tiny', cardNumber: '0004', profileId: await newProfile() })
  const fifth = await newCard({ typeId: 'tiny', cardNumber: '0005' })
  await newCard({ typeId: 'tiny', cardNumber: '0006' })
  expect(await assign(await newProfile(), 'tiny')).toEqual({ card: fifth })
})

test('L92: somebody who is gone gets none', async () => {
  expect(await assign(randomUUID())).toEqual({ refusal: 'unknown-profile' })
})

test('L61, L94: a card names its holder, and nobody once it is taken from them', async () => {
  const [profileId, next] = [await newProfile(), await newProfile()]
  const number = await newCard({ profileId })
  const card = await cardOf(number)
  const cardNumber = card?.cardNumber ?? ''
  const named = () =>
    run(async (connection) => {
      const { rows } = await connection.query<{ profile_id: string }>(
        `select profile_id from identifiers where kind = 'card' and value = $1`,
        [cardNumber],
      )
      return rows.map(({ profile_id }) => profile_id)
    })
  const replace = (more: Partial<NewCard>) =>
    run((connection) =>
      replaceCard(connection, workspace.id, number, { ...blank, typeId: 'plastic', cardNumber, ...more }),
    )
  expect(await named()).toEqual([profileId])
  expect(await replace({ profileId: next })).toBeUndefined()
  expect(await named()).toEqual([next])
  expect(await replace({})).toBeUndefined()
  expect(await named()).toEqual([])
  const taken = await cardOf(await newCard())
  expect(await replace({ cardNumber: taken?.cardNumber ?? '' })).toBe('number-taken')
})

test('L91: of one batch with numbers that are taken the others are made', async () => {
  const taken = await cardOf(await newCard())
  const rows = [taken?.cardNumber ?? '', '98aaaaaa'].map((cardNumber) => ({
    ...blank,
    typeId: 'plastic',
    cardNumber,
  }))
  const { made: numbers } = await run((connection) => insertCards(connection, workspace.id, rows))
  expect([...numbers.keys()]).toEqual(['98aaaaaa'])
  expect(await run((connection) => findCard(connection, workspace.id, '98aaaaaa'))).toMatchObject({
    profileId: null,
    isActive: true,
  })
})

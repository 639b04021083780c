import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { runs } from '../../testing/soak.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { mergeByOperator } from '../identity/merge-by-operator.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { assignCard } from './assign-card.ts'
import { findCard } from './find-card.ts'
import { cardParts } from './profile-parts.ts'
import { insertCards, replaceCard } from './write-cards.ts'

const file = `
workspace: acme
loyalty: { cardTypes: [{ id: plastic, name: Plastic, numberPrefix: "900", length: 4 }] }
`
const parts = [...identityParts, ...cardParts]

let db: TestDatabase
let lastWorkspaceId = 1000
beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(file)
})
afterAll(() => db[Symbol.asyncDispose]())

const owner = fc.nat({ max: 2 })
const holder = fc.option(owner)
const cardNumber = fc.nat({ max: 5 }).map((digit) => `900${digit}`)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('make'), cardNumber, holder }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('replace'),
      cardNumber,
      renamed: fc.option(cardNumber),
      holder,
      isActive: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('assign'), owner, asked: fc.option(cardNumber) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('merge'), owner, into: owner }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('undo') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase'), owner }) },
)
type Step = {
  readonly do: string
  readonly cardNumber?: string
  readonly renamed?: string | null
  readonly holder?: number | null
  readonly owner?: number
  readonly into?: number
  readonly asked?: string | null
  readonly isActive?: boolean
}

test('whoever holds a card is named by its number, and nobody else, whatever was made, renamed, given, merged, undone and erased (S9, S19, S20, L92)', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), compare), runs(25))
})

interface ModelCard {
  cardNumber: string
  holder: number | null
  isActive: boolean
}

async function compare(steps: readonly Step[]): Promise<void> {
  const workspace = { ...db.workspace(), id: lastWorkspaceId++ }
  const { id } = workspace
  const [type] = workspace.settings.loyalty.cardTypes
  if (!type) throw new Error('no card type')
  const run = <T>(work: (connection: Connection) => Promise<T>) => db.database.transaction(id, work)
  const ids = [randomUUID(), randomUUID(), randomUUID()]
  const idOf = (nth: number | null) => (nth === null ? null : (ids[nth] ?? null))
  await run((connection) =>
    connection.query(
      'insert into profiles (workspace_id, id, known_at) select $1, unnest($2::uuid[]), now()',
      [id, ids],
    ),
  )
  const cards: ModelCard[] = []
  const survivors = [0, 1, 2].map((nth): number | null => nth)
  const merges: { merge: string; from: number; into: number; moved: ModelCard[] }[] = []
  const alive = (nth: number | null) => (nth === null ? null : (survivors[nth] ?? null))
  const fields = { secondaryNumber: null, validFrom: null, validTo: null, storeId: null }

  const perform: Readonly<Record<string, (step: Step) => Promise<void>>> = {
    async make({ cardNumber = '', holder = null }) {
      const wanted = { ...fields, typeId: type.id, cardNumber, profileId: idOf(holder), isActive: true }
      const { made } = await run((connection) => insertCards(connection, id, [wanted]))
      const isMade =
        !cards.some((card) => card.cardNumber === cardNumber) && (holder === null || alive(holder) !== null)
      expect(made.size).toBe(Number(isMade))
      if (isMade) cards.push({ cardNumber, holder: alive(holder), isActive: true })
    },
    async replace({ cardNumber = '', renamed = null, holder = null, isActive = true }) {
      const card = cards.find((one) => one.cardNumber === cardNumber)
      if (!card) return
      const name = renamed ?? cardNumber
      const wanted = { ...fields, typeId: type.id, cardNumber: name, profileId: idOf(holder), isActive }
      const refusal = await run(async (connection) => {
        const found = await findCard(connection, id, cardNumber)
        return await replaceCard(connection, id, found?.number ?? '', wanted)
      })
      const expected =
        holder !== null && alive(holder) === null
          ? 'unknown-profile'
          : cards.some((one) => one !== card && one.cardNumber === name)
            ? 'number-taken'
            : undefined
      expect(refusal).toBe(expected)
      if (!refusal) Object.assign(card, { cardNumber: name, holder: alive(holder), isActive })
    },
    async assign({ owner = 0, asked = null }) {
      const request = { profileId: ids[owner] ?? '', type, now: new Date() }
      const result = await run(async (connection) => {
        const given = await assignCard(connection, id, { ...request, cardNumber: asked ?? undefined })
        if (given.refusal) return given.refusal
        const { rows } = await connection.query<{ card_number: string }>(
          'select card_number from cards where workspace_id = $1 and number = $2',
          [id, given.card],
        )
        return { cardNumber: rows[0]?.card_number ?? '' }
      })
      const to = alive(owner)
      const named = cards.find((one) => one.cardNumber === asked)
      const free = cards.find((one) => one.holder === null && one.isActive)
      if (to === null) return expect(result).toBe('unknown-profile')
      if (cards.some((one) => one.holder === to)) return expect(result).toBe('has-card-of-type')
      if (asked !== null && !named) return expect(result).toBe('unknown-card')
      if (asked !== null && (named?.holder !== null || !named.isActive)) {
        return expect(result).toBe('card-not-free')
      }
      const given = asked === null ? free : named
      if (typeof result === 'string') throw new Error(result)
      if (given) {
        expect(result.cardNumber).toBe(given.cardNumber)
        given.holder = to
      } else {
        expect(cards.map((one) => one.cardNumber)).not.toContain(result.cardNumber)
        cards.push({ cardNumber: result.cardNumber, holder: to, isActive: true })
      }
    },
    async merge({ owner: from = 0, into = 0 }) {
      if (from === into || alive(from) !== from || alive(into) !== into) return
      const pair = { from: ids[from] ?? '', into: ids[into] ?? '' }
      const merged = await run((connection) => mergeByOperator(connection, workspace, pair, parts))
      if (merged.refusal) throw new Error(merged.refusal)
      const moved = cards.filter((card) => card.holder === from)
      for (const card of moved) card.holder = into
      for (const [nth, survivor] of survivors.entries()) if (survivor === from) survivors[nth] = into
      merges.push({ merge: merged.merge, from, into, moved })
    },
    async undo() {
      const last = merges.pop()
      if (!last) return
      const undone = await run((connection) => unmergeProfiles(connection, workspace, last.merge, parts))
      if ('refusal' in undone) throw new Error(undone.refusal)
      for (const card of last.moved) if (card.holder === last.into) card.holder = last.from
      const before = merges.filter(({ into }) => into === last.from).map(({ from }) => from)
      for (const nth of [last.from, ...before]) survivors[nth] = last.from
    },
    async erase({ owner = 0 }) {
      const ended = alive(owner)
      if (ended === null) return
      await run((connection) => deleteProfiles(connection, id, [{ profile: ids[ended] ?? '' }], parts))
      for (const card of cards) {
        if (card.holder === ended) Object.assign(card, { holder: null, isActive: false })
      }
      for (const [nth, survivor] of survivors.entries()) if (survivor === ended) survivors[nth] = null
      for (const [place, { into }] of [...merges.entries()].toReversed()) {
        if (into === ended || alive(into) === null) merges.splice(place, 1)
      }
    },
  }

  for (const one of steps) {
    await perform[one.do]?.(one)
    const found = await run(async (connection) => {
      const held = await connection.query<{
        card_number: string
        profile_id: string | null
        is_active: boolean
      }>(
        'select card_number, profile_id, is_active from cards where workspace_id = $1 order by card_number',
        [id],
      )
      const named = await connection.query<{ value: string; profile_id: string }>(
        `select value, profile_id from identifiers where workspace_id = $1 and kind = 'card' order by value`,
        [id],
      )
      return {
        cards: held.rows.map((row) => [row.card_number, row.profile_id, row.is_active]),
        named: named.rows.map((row) => [row.value, row.profile_id]),
      }
    })
    const inOrder = cards.toSorted((a, b) => (a.cardNumber < b.cardNumber ? -1 : 1))
    expect(found, one.do).toEqual({
      cards: inOrder.map((card) => [card.cardNumber, idOf(card.holder), card.isActive]),
      named: inOrder.flatMap((card) => (card.holder === null ? [] : [[card.cardNumber, idOf(card.holder)]])),
    })
  }
}

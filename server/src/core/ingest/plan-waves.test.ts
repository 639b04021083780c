import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../../testing/soak.ts'
import type { Operation, UpsertOperation } from './operation.ts'
import { anyOperation, operationOf } from './operations.fixture.ts'
import { planWaves, type Wave } from './plan-waves.ts'
import { createProfileModel, type ModelProfile, type ProfileModel } from './profile-model.fixture.ts'

const nobody: ReadonlyMap<string, string> = new Map()

function user(customer: string, email: string, set: Record<string, unknown> = {}): UpsertOperation {
  return { kind: 'upsert', customer, email, set }
}

function positionsOf(waves: readonly Wave[]): readonly (readonly (readonly number[])[])[] {
  return waves.map(({ planned }) => planned.map(({ positions }) => positions))
}

test('upserts of different users with different e-mails are one wave', () => {
  expect(positionsOf(planWaves([user('a', 'a@e'), user('b', 'b@e')], nobody))).toEqual([[[0], [1]]])
})

test('upserts that follow each other on one user become one write: the later value wins, and both count (C28)', () => {
  const operations = [
    { ...user('a', 'a@e', { p: 1, q: 1 }), clear: ['r'] },
    user('b', 'b@e'),
    { ...user('a', 'a@e', { p: 2, r: 2 }), clear: ['q'] },
  ]
  const waves = planWaves(operations, nobody)
  expect(positionsOf(waves)).toEqual([[[0, 2], [1]]])
  const folded = waves[0]?.planned[0]?.operation
  expect(folded).toEqual({ kind: 'upsert', customer: 'a', email: 'a@e', set: { p: 2, r: 2 }, clear: ['q'] })
})

test('upserts of one user with another e-mail or business unit are not folded: they may end differently', () => {
  expect(positionsOf(planWaves([user('a', 'a@e'), user('a', 'b@e')], nobody))).toEqual([[[0]], [[1]]])
  const moved = { ...user('a', 'a@e'), unit: 'DE' }
  expect(positionsOf(planWaves([user('a', 'a@e'), moved], nobody))).toEqual([[[0]], [[1]]])
})

test('an upsert that believes in a profile id, or asks for its result, is not folded, whichever of two it is (C14)', () => {
  const believing = { ...user('a', 'a@e'), profile: 'somebody' }
  const asking = { ...user('a', 'a@e'), result: true as const }
  for (const particular of [believing, asking]) {
    expect(positionsOf(planWaves([particular, user('a', 'a@e')], nobody))).toEqual([[[0]], [[1]]])
    expect(positionsOf(planWaves([user('a', 'a@e'), particular], nobody))).toEqual([[[0]], [[1]]])
  }
})

test('who claims the e-mail that another has before the run takes turns with all that the other does (C28)', () => {
  const held = new Map([['b', 'x@e']])
  const operations = [user('a', 'x@e'), user('b', 'b@e'), user('a', 'x@e')]
  expect(positionsOf(planWaves(operations, held))).toEqual([[[0]], [[1]], [[2]]])
})

test('kinds, users and leads do not share a wave', () => {
  const operations: readonly Operation[] = [
    user('a', 'a@e'),
    { kind: 'upsert', email: 'b@e' },
    { kind: 'delete', customer: 'c' },
    { kind: 'delete', profile: 'd' },
    { kind: 'status', customer: 'e', blacklisted: true },
  ]
  expect(positionsOf(planWaves(operations, nobody))).toEqual([[[0]], [[1]], [[2], [3]], [[4]]])
})

test('waves, their operations in any order, come to what the operations come to one at a time (C28)', () => {
  const reversal = fc.constantFrom('forwards', 'backwards')
  fc.assert(
    fc.property(
      fc.array(anyOperation, { maxLength: 8 }),
      fc.array(anyOperation, { minLength: 1, maxLength: 14 }),
      fc.boolean(),
      reversal,
      (before, drafts, emailPerUnit, direction) => {
        const start = createProfileModel(emailPerUnit)
        for (const [index, draft] of before.entries())
          start.apply(numbered(operationOf(draft, []), -1 - index))
        start.rename(new Map(start.profiles.map(({ id }) => [id, id.replace('new', 'old')])))
        const known = start.profiles.map(({ id }) => id)
        const operations = drafts.map((draft, index) => numbered(operationOf(draft, known), index))

        const oneByOne = start.copy()
        const expectedFailures = operations.map((operation) => oneByOne.apply(operation)?.reason)
        const inWaves = start.copy()
        const failures = applyWaves(inWaves, planWaves(operations, start.heldEmails()), direction)

        expect(failures).toEqual(expectedFailures)
        expect(stateOf(inWaves)).toEqual(stateOf(oneByOne))
      },
    ),
    runs(2000),
  )
})

function numbered(operation: Operation, index: number): Operation {
  return operation.kind === 'event' ? { ...operation, name: `event ${index}` } : operation
}

function applyWaves(model: ProfileModel, waves: readonly Wave[], direction: string): (string | undefined)[] {
  const failures: (string | undefined)[] = []
  for (const wave of waves) {
    for (const { operation, positions } of direction === 'forwards'
      ? wave.planned
      : wave.planned.toReversed()) {
      const failure = model.apply(operation)
      for (const position of positions) failures[position] = failure?.reason
    }
  }
  return failures
}

/** Without the ids of profiles that are new, which follow the order in which they were made. */
function stateOf(model: ProfileModel): object {
  const nameOf = ({ id, customer, email, unit }: ModelProfile) =>
    `${id.startsWith('new ') ? 'new' : id} ${customer} ${email} ${unit}`
  const names = new Map(model.profiles.map((profile) => [profile.id, nameOf(profile)]))
  const nameOfId = (id: string | null) => (id === null ? null : names.get(id))
  return {
    profiles: new Map(model.profiles.map((profile) => [nameOf(profile), profile.attributes])),
    events: new Map([...model.events].map(([name, id]) => [name, nameOfId(id)])),
    statuses: new Map([...model.statuses].map(([id, status]) => [nameOfId(id), status])),
  }
}

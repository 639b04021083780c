import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../../testing/soak.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { eventParts } from '../events/profile-parts.ts'
import { identityParts } from '../identity/identity-parts.ts'
import { blockOfRequest } from './accept-operations.ts'
import { readAppliedState } from './applied-state.fixture.ts'
import { type ApplyContext, applyRun, applyRunOneByOne } from './apply-run.ts'
import { comparable } from './compare-with-model.fixture.ts'
import type { Operation, OperationOutcome } from './operation.ts'
import { anyOperation, anyUserUpsert, operationOf } from './operations.fixture.ts'
import { pickRun, type Run } from './pick-run.ts'
import { postgresOperationLog } from './postgres-operation-log.ts'
import { createProfileModel } from './profile-model.fixture.ts'

let db: TestDatabase
/** Every sequence has a workspace of its own: the tables of the hot path need no more of it than a number. */
let lastWorkspaceId = 1000

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

/** Operations, and where a block ends and where the applier catches up with what was appended. */
const anySequence = (operation: typeof anyOperation) =>
  fc.array(fc.record({ operation, endsBlock: fc.boolean(), endsAppending: fc.boolean() }), {
    minLength: 1,
    maxLength: 24,
    size: 'max',
  })

type Sequence = ReturnType<typeof anySequence> extends fc.Arbitrary<infer T> ? T : never

const appliers = {
  'in sets': applyRun,
  'one by one': (context: ApplyContext, workspaceId: number, run: Run) =>
    applyRunOneByOne(context, workspaceId, run, 1),
}

for (const emailPerUnit of [true, false]) {
  const uniqueness = emailPerUnit ? 'business unit' : 'workspace'

  test(`what any operations come to is what they come to one at a time, e-mails unique in the ${uniqueness} (C7–C17, C28, C61)`, async () => {
    await fc.assert(
      fc.asyncProperty(anySequence(anyOperation), (sequence) =>
        applyAndCompare(sequence, emailPerUnit, 'in sets'),
      ),
      runs(60),
    )
  })

  test(`upserts that fall into one set come to what they come to one at a time, e-mails unique in the ${uniqueness} (C28)`, async () => {
    await fc.assert(
      fc.asyncProperty(anySequence(anyUserUpsert), (sequence) =>
        applyAndCompare(sequence, emailPerUnit, 'in sets'),
      ),
      runs(60),
    )
  })

  test(`operations applied alone come to the same, e-mails unique in the ${uniqueness} (C29)`, async () => {
    await fc.assert(
      fc.asyncProperty(anySequence(anyOperation), (sequence) =>
        applyAndCompare(sequence, emailPerUnit, 'one by one'),
      ),
      runs(20),
    )
  })
}

async function applyAndCompare(
  sequence: Sequence,
  emailPerUnit: boolean,
  how: keyof typeof appliers,
): Promise<void> {
  const workspaceId = lastWorkspaceId++
  const log = postgresOperationLog(db.database)
  const parts = [...identityParts, ...eventParts]
  const context: ApplyContext = {
    database: db.database,
    log,
    parts,
    rules: async () => ({ emailPerUnit, fieldBindings: {} }),
  }
  const model = createProfileModel(emailPerUnit)
  const knownIds = new Set<string>()
  let block: Operation[] = []
  let appended: Operation[] = []

  for (const [index, { operation: draft, endsBlock, endsAppending }] of sequence.entries()) {
    const operation = { ...operationOf(draft, [...knownIds]), at: `updated/${index}` }
    if (operation.kind === 'event') Object.assign(operation, { name: `event ${index}` })
    block.push(operation)
    appended.push(operation)
    const isLast = index === sequence.length - 1
    if (!endsBlock && !endsAppending && !isLast) continue
    await log.append(workspaceId, blockOfRequest(workspaceId, block))
    block = []
    if (!endsAppending && !isLast) continue

    const outcomes = await applyAll(context, workspaceId, how)
    const expectedResults = appended.map((operation) => ({
      failure: model.apply(operation),
      contact: model.contactOf(operation.customer ?? ''),
    }))
    expect(outcomes.map(failureOf)).toEqual(
      expectedResults.map(({ failure }, position) => failure && { failure, at: appended[position]?.at }),
    )
    const state = await db.database.asOwner((connection) => readAppliedState(connection, workspaceId))
    const { actual, expected } = comparable(state, model, emailPerUnit)
    expect(actual).toEqual(expected)
    for (const [position, { result, customer }] of appended.entries()) {
      const { failure, contact } = expectedResults[position] ?? {}
      if (!result || failure) continue
      const profile = expect.any(String)
      if (customer === undefined) expect(outcomes[position]).toMatchObject({ profile })
      // What the result of a user names (C43).
      else expect(outcomes[position]).toEqual({ profile, ...contact })
    }
    for (const { id } of state.profiles) knownIds.add(id)
    appended = []
  }
}

/** Applies what is in the log, run by run; gives the outcomes of its operations in the order of the log. */
async function applyAll(
  context: ApplyContext,
  workspaceId: number,
  how: keyof typeof appliers,
): Promise<readonly (OperationOutcome | undefined)[]> {
  const outcomes: (OperationOutcome | undefined)[] = []
  for (;;) {
    const run = pickRun(await context.log.pending(workspaceId, []), [])
    if (!run) return outcomes
    const settled = await appliers[how](context, workspaceId, run)
    for (const block of run.blocks) {
      const ofBlock = settled.outcomes.get(block.id)
      for (let position = 0; position < block.operationCount; position++) outcomes.push(ofBlock?.[position])
    }
  }
}

function failureOf(outcome: OperationOutcome | undefined): OperationOutcome | undefined {
  return outcome && 'failure' in outcome ? outcome : undefined
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PendingBlock } from './operation-log.ts'
import { pickRun, type Run } from './pick-run.ts'

function block(
  id: number,
  keys: readonly number[] | undefined,
  extra: Partial<PendingBlock> = {},
): PendingBlock {
  return {
    day: 20_000,
    id,
    operationCount: keys?.length ?? 1,
    keys: keys && Int32Array.from(keys),
    isPlain: true,
    ...extra,
  }
}

function idsOf(run: Run | undefined): readonly number[] | undefined {
  return run?.blocks.map(({ id }) => id)
}

function runOf(...blocks: readonly PendingBlock[]): Run {
  const keys = blocks.some((one) => one.keys === undefined)
    ? undefined
    : new Set(blocks.flatMap((one) => [...(one.keys ?? [])]))
  return { blocks, keys, isIndependentSet: false }
}

test('blocks that touch nothing in common are applied together, as one set', () => {
  const run = pickRun([block(1, [1, 2]), block(2, [3])], [])
  expect(idsOf(run)).toEqual([1, 2])
  expect(run?.isIndependentSet).toBe(true)
})

test('a run whose blocks meet, or that holds more than plain upserts, is not applied as a set', () => {
  expect(pickRun([block(1, [1]), block(2, [1])], [])?.isIndependentSet).toBe(false)
  expect(pickRun([block(1, [1, 1])], [])?.isIndependentSet).toBe(false)
  expect(pickRun([block(1, [1]), block(2, [2], { isPlain: false })], [])?.isIndependentSet).toBe(false)
})

test('what meets a run that is being applied waits for it, and others overtake (C7)', () => {
  const running = [runOf(block(1, [7]))]
  expect(idsOf(pickRun([block(2, [7, 8]), block(3, [9])], running))).toEqual([3])
})

test('what meets a block that was passed over waits as well, so that the two stay in order (C7)', () => {
  const running = [runOf(block(1, [7]))]
  expect(idsOf(pickRun([block(2, [7, 8]), block(3, [8, 9]), block(4, [9]), block(5, [5])], running))).toEqual(
    [5],
  )
})

test('a block that may touch any profile is applied alone, after all older and before all newer ones', () => {
  const barrier = block(3, undefined)
  expect(idsOf(pickRun([block(1, [1]), block(2, [2]), barrier, block(4, [4])], []))).toEqual([1, 2])
  expect(pickRun([barrier, block(4, [4])], [runOf(block(2, [2]))])).toBeUndefined()
  const alone = pickRun([barrier, block(4, [4])], [])
  expect(idsOf(alone)).toEqual([3])
  expect(alone?.isIndependentSet).toBe(false)
  expect(pickRun([block(4, [4])], [runOf(barrier)])).toBeUndefined()
})

test('a run ends where another block would make it too large, and a larger block makes a run alone', () => {
  const large = { operationCount: 600 }
  expect(idsOf(pickRun([block(1, [1], large), block(2, [2], large), block(3, [3])], []))).toEqual([1])
  const pending = [block(1, [1], { operationCount: 5000 }), block(2, [2])]
  expect(idsOf(pickRun(pending, []))).toEqual([1])
})

test('nothing pending, nothing to apply', () => {
  expect(pickRun([], [])).toBeUndefined()
})

test('any schedule applies every block once, and blocks that share a key in the order of the log (C7)', () => {
  const keys = fc.option(fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 8 })
  const size = fc.oneof(fc.constant(1), fc.integer({ min: 300, max: 1200 }))
  const blocks = fc.array(fc.record({ keys, size }), { maxLength: 20 })
  /** Each number says which of the running runs ends next, or that another one begins. */
  const schedule = fc.infiniteStream(fc.nat(3))

  fc.assert(
    fc.property(blocks, schedule, (drafts, choices) => {
      const log = drafts.map((draft, id) => block(id, draft.keys, { operationCount: draft.size }))
      let pending = log
      let running: Run[] = []
      const begun: number[] = []
      const ended: number[] = []
      const choice = choices[Symbol.iterator]()
      while (pending.length > 0 || running.length > 0) {
        const next = Number(choice.next().value)
        const run = next < 2 ? pickRun(pending, running) : undefined
        if (run) {
          for (const picked of run.blocks) {
            // All older blocks that share a key must have ended, or be before it in this run.
            for (const older of log.slice(0, picked.id)) {
              const isBefore = ended.includes(older.id) || run.blocks.includes(older)
              if (meet(older, picked)) expect(isBefore).toBe(true)
            }
            begun.push(picked.id)
          }
          running.push(run)
          pending = pending.filter((one) => !run.blocks.includes(one))
        } else {
          const [over, ...others] = running
          // Nothing runs, so something must be there to begin: nobody waits for ever.
          if (!over) expect(pickRun(pending, [])).toBeDefined()
          ended.push(...(over?.blocks ?? []).map(({ id }) => id))
          running = others
        }
      }
      expect(begun.toSorted((a, b) => a - b)).toEqual(log.map(({ id }) => id))
    }),
  )
})

function meet(one: PendingBlock, other: PendingBlock): boolean {
  if (!one.keys || !other.keys) return true
  return one.keys.some((key) => other.keys?.includes(key))
}

import { expect, test } from 'vitest'
import { describeMerge, describeMergedProfile } from './describe-merge.ts'
import type { ExplainedMerge } from './explain-merge.ts'

const nobody = { id: 'a', number: null, customerId: null, email: null }
const merge: ExplainedMerge = {
  id: '1',
  from: nobody,
  into: nobody,
  intoIsGone: false,
  cause: 'operator',
  mergedAt: new Date(0),
  undoneAt: null,
  moved: [],
  identifiers: [],
  filledAttributes: [],
  movedRecipientStatus: false,
  olderMerges: 0,
}

test('a merge is told in words, each thing in its number, identifiers with what they rest on', () => {
  expect(
    describeMerge({
      ...merge,
      moved: [
        { part: 'events', count: 12 },
        { part: 'share_codes', count: 1 },
        { part: 'attributions.friend_id', count: 2 },
      ],
      identifiers: [
        { kind: 'email', value: 'ann@e', level: 'proof', moved: true },
        { kind: 'customer_id', value: '7', level: 'own-word', moved: false },
      ],
      filledAttributes: ['age', 'size'],
      movedRecipientStatus: true,
      olderMerges: 1,
    }),
  ).toEqual([
    'e-mail ann@e (proof)',
    'customer id 7 (own word) became free',
    '12 events',
    '1 share code',
    '2 attributions (friend)',
    'attributes age, size',
    'opt-outs and blacklist mark',
    '1 older merge',
  ])
  expect(describeMerge(merge)).toEqual([])
})

test('a profile is called by what an operator knows of it', () => {
  expect(describeMergedProfile({ ...nobody, number: '12', customerId: '7', email: 'a@e' })).toBe(
    '12, customer 7, a@e',
  )
  expect(describeMergedProfile(nobody)).toBe('a')
})

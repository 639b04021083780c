import { expect, test } from 'vitest'
import { createBatchedRead } from './batched-reads.ts'

test('what is asked for together is read together, each lane by itself', async () => {
  const calls: [number, readonly string[]][] = []
  const read = createBatchedRead(async (lane, keys: readonly string[]) => {
    calls.push([lane, keys])
    return keys.map((key) => `${lane}${key}`)
  })
  const found = await Promise.all([read(1, 'a'), read(1, 'b'), read(1, 'a'), read(2, 'a')])
  expect(found).toEqual(['1a', '1b', '1a', '2a'])
  expect(calls).toEqual([
    [1, ['a', 'b', 'a']],
    [2, ['a']],
  ])
})

test('a read that fails, fails those alone who asked for it', async () => {
  let isBroken = true
  const read = createBatchedRead(async (_lane, keys: readonly string[]) => {
    if (isBroken) throw new Error('broken')
    return keys
  })
  await expect(Promise.all([read(1, 'a'), read(1, 'b')])).rejects.toThrow('broken')
  isBroken = false
  expect([await read(1, 'a'), await read(1, 'b')]).toEqual(['a', 'b'])
})

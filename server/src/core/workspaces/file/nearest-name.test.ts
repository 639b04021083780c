import { expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

test('a name is near another by a few slips, letter case not counted, and never near itself', () => {
  const names = ['rewards', 'origins', 'keys']
  expect(nearestName('rewrds', names)).toBe('rewards')
  expect(nearestName('Reward', names)).toBe('rewards')
  expect(nearestName('kyes', names)).toBe('keys')
  expect(nearestName('KEYS', names)).toBe('keys')
  expect(nearestName('keys', names)).toBeUndefined()
  expect(nearestName('campaigns', names)).toBeUndefined()
  expect(nearestName('', names)).toBeUndefined()
})

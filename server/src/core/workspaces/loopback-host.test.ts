import { expect, test } from 'vitest'
import { isLoopbackHost } from './loopback-host.ts'

test('localhost and below it, 127.0.0.0/8 and ::1 mean the machine itself (S5)', () => {
  for (const host of [
    'localhost',
    'LOCALHOST',
    'acme.localhost',
    '127.0.0.1',
    '127.255.3.4',
    '::1',
    '[::1]',
  ]) {
    expect(isLoopbackHost(host), host).toBe(true)
  }
})

test('names that only look like them belong to one workspace', () => {
  const others = [
    'localhost.example',
    'notlocalhost',
    '127.0.0.1.example',
    '128.0.0.1',
    '::2',
    '10.0.0.1',
    '',
  ]
  for (const host of others) expect(isLoopbackHost(host), host).toBe(false)
})

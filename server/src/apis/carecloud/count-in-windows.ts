import { hash } from 'node:crypto'
import { tooManyRequests } from './errors/carecloud-error.ts'

/** Counts what happened for each key, beginning anew when a key's window of time has passed. */
export interface WindowCount {
  /** Refuses with 429 where the window of this key is full. */
  refuseWhereTooMany(key: string): void
  note(key: string): void
}

interface Window {
  count: number
  readonly endsAtMs: number
}

const mostKeys = 100_000

/**
 * Each process counts what it answers itself. Of very many keys the oldest are forgotten first; as hashes, so that
 * none of them is long, and no address is kept.
 */
export function countInWindows(options: {
  readonly most: number
  readonly windowMs: number
  readonly enabled: boolean
}): WindowCount {
  const { most, windowMs, enabled } = options
  const windows = new Map<string, Window>()

  function openWindow(key: string): Window | undefined {
    const found = windows.get(key)
    if (found && found.endsAtMs > performance.now()) return found
    windows.delete(key)
    return undefined
  }

  return {
    refuseWhereTooMany(key) {
      const found = enabled ? openWindow(hashed(key)) : undefined
      if (found && found.count >= most) throw tooManyRequests((found.endsAtMs - performance.now()) / 1000)
    },
    note(key) {
      if (!enabled) return
      const counted = hashed(key)
      const found = openWindow(counted) ?? { count: 0, endsAtMs: performance.now() + windowMs }
      found.count++
      windows.set(counted, found)
      const [oldest] = windows.keys()
      if (windows.size > mostKeys && oldest !== undefined) windows.delete(oldest)
    },
  }
}

function hashed(key: string): string {
  return hash('sha256', key, 'base64')
}

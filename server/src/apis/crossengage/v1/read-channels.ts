import { type Channel, channels } from '../../../core/consents/channels.ts'
import type { ErrorV1 } from '../errors-v1.ts'

const all: ReadonlySet<Channel> = new Set(channels)

/**
 * The channels that a `channelType` names, read without letter case: one; every one where it is `ALL`, absent or
 * null; `undefined` where it is none (C66, C67).
 */
export function readChannels(channelType: unknown): ReadonlySet<Channel> | undefined {
  if (channelType === undefined || channelType === null) return all
  if (typeof channelType !== 'string') return undefined
  const name = channelType.toUpperCase()
  if (name === 'ALL') return all
  const channel = channels.find((known) => known === name)
  return channel && new Set([channel])
}

export const unknownChannel: ErrorV1 = { field: 'channelType', type: 'UNKNOWN_VALUE' }

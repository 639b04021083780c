import { endOfLocalDay, endOfLocalDayAfter } from '../local-time/local-time.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'

/** Days end with their last whole second; a grant is good to the end of that one. */
const restOfSecondMs = 999

/**
 * The last moment of a grant that is issued now: that of the local day `grantValidDays` later, at most that of `validTo`
 * (S28). Null: neither is set.
 */
export function grantExpiry(
  { grantValidDays, validTo }: Pick<Reward, 'grantValidDays' | 'validTo'>,
  now: Date,
  timeZone: string,
): Date | null {
  const ends = [
    ...(grantValidDays === undefined ? [] : [endOfLocalDayAfter(now, grantValidDays, timeZone)]),
    ...(validTo === undefined ? [] : [endOfLocalDay(validTo, timeZone)]),
  ]
  if (ends.length === 0) return null
  return new Date(Math.min(...ends.map((end) => end.getTime())) + restOfSecondMs)
}

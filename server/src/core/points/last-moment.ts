import { endOfLocalDayAfter } from '../local-time/local-time.ts'
import type { PointType } from './find-point-type.ts'

/** The last moment of points of this type that are booked now; null: they do not expire (L122). */
export function lastMomentOf({ expiresAfterDays }: PointType, now: Date, timeZone: string): Date | null {
  return expiresAfterDays === undefined ? null : endOfLocalDayAfter(now, expiresAfterDays, timeZone)
}

import { type Clock, systemClock } from '../../platform/clock.ts'
import { earn, earnAll } from './earn.ts'
import type { Ledger, MovementReaction } from './ledger.ts'
import { release, reserve, useReservations } from './reservations.ts'
import { reverse } from './reverse.ts'
import { spend } from './spend.ts'
import { synchronise } from './synchronise.ts'
import { transfer } from './transfer.ts'

/** The ledger, with those who react to its movements. */
export function createLedger(reactions: readonly MovementReaction[], clock: Clock = systemClock): Ledger {
  const parts = { clock, reactions }
  return {
    earn: (...request) => earn(parts, ...request),
    earnAll: (...requests) => earnAll(parts, ...requests),
    spend: (...request) => spend(parts, ...request),
    reverse: (...request) => reverse(parts, ...request),
    transfer: (...request) => transfer(parts, ...request),
    synchronise: (...request) => synchronise(parts, ...request),
    reserve: (...request) => reserve(parts, ...request),
    release: (...request) => release(parts, ...request),
    useReservations: (...uses) => useReservations(parts, ...uses),
  }
}

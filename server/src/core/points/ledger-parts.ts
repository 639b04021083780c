import type { Clock } from '../../platform/clock.ts'
import type { MovementReaction } from './ledger.ts'

/** What every verb of the ledger works with. */
export interface LedgerParts {
  readonly clock: Clock
  readonly reactions: readonly MovementReaction[]
}

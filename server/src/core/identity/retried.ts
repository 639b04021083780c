import pg from 'pg'
import { ProfileGone } from './identify.ts'

/** SQLSTATEs after which the same transaction may well succeed: another writer was faster, or crossed ours. */
const passing = new Set(['23505', '40P01', '40001'])
const mostAttempts = 8

/**
 * Runs a transaction again where it met another writer. The applier writes the same identifiers, in sets; whoever
 * comes second sees what the first one left and decides anew.
 */
export async function retried<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction()
    } catch (error) {
      const isPassing =
        error instanceof ProfileGone || (error instanceof pg.DatabaseError && passing.has(error.code ?? ''))
      if (!isPassing || attempt >= mostAttempts) throw error
    }
  }
}

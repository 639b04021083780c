import pg from 'pg'

/** SQLSTATEs after which the same transaction may well succeed, but not for ever. */
const passing = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '23505', // unique_violation: another writer took the identifier between our look and our insert
  '23514', // check_violation: today's partition is not there yet
  '55P03', // lock_not_available
])
const mostAttempts = 10

/** SQLSTATE classes that speak of the server and not of what it was asked. */
const serverTrouble = new Set([
  '08', // connection exception
  '53', // insufficient resources
  '57', // operator intervention: shutdown, crash
  '58', // system error
])

/**
 * Whether to try a failed run again. A database that is away is waited for; what cannot be applied as it is
 * must not hold up what comes after it. Errors that are neither PostgreSQL's nor ours are broken connections.
 */
export function isWorthRetrying(error: unknown, attempt: number): boolean {
  if (!(error instanceof pg.DatabaseError))
    return !(error instanceof TypeError || error instanceof SyntaxError)
  const code = error.code ?? ''
  return serverTrouble.has(code.slice(0, 2)) || (passing.has(code) && attempt < mostAttempts)
}

import { type Logger, pino } from 'pino'

export type { Logger }

/**
 * Structured logs, one JSON object a line on standard output.
 *
 * Personal data and secrets are kept out at the source: nothing logs bodies, query texts or identifiers.
 * The redactions are the second line of defence, for objects that libraries attach to their errors
 * (PostgreSQL puts the offending row's values into `detail` and `where`).
 */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['err.detail', 'err.where', 'err.query', 'err.parameters', 'err.hint', 'err.internalQuery'],
      remove: true,
    },
  })
}

/**
 * Why the core refuses. Every API has a table `satisfies Record<ErrorCode, …>` to its own status and shape, so
 * that a new code fails compilation where nobody can say it yet.
 */
export type ErrorCode =
  /** More arrives than can be made durable: try again after a moment. */
  | 'overloaded'
  /** Accepted and durable, but not applied within the time the caller would wait. */
  | 'not-applied-in-time'

export class CoreError extends Error {
  override readonly name = 'CoreError'
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

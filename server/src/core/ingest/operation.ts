/**
 * One accepted change that is not applied yet, as it stands in the log. The names are those of the columns
 * that PostgreSQL reads them into, so that a block's text can be handed to it as it is.
 */
export type Operation = UpsertOperation | DeleteOperation | StatusOperation | EventOperation

/** Creates or updates a user (by `customer`) or, without it, a lead (by `email`). */
export interface UpsertOperation extends Traceable {
  readonly kind: 'upsert'
  readonly customer?: string
  /** As written. Absent: stays as it is. */
  readonly email?: string
  /** The form it is compared in, where that differs from `email`. */
  readonly email_key?: string
  /** Business unit; `''` removes it. Absent: stays as it is. */
  readonly unit?: string
  /** The profile id the caller believes in: another one fails the operation. */
  readonly profile?: string
  /** Attribute values, normalised. */
  readonly set?: Readonly<Record<string, unknown>>
  /** Names of attributes to clear. */
  readonly clear?: readonly string[]
  /** Set while applying: the lead that had the e-mail is the user by now, or was absorbed. */
  readonly lead_taken?: true
}

/** Ends a profile, named by customer id or by profile id. Nobody there is no failure. */
export interface DeleteOperation extends Traceable {
  readonly kind: 'delete'
  readonly customer?: string
  readonly profile?: string
}

/** Changes what a profile is not to be sent. */
export interface StatusOperation extends Traceable, NamedPerson {
  readonly kind: 'status'
  readonly opt_out?: boolean
  readonly channels?: readonly string[]
  readonly blacklisted?: boolean
}

/** Records what somebody did. Nobody has to be known under the identifier yet. */
export interface EventOperation extends Traceable, NamedPerson {
  readonly kind: 'event'
  readonly name: string
  /** RFC 3339, UTC. */
  readonly occurred_at: string
  readonly received_at: string
  readonly source: 'back end' | 'endpoint' | 'public'
  readonly data: unknown
}

/** A customer id, or an e-mail (in compare form) with or without its business unit. */
interface NamedPerson {
  readonly customer?: string
  readonly email_key?: string
  readonly unit?: string
}

interface Traceable {
  /** Where in its request it stood, such as `updated/3`; absent where the request was this operation alone. */
  readonly at?: string
  /** Whether the outcome is wanted when it succeeds as well. */
  readonly result?: true
}

export type OperationFailure =
  /** The e-mail names another user, in the business unit `unit` if it is not absent. */
  | {
      readonly reason: 'email-taken'
      readonly email: string
      readonly holder: string
      readonly unit?: string
    }
  | { readonly reason: 'profile-mismatch'; readonly sent: string; readonly customer: string }
  /** Our fault: the operation could not be applied, and will not be tried again. */
  | { readonly reason: 'not-applicable' }

/** What became of an operation. Kept for failures, and for operations that asked for their result. */
export type OperationOutcome =
  | { readonly failure: OperationFailure; readonly at?: string }
  | { readonly profile: string | null; readonly email?: string; readonly unit?: string }

/** Outcomes by position in the block. */
export type BlockOutcomes = Readonly<Record<string, OperationOutcome>>

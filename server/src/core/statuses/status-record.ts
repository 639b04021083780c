/** A status that a profile holds or held. */
export interface StatusRecord {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly profileId: string
  readonly profileNumber: string
  readonly statusId: string
  readonly validFrom: Date
  /** Null: for good. */
  readonly validTo: Date | null
  readonly isCurrent: boolean
  /** An operator set it: it is only raised before its end (L104). */
  readonly isSet: boolean
  readonly changedAt: Date
}

/** Where a customer comes from, and what it is called there. */
export interface SourcePair {
  readonly sourceId: string
  /** Null: it has no name there. */
  readonly externalId: string | null
}

export interface SourceRecord extends SourcePair {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly profileId: string
  readonly profileNumber: string
  readonly changedAt: Date
}

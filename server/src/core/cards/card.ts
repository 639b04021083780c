/** A card, held by a profile or free. */
export interface Card {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly typeId: string
  readonly cardNumber: string
  readonly secondaryNumber: string | null
  /** Null: free. */
  readonly profileId: string | null
  readonly profileNumber: string | null
  readonly validFrom: Date | null
  readonly validTo: Date | null
  readonly storeId: string | null
  /** False: blocked. */
  readonly isActive: boolean
  readonly createdAt: Date
  readonly changedAt: Date
}

/** What may be said of a card beside its number. */
export interface CardFields {
  readonly secondaryNumber: string | null
  readonly profileId: string | null
  readonly validFrom: Date | null
  readonly validTo: Date | null
  readonly storeId: string | null
  readonly isActive: boolean
}

/** Whether a card is active and within its dates. */
export function isUsable(
  { isActive, validFrom, validTo }: Omit<CardFields, 'profileId'>,
  now: Date,
): boolean {
  return isActive && !(validFrom !== null && validFrom > now) && !(validTo !== null && validTo < now)
}

export const cardColumns = `c.number, c.type_id, c.card_number, c.secondary_number, c.profile_id,
  (select p.number from profiles p where p.workspace_id = $1 and p.id = c.profile_id) as profile_number,
  c.valid_from, c.valid_to, c.store_id, c.is_active, c.created_at, c.changed_at`

export interface CardRow {
  readonly number: string
  readonly type_id: string
  readonly card_number: string
  readonly secondary_number: string | null
  readonly profile_id: string | null
  readonly profile_number: string | null
  readonly valid_from: Date | null
  readonly valid_to: Date | null
  readonly store_id: string | null
  readonly is_active: boolean
  readonly created_at: Date
  readonly changed_at: Date
}

export function cardOf(row: CardRow): Card {
  return {
    number: row.number,
    typeId: row.type_id,
    cardNumber: row.card_number,
    secondaryNumber: row.secondary_number,
    profileId: row.profile_id,
    profileNumber: row.profile_number,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    storeId: row.store_id,
    isActive: row.is_active,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  }
}

/** What a user object shows of a stored profile. */
export interface ShownProfile {
  /** UUID, lower case. */
  readonly id: string
  /** Null for a lead. */
  readonly customerId: string | null
  readonly email: string | null
  readonly businessUnit: string | null
  /** The text of a JSON object, as PostgreSQL writes `jsonb`; holds no name of the other fields (C51). */
  readonly attributesJson: string
}

/**
 * The JSON text of a user object (section 3): flat, and without the fields that have no value. The attributes
 * are joined as text, since parsing them only to write them again would be most of a read's work.
 */
export function userObjectJson({
  id,
  customerId,
  email,
  businessUnit,
  attributesJson,
}: ShownProfile): string {
  const fields = JSON.stringify({
    id: customerId ?? undefined,
    xngId: id,
    email: email ?? undefined,
    businessUnit: businessUnit || undefined,
  })
  if (attributesJson === '{}') return fields
  return `${fields.slice(0, -1)},${attributesJson.slice(1)}`
}

export const genders = ['male', 'female', 'miss', 'private', 'other'] as const
export type Gender = (typeof genders)[number]

export const addressParts = [
  'address1',
  'address2',
  'address3',
  'address4',
  'address5',
  'address6',
  'address7',
  'zip',
  'city',
  'country_code',
] as const
type AddressPart = (typeof addressParts)[number]

/** A part that is absent is not known. */
export type Address = Readonly<Partial<Record<AddressPart, string>>>

/** What is said of the person, but for the e-mail, which is an identifier alone (S22, L60); null: not known. */
export interface StandardFields {
  readonly first_name: string | null
  readonly last_name: string | null
  readonly gender: Gender | null
  /** `YYYY-MM-DD`. */
  readonly birthdate: string | null
  /** In compare form (`+` and digits). */
  readonly phone: string | null
  readonly address: Address | null
  readonly language: string | null
  readonly salutation: string | null
  readonly pre_nominals: string | null
  readonly post_nominals: string | null
  readonly store_id: string | null
  readonly picture_url: string | null
}

/** Fields to write: what is absent stays, null clears. */
export type FieldChanges = Partial<StandardFields>

/** Those that a workspace may bind to an attribute. */
export const bindableFields = [
  'first_name',
  'last_name',
  'gender',
  'birthdate',
  'phone',
  'address',
  'language',
] as const satisfies (keyof StandardFields)[]
export type BindableField = (typeof bindableFields)[number]

/** As `select` reads them from `profiles p`. */
export const fieldColumns = `p.first_name, p.last_name, p.gender, p.birthdate::text as birthdate, p.phone, p.address,
  p.language, p.salutation, p.pre_nominals, p.post_nominals, p.store_id, p.picture_url`

/** Those that stand beside the attributes always. */
export const ownColumns = [
  'salutation',
  'pre_nominals',
  'post_nominals',
  'store_id',
  'picture_url',
] as const satisfies (keyof StandardFields)[]

export const fieldNames = [...bindableFields, ...ownColumns] as const

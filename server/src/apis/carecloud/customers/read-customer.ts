import type { ConsentValue } from '../../../core/consents/consents.ts'
import { consentValues } from '../../../core/consents/consents.ts'
import { type Address, genders, type StandardFields } from '../../../core/standard-fields/standard-fields.ts'
import { phone } from '../values/phone.ts'
import { propertyRecord } from '../values/property.ts'
import { anything, type Fields, list, object, type Read, type Reader, required } from '../values/reader.ts'
import { countryCode, definedIn, languageId } from '../values/references.ts'
import { email, flag, id, oneOf, text } from '../values/scalars.ts'
import { date } from '../values/times.ts'

const name = text({ longest: 255 })
const consent = definedIn((settings) => settings.consents)
const consentValue = oneOf(consentValues)

export const addressFields = {
  address1: name,
  address2: name,
  address3: name,
  address4: name,
  address5: name,
  address6: name,
  address7: name,
  zip: name,
  city: name,
  country_code: countryCode,
}

/** The older view of consents (L63). */
export const agreement = {
  agreement_gtc: consentValue,
  agreement_profiling: consentValue,
  agreement_marketing_communication: consentValue,
  custom_agreements: list(object({ agreement_id: required(consent), agreement_value: consentValue })),
}

const personalInformation = {
  salutation: name,
  gender: oneOf([1, 2, 3, 4, 5]),
  first_name: name,
  last_name: name,
  pre_nominals: name,
  post_nominals: name,
  birthdate: date,
  email,
  phone,
  language_id: languageId,
  store_id: definedIn((settings) => settings.loyalty.stores),
  address: object(addressFields),
  agreement: object(agreement),
  consents: list(object({ consent_id: required(consent), consent_value: consentValue })),
}

const propertyRecords = list(propertyRecord('customer'))
const source = object({
  customer_source_id: required(definedIn((settings) => settings.loyalty.customerSources)),
  external_id: id,
})

/** Both shapes of a customer in a body, and any mixture of them (L67). */
export const customerBody = {
  customer: object({ personal_information: object(personalInformation) }),
  personal_information: object(personalInformation),
  customer_source: source,
  customer_sources: list(source),
  property_records: propertyRecords,
  additional_properties: propertyRecords,
  password: text({ longest: 1000 }),
  autologin: flag,
  referral_code: text({ longest: 255 }),
  social_network_credentials: anything,
}

export type CustomerBody = Read<typeof customerBody>
type PersonalInformation = Read<typeof personalInformation>
type Agreement = Read<typeof agreement>

/**
 * The same fields for the document, not read yet: what is wrong with them is told together with what the core refuses
 * (L42).
 */
export function unread(fields: Fields): Readonly<Record<string, Reader<unknown>>> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, { schema }]) => [field, { schema, read: (value: unknown) => value }]),
  )
}

export function personOf({ customer, personal_information }: CustomerBody): PersonalInformation | undefined {
  return customer?.personal_information ?? personal_information
}

export interface GivenConsent {
  readonly consentId: string
  readonly value: ConsentValue
}

/**
 * The entries whose id was read. One whose id was refused lacks it, whatever its type says: it is looked past, so that
 * the rest of the body is checked as well.
 */
export function whole<Entry extends object>(
  entries: readonly Entry[],
  idField: keyof Entry,
): readonly Entry[] {
  return entries.filter((entry) => entry[idField] !== undefined)
}

/** `consents` counts where both are given (L63). */
export function consentsOf({ agreement, consents }: PersonalInformation): readonly GivenConsent[] {
  if (!consents) return agreement ? consentsOfAgreement(agreement) : []
  return whole(consents, 'consent_id').flatMap(({ consent_id, consent_value }) =>
    consent_value === undefined ? [] : { consentId: consent_id.id, value: consent_value },
  )
}

export function consentsOfAgreement({
  custom_agreements = [],
  ...standard
}: Agreement): readonly GivenConsent[] {
  const ids = {
    gtc: standard.agreement_gtc,
    profiling: standard.agreement_profiling,
    'marketing-communication': standard.agreement_marketing_communication,
  }
  return [
    ...Object.entries(ids).flatMap(([consentId, value]) => (value === undefined ? [] : { consentId, value })),
    ...whole(custom_agreements, 'agreement_id').flatMap(({ agreement_id, agreement_value: value }) =>
      value === undefined ? [] : { consentId: agreement_id.id, value },
    ),
  ]
}

type GivenFields = Omit<StandardFields, 'picture_url' | 'store_id' | 'language'>

/** What is said of the person; what was left out is null. Store and language are kept when left out (L71). */
export function fieldsOf(
  person: PersonalInformation,
): GivenFields & { readonly store_id?: string; readonly language?: string } {
  return {
    salutation: person.salutation ?? null,
    gender: person.gender === undefined ? null : (genders[person.gender - 1] ?? null),
    first_name: person.first_name ?? null,
    last_name: person.last_name ?? null,
    pre_nominals: person.pre_nominals ?? null,
    post_nominals: person.post_nominals ?? null,
    birthdate: person.birthdate ?? null,
    phone: person.phone ?? null,
    address: person.address ? addressOf(person.address) : null,
    ...(person.store_id === undefined ? {} : { store_id: person.store_id.id }),
    ...(person.language_id === undefined ? {} : { language: person.language_id }),
  }
}

/** The parts that were given; null: none was. */
export function addressOf(sent: Read<typeof addressFields>): Address | null {
  const given = Object.entries(sent).filter(([, value]) => value !== undefined)
  return given.length > 0 ? Object.fromEntries(given) : null
}

/** A new customer has only what was given. */
export function newFieldsOf(person: PersonalInformation): Partial<StandardFields> {
  return Object.fromEntries(Object.entries(fieldsOf(person)).filter(([, value]) => value !== null))
}

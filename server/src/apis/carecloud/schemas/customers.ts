import { Type } from 'typebox'
import { Chosen, Count, Day, Issued, listOf, nullable, object, Text, Time } from './values.ts'

const addressLines = ['address1', 'address2', 'address3', 'address4', 'address5', 'address6', 'address7']

export const shownAddress = object(
  Object.fromEntries([...addressLines, 'zip', 'city', 'country_code'].map((name) => [name, nullable(Text)])),
)

const Consent = Type.Integer({ description: '0 withdrawn, 1 given, 2 not set.' })

/** L65. */
export const shownCustomer = {
  customer_id: Issued,
  personal_information: object({
    salutation: nullable(Text),
    gender: nullable(Type.Integer({ description: '1 male, 2 female, 3 miss, 4 private, 5 other.' })),
    first_name: nullable(Text),
    last_name: nullable(Text),
    pre_nominals: nullable(Text),
    post_nominals: nullable(Text),
    birthdate: nullable(Day),
    email: nullable(Text),
    phone: nullable(Type.String({ description: 'Digits with the country prefix, no plus.' })),
    language_id: nullable(Text),
    store_id: nullable(Chosen),
    address: shownAddress,
    agreement: object({
      agreement_gtc: Consent,
      agreement_profiling: Consent,
      agreement_marketing_communication: Consent,
      custom_agreements: listOf({ agreement_id: Chosen, agreement_value: Consent }),
    }),
    consents: listOf({ consent_id: Chosen, consent_value: Consent, last_change: nullable(Time) }),
  }),
  doi_email: nullable(Text),
  doi_phone: nullable(Text),
  last_change: Time,
  state: Count,
}

export const shownCustomerId = { customer_id: Issued }

/** L74. */
export const shownFoundCustomers = {
  strict: listOf({
    customer_id: Issued,
    match: Type.Integer({ description: 'Per cent of what was asked for.' }),
  }),
}

export const shownInterestRecord = {
  interest_record_id: Issued,
  interest_id: Chosen,
  customer_id: Issued,
  last_change: Time,
}

export const shownSourceRecord = {
  customer_source_record_id: Issued,
  customer_source_id: Chosen,
  customer_id: Issued,
  external_id: nullable(Text),
  last_change: Time,
}

export const shownAdditionalAddress = {
  additional_address_id: Issued,
  address_type: Chosen,
  address: shownAddress,
  last_change: Time,
}

export const shownPartnerRecord = { partner_record_id: Issued, partner_id: Chosen, last_change: Time }

/** L53. */
export const shownPropertyRecord = {
  property_record_id: Type.String({ examples: ['wedding_date:4718022356318071942'] }),
  property_id: Chosen,
  property_name: Text,
  property_value: Type.Unknown({ description: 'By the type of the property.' }),
  last_change: Time,
}

import type { Parameter } from '../../../core/identity/parameters.ts'
import type { PublicPerson, SeenPerson } from '../../../core/identity/read-person.ts'

/** `GET me` (E57). */
export function presentMe({ number, email, partnerUserId, fields, parameters }: SeenPerson) {
  return {
    id: number,
    email: email ?? null,
    first_name: fields.first_name ?? null,
    last_name: fields.last_name ?? null,
    profile_picture_url: fields.picture_url ?? null,
    partner_user_id: partnerUserId ?? null,
    cookie_consent: null,
    cookie_consent_type: null,
    processing_consent: null,
    processing_consent_type: null,
    parameters: presentParameters(parameters),
    locale: fields.language ?? null,
  }
}

/** The flat map of E61. */
export function presentParameters(parameters: readonly Parameter[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(parameters.map(({ name, value }) => [name, value]))
}

/** The public part of a person (E39). */
export function presentPublicPerson({ number, firstName, pictureUrl, parameters }: PublicPerson) {
  return {
    id: number,
    first_name: firstName ?? null,
    image_url: pictureUrl ?? null,
    parameters: presentParameters(parameters),
  }
}

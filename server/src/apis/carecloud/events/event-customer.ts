import { findHeldSources } from '../../../core/customer-sources/find-sources.ts'
import type { SourcePair } from '../../../core/customer-sources/source-record.ts'
import { type Contact, findContactHolders, holderNamed } from '../../../core/registration/contact-holders.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import { refuse } from '../errors/carecloud-error.ts'
import { type CustomerRef, reaches } from '../reach.ts'
import { customerId } from '../values/customer-id.ts'
import { phone } from '../values/phone.ts'
import {
  anything,
  fault,
  isGiven,
  object,
  type Read,
  type Reader,
  type Reading,
  required,
} from '../values/reader.ts'
import { definedIn } from '../values/references.ts'
import { emailToCompare, id, oneOf } from '../values/scalars.ts'

/** Whose event it is: by id, or by what names the customer elsewhere (L118). */
export type NamedBy =
  | { readonly customer: CustomerRef }
  | { readonly contact: Contact; readonly sent: unknown }
  | { readonly source: SourcePair; readonly sent: unknown }

export const customerFields = {
  customer_id: customerId(),
  customer_identifier_type: oneOf(['email', 'phone', 'external_id']),
  customer_identifier_value: anything,
}

/** `customer_identifier_value` of each type; undefined where it was refused. */
const identifiers: Readonly<
  Record<'email' | 'phone' | 'external_id', (value: unknown, reading: Reading) => NamedBy | undefined>
> = {
  email: (sent, reading) => contactOf('email', emailToCompare, sent, reading),
  phone: (sent, reading) => contactOf('phone', phone, sent, reading),
  external_id(sent, reading) {
    const read = externalId.read(sent, valuePlace, reading)
    // Either was refused where it lacks.
    const source: { readonly id: string } | undefined = read?.customer_source_id
    if (!source || read?.external_id === undefined) return undefined
    return { source: { sourceId: source.id, externalId: read.external_id }, sent }
  },
}

const externalId = object({
  customer_source_id: required(definedIn(({ loyalty }) => loyalty.customerSources)),
  external_id: required(id),
})

const valuePlace = { name: 'customer_identifier_value' }

function contactOf(
  kind: Contact['kind'],
  reader: Reader<string>,
  sent: unknown,
  reading: Reading,
): NamedBy | undefined {
  const value = reader.read(sent, valuePlace, reading)
  return value === undefined ? undefined : { contact: { kind, value }, sent }
}

/**
 * Who is named in an event's fields, and what is wrong with how: by id or by identifier, not by both (L118). On the
 * customer interface nobody named is whoever is logged in (L30).
 *
 * @param sent the fields as they came
 */
export function readNaming(
  read: Read<typeof customerFields>,
  sent: Readonly<Record<string, unknown>>,
  reading: Reading,
): NamedBy | undefined {
  const { customer_id: customer, customer_identifier_type: type, customer_identifier_value: value } = read
  const isTypeGiven = isGiven(sent.customer_identifier_type)
  if (isGiven(sent.customer_id)) {
    if (isTypeGiven && type) fault(reading, { name: 'customer_identifier_type' }, 'not_allowed_value', type)
    return customer && { customer }
  }
  if (!isTypeGiven && !isGiven(value)) {
    if (reading.loggedIn) return { customer: reading.loggedIn }
    return fault(reading, { name: 'customer_id' }, 'required', null)
  }
  if (!isTypeGiven) return fault(reading, { name: 'customer_identifier_type' }, 'required', null)
  if (!isGiven(value)) return fault(reading, valuePlace, 'required', null)
  return type && identifiers[type](value, reading)
}

/**
 * The profile that is named. An identifier names its profile at every level of proof (S13); of nobody, and to a customer
 * of somebody else, it is unknown: who asks must not learn which (L28).
 */
export async function profileNamed(
  database: Database,
  { workspace, reach }: Pick<Call, 'workspace' | 'reach'>,
  named: NamedBy,
): Promise<string> {
  if ('customer' in named) return named.customer.profileId
  const profileId = await database.inWorkspace(workspace.id, async (connection) => {
    if ('source' in named) {
      const [held] = await findHeldSources(connection, workspace.id, [named.source], undefined)
      return held?.profileId
    }
    return holderNamed(await findContactHolders(connection, workspace.id, [named.contact]), workspace)
      ?.profileId
  })
  if (profileId !== undefined && reaches(reach, profileId)) return profileId
  throw refuse('customer_identifier_value', 'not_found', named.sent)
}

import { addSources } from '../../../core/customer-sources/add-sources.ts'
import { findHeldSources } from '../../../core/customer-sources/find-sources.ts'
import type { SourcePair } from '../../../core/customer-sources/source-record.ts'
import type { Level } from '../../../core/identity/identifiers.ts'
import { setPartnerRelations } from '../../../core/partner-relations/partner-relations.ts'
import { type GivenProperty, ofProfile } from '../../../core/properties/property-record.ts'
import { findTakenValues } from '../../../core/properties/write-property-records.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { keepProperties } from '../customer-records/keep-properties.ts'
import { takenSource, takenValue } from '../customer-records/refuse-taken.ts'
import { badRequest } from '../errors/carecloud-error.ts'
import type { InvalidParam } from '../errors/invalid-param.ts'
import { type CustomerBody, whole } from './read-customer.ts'

/** What a body says of a customer beside the person. */
export interface GivenRecords {
  readonly sources: readonly SourcePair[]
  readonly properties: readonly GivenProperty[]
  readonly partnerIds: readonly string[]
}

/** Both shapes (L67). */
export function recordsOf(body: CustomerBody): GivenRecords {
  const sources = [...(body.customer_source ? [body.customer_source] : []), ...(body.customer_sources ?? [])]
  return {
    sources: whole(sources, 'customer_source_id').map(({ customer_source_id, external_id }) => ({
      sourceId: customer_source_id.id,
      externalId: external_id ?? null,
    })),
    properties: [...(body.property_records ?? []), ...(body.additional_properties ?? [])],
    partnerIds: [],
  }
}

/** All that is wrong with them: source pairs that are taken first (L44), then unique values that are (L55). */
export async function checkRecords(
  connection: Connection,
  workspaceId: number,
  { sources, properties }: GivenRecords,
  /** Whose own records are in nobody's way; undefined: nobody is there yet. */
  profileId: string | undefined,
): Promise<readonly InvalidParam[]> {
  const held = await findHeldSources(connection, workspaceId, sources, profileId)
  const owner = { kind: 'customer', id: profileId } as const
  const taken = await findTakenValues(connection, workspaceId, owner, properties)
  return [
    ...held.filter((source) => source.profileId !== profileId).map(takenSource),
    ...properties
      .filter(({ definition }) => taken.includes(definition.id))
      .map((record) => takenValue(record)),
  ]
}

/**
 * Writes them in the transaction that makes or changes the customer (L69); a source or partner that the customer has
 * already stays as it is. Refuses what somebody else took since they were checked.
 */
export async function attachRecords(
  connection: Connection,
  workspaceId: number,
  { profileId, level }: { readonly profileId: string; readonly level: Level },
  given: GivenRecords,
): Promise<void> {
  const { sources, properties, partnerIds } = given
  const added = await addSources(connection, workspaceId, profileId, level, sources)
  await keepProperties(connection, workspaceId, ofProfile(profileId), properties)
  const related = partnerIds.map((partnerId) => ({ partnerId, isRelated: true }))
  if (related.length > 0) await setPartnerRelations(connection, workspaceId, profileId, related)
  if (added.length === sources.length) return
  const taken = await checkRecords(connection, workspaceId, { ...given, properties: [] }, profileId)
  if (taken.length > 0) throw badRequest(taken)
}

import { findKnownProfiles } from '../../core/profiles/known-profiles.ts'
import { type BatchedRead, createBatchedRead } from '../../platform/batched-reads.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { ownCustomer } from './canonical-url.ts'
import { notFound, outOfReach } from './errors/carecloud-error.ts'
import { invalidParam } from './errors/invalid-param.ts'
import { type CustomerRef, type Reach, reaches } from './reach.ts'
import type { NamedCustomer, Reading } from './values/reader.ts'

/** Finds customers by the ids of the wire, those of merged ones too (L59). */
export type FindCustomer = BatchedRead<string, CustomerRef | undefined>

export function openCustomerReader(database: Database): FindCustomer {
  return createBatchedRead(async (workspaceId, numbers: readonly string[]) => {
    const found = await database.inWorkspace(workspaceId, (connection) =>
      findKnownProfiles(connection, workspaceId, numbers),
    )
    return numbers.map((number) => found.get(number))
  })
}

/** Who asks, and in which workspace. */
interface Asker {
  readonly workspaceId: number
  readonly reach: Reach
  readonly loggedIn: CustomerRef | undefined
}

/**
 * The customer of a path. On C one out of reach, existing or not, is refused with 400 (L28); on E an unknown one is
 * 404, named after the collection.
 */
export async function customerOfPath(
  find: FindCustomer,
  { workspaceId, reach, loggedIn }: Asker,
  sent: string,
  collection: string,
): Promise<CustomerRef> {
  if (!reach.all && sent === ownCustomer && loggedIn) return loggedIn
  const near = reach.all ? undefined : reach.customers.find(({ number }) => number === sent)
  if (near) return near
  const found = await find(workspaceId, sent)
  if (found && reaches(reach, found.profileId)) return found
  if (reach.all) throw notFound(collection, sent)
  throw outOfReach(sent === ownCustomer ? null : sent)
}

/** Looks up all customers that a request named, and notes those that may not be named (L28, L43, L75). */
export async function resolveCustomers(
  find: FindCustomer,
  { workspaceId, reach }: Asker,
  reading: Reading,
): Promise<void> {
  const found = await Promise.all(reading.customers.map(({ sent }) => find(workspaceId, sent)))
  for (const [index, named] of reading.customers.entries()) {
    const customer = found[index]
    const isIgnored = customer === undefined && reach.all && reading.ignoredIfUnknown?.has(named.place.name)
    const reason = isIgnored ? undefined : refusalOf(named, customer, reach, reading.customer)
    if (reason) named.faults.push(invalidParam(named.place, reason, named.sent))
    else if (customer) Object.assign(named.ref, customer)
  }
}

function refusalOf(
  { mayBeAnybody, ofPath, isRequired }: NamedCustomer,
  customer: CustomerRef | undefined,
  reach: Reach,
  ofThePath: CustomerRef | undefined,
) {
  if (!mayBeAnybody && !reach.all && !(customer && reaches(reach, customer.profileId))) {
    return 'not_belong_to_logged_in_customer'
  }
  if (ofPath && customer?.profileId !== ofThePath?.profileId) return 'not_allowed_value'
  return customer || !isRequired ? undefined : 'not_found'
}

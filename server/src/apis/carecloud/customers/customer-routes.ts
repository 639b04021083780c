import type { ListPage } from '../../../core/lists/list-request.ts'
import { readKnownProfile } from '../../../core/registration/known-profile.ts'
import { listKnownProfiles } from '../../../core/registration/list-known-profiles.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { notFound } from '../errors/carecloud-error.ts'
import { anyOf } from '../lists/list-query.ts'
import { type Route, route } from '../route.ts'
import { shownCustomer } from '../schemas/customers.ts'
import { Issued } from '../schemas/values.ts'
import { customerId } from '../values/customer-id.ts'
import { phone } from '../values/phone.ts'
import { emailToFind, flag, id, text } from '../values/scalars.ts'
import { date } from '../values/times.ts'
import { presentCustomer } from './present-customer.ts'
import { customerBody, unread } from './read-customer.ts'
import { createCustomer, replaceCustomer } from './write-customer.ts'

const name = text({ longest: 255 })

/** `/customers` and `/customers/{id}` (9.2). */
export function customerRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const { database } = dependencies

  return [
    route({
      method: 'GET',
      path: '/customers',
      interfaces: 'both',
      summary: 'List customers',
      query: {
        email: emailToFind,
        email_list: anyOf(emailToFind),
        phone,
        first_name: name,
        last_name: name,
        birthdate: date,
        customer_source_id: id,
        customer_ids: anyOf(customerId()),
        customer_short_salutation: flag,
      },
      sortBy: {
        customer_id: 'number',
        last_change: 'changed',
        doi_email: 'same',
        doi_phone: 'same',
        state: 'same',
      },
      answers: 'list',
      shows: shownCustomer,
      async handle(call): Promise<ListPage<object>> {
        const { workspace, query, reach, list } = call
        const reached = reach.all ? undefined : reach.customers.map(({ profileId }) => profileId)
        const named = query.customer_ids?.map(({ profileId }) => profileId)
        const filter = {
          emails: bothOf(query.email === undefined ? undefined : [query.email], query.email_list),
          phone: query.phone,
          firstName: query.first_name,
          lastName: query.last_name,
          birthdate: query.birthdate,
          sourceId: query.customer_source_id,
          profileIds: bothOf(reached, named),
        }
        const page = await database.inWorkspace(workspace.id, (connection) =>
          listKnownProfiles(connection, workspace.id, filter, list),
        )
        return {
          items: page.items.map((profile) =>
            presentCustomer(profile, workspace, query.customer_short_salutation),
          ),
          total: page.total,
        }
      },
    }),
    route({
      method: 'POST',
      path: '/customers',
      interfaces: 'both',
      counted: true,
      summary: 'Create a customer',
      body: unread(customerBody),
      answers: 'created',
      shows: { customer_id: Issued },
      handle: async (call) => ({
        customer_id: (await createCustomer(dependencies, call, call.body)).number,
      }),
    }),
    route({
      method: 'GET',
      path: '/customers/:customer_id',
      interfaces: 'both',
      summary: 'Read a customer',
      query: { customer_short_salutation: flag },
      answers: 'object',
      shows: shownCustomer,
      async handle(call) {
        const { workspace, customer, query } = call
        const profile = await database.inWorkspace(workspace.id, (connection) =>
          readKnownProfile(connection, workspace.id, customer.profileId),
        )
        if (!profile) throw notFound('customers', call.params.customer_id)
        return presentCustomer(profile, workspace, query.customer_short_salutation)
      },
    }),
    route({
      method: 'PUT',
      path: '/customers/:customer_id',
      interfaces: 'both',
      summary: 'Replace what is said of a customer',
      body: unread(customerBody),
      answers: 'nothing',
      handle: (call) => replaceCustomer(dependencies, call, call.body),
    }),
  ]
}

/** What stands in both lists; one that is absent holds everything. */
function bothOf(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  return one && other ? one.filter((value) => other.includes(value)) : (one ?? other)
}

import { type RecordRefusal, recordEvent } from '../../../core/events/record-event.ts'
import { retried } from '../../../core/identity/retried.ts'
import { eventSourceOf } from '../callers-word.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { keepProperties } from '../customer-records/keep-properties.ts'
import { type CareCloudError, refuse } from '../errors/carecloud-error.ts'
import { type Route, route } from '../route.ts'
import { Issued } from '../schemas/values.ts'
import { propertyRecord } from '../values/property.ts'
import { list, required } from '../values/reader.ts'
import { profileNamed } from './event-customer.ts'
import { type SentEvent, sentEvent } from './read-event.ts'

/** Who ended while the event was on its way is not found any more; L119. */
const refusals = {
  'unknown-profile': ({ named }) =>
    refuse('customer_id', 'not_found', 'customer' in named ? named.customer.number : null),
  'event-exists': ({ externalId }) =>
    refuse(
      'event_id_event_type_id_customer_id_external_id_secondary_external_id',
      'relation_already_exists',
      externalId,
      'The customer has this event already',
    ),
} as const satisfies Record<RecordRefusal, (event: SentEvent) => CareCloudError>

/** What is posted becomes an event of the core, to which everything else reacts (L118). */
export function eventRoutes({ database, events }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/events',
      interfaces: 'both',
      summary: 'Record what a customer did',
      body: { event: required(sentEvent), property_records: list(propertyRecord('event')) },
      answers: 'created',
      shows: { event_id: Issued },
      async handle(call) {
        const { workspace, now, body } = call
        const { event, property_records: properties = [] } = body
        const named = await profileNamed(database, call, event.named)
        const number = await retried(() =>
          database.transaction(workspace.id, async (connection) => {
            const recorded = await recordEvent(connection, workspace, {
              profileId: named,
              name: event.typeId,
              occurredAt: event.createdAt ?? now,
              receivedAt: now,
              source: eventSourceOf(call),
              data: event.data,
              reference: event.externalId,
              secondaryReference: event.secondaryExternalId,
            })
            if (recorded.refusal) throw refusals[recorded.refusal](event)
            const owner = {
              kind: 'event',
              id: recorded.number,
              endsWith: recorded.profileId,
              receivedAt: now,
            } as const
            await keepProperties(connection, workspace.id, owner, properties)
            return recorded.number
          }),
        )
        events.wake(workspace.id)
        return { event_id: number }
      },
    }),
  ]
}

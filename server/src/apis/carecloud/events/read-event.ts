import { isJsonObject } from '../../../core/profiles/json-object.ts'
import { fault, object, type Reader, required } from '../values/reader.ts'
import { definedIn } from '../values/references.ts'
import { id, textOf } from '../values/scalars.ts'
import { dateTime } from '../values/times.ts'
import { customerFields, type NamedBy, readNaming } from './event-customer.ts'

/** An event as it is posted. */
export interface SentEvent {
  readonly typeId: string
  readonly named: NamedBy
  readonly externalId: string
  readonly secondaryExternalId: string | undefined
  readonly createdAt: Date | undefined
  readonly data: unknown
}

/** Text, a list or an object (L118); a number is a text (L45). */
const data: Reader<unknown> = {
  schema: { type: ['string', 'array', 'object'] },
  read(value, place, reading) {
    if (typeof value === 'object') return value
    return textOf(value) ?? fault(reading, place, 'invalid_value_format', value)
  },
}

const fields = object({
  event_type_id: required(
    definedIn(({ eventTypes }) => eventTypes.map((eventType) => ({ ...eventType, id: eventType.code }))),
  ),
  external_id: required(id),
  ...customerFields,
  data,
  created_at: dateTime(),
  secondary_external_id: id,
})

/** The `event` of a body: all that is wrong with it is noted, who it names included. */
export const sentEvent: Reader<SentEvent> = {
  schema: fields.schema,
  read(value, place, reading) {
    const read = fields.read(value, place, reading)
    if (!read || !isJsonObject(value)) return undefined
    const named = readNaming(read, value, reading)
    // Those that were refused are missing, whatever their types say.
    const eventType: { readonly code: string } | undefined = read.event_type_id
    if (!named || !eventType) return undefined
    return {
      typeId: eventType.code,
      named,
      externalId: read.external_id,
      secondaryExternalId: read.secondary_external_id,
      createdAt: read.created_at,
      data: read.data ?? null,
    }
  },
}

import { Type } from 'typebox'
import { shownPropertyRecord } from './customers.ts'
import { Chosen, Issued, nullable, object, State, Text, Time } from './values.ts'

/** L118. */
export const shownEvent = {
  event_id: Issued,
  event_type_id: Chosen,
  customer_id: nullable(Issued),
  external_id: nullable(Text),
  data: Type.Unknown({ description: 'As it was sent.' }),
  created_at: Time,
  secondary_external_id: nullable(Text),
  state: State,
  property_records: nullable(Type.Array(object(shownPropertyRecord))),
  last_change: Time,
}

export const shownSegment = {
  segment_id: Chosen,
  name: Text,
  segment_group_id: nullable(Text),
  segment_picture_url: nullable(Text),
  note: nullable(Text),
  last_change: Time,
}

export const shownMembership = {
  segment_id: Chosen,
  customer_id: Issued,
  created_at: Time,
  last_change: Time,
}

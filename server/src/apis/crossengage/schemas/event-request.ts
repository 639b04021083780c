import { Type } from 'typebox'
import { BusinessUnit, CustomerId, Email } from './identifiers.ts'

/** What `POST /events` takes (C64, C65). */
export const EventRequest = Type.Object({
  id: Type.Optional(CustomerId),
  externalId: Type.Optional(Type.String({ description: 'In place of id.' })),
  email: Type.Optional(Email),
  businessUnit: Type.Optional(BusinessUnit),
  events: Type.Array(
    Type.Object({
      event: Type.String({ description: 'Code of an event type, Opt Out, Blacklisted or Whitelisted.' }),
      timestamp: Type.Optional(Type.String({ format: 'date-time', description: 'Absent: now.' })),
      properties: Type.Optional(Type.Object({}, { additionalProperties: true })),
    }),
    { minItems: 1, maxItems: 50 },
  ),
})

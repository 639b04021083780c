import { Type } from 'typebox'
import { Data, Id, nullable, optional, Text } from './values.ts'

const EventData = Type.Unsafe<object>({
  ...Data,
  description:
    'Any names. With a meaning: email, partner_user_id, first_name, last_name, locale, labels, advocate_code, partner_event_id, and those of a share (share.channel, share.recipient, …).',
})

const jwt = optional({
  jwt: Type.String({ description: 'Signed by the company’s own login; also as id_token.' }),
})

export const NewEvent = Type.Object({
  event_name: Type.String({ minLength: 1, maxLength: 255 }),
  ...optional({ data: EventData }),
  ...jwt,
})

/** The name stands in the path. */
export const NewData = Type.Unsafe<object>({
  ...EventData,
  description: 'The data, or the fields of an event: `{"data": …, "jwt": …}`.',
})

export const AcceptedEvent = Type.Object(
  { id: Id, event_id: Id },
  { description: 'Durable. The same id twice.' },
)

/** E95, E103. */
export const WebEvent = Type.Object(
  { id: nullable(Id), token: nullable(Text), cookie_consent: nullable(Text) },
  {
    description:
      'Durable; the token to use from now on, also in X-Extole-Token. An error is told in X-Extole-Error, with `id` null.',
  },
)

/** All further parameters of a web `GET` are the data (E95). */
export const namedWebQuery = { ...jwt, ...optional({ access_token: Text }) }
export const webQuery = { event_name: Type.String({ minLength: 1, maxLength: 255 }), ...namedWebQuery }

export const NewZone = Type.Object({
  event_name: Type.String({ minLength: 1, maxLength: 255, description: 'The name of the zone.' }),
  ...optional({ data: EventData }),
  ...jwt,
})

export const FilledZone = Type.Object(
  {
    event_id: Id,
    data: Type.Unsafe<object>({ ...Data, description: 'The creative, filled in.' }),
    campaign_id: Id,
  },
  { description: 'The creative, and the event that asking for it is.' },
)

export const WebZone = Type.Unsafe<object>({
  ...Data,
  description:
    'The creative, filled in; campaign and event are in X-Extole-Campaign and X-Extole-Input-Event-Id. An error is told in X-Extole-Error, with an empty body.',
})

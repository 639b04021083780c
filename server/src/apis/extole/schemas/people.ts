import { Type } from 'typebox'
import { Data, Id, nullable, optional, Text, Time } from './values.ts'

/** E57. */
export const Me = Type.Object(
  {
    id: Id,
    email: nullable(Text),
    first_name: nullable(Text),
    last_name: nullable(Text),
    profile_picture_url: nullable(Text),
    partner_user_id: nullable(Text),
    cookie_consent: nullable(Text),
    cookie_consent_type: nullable(Text),
    processing_consent: nullable(Text),
    processing_consent_type: nullable(Text),
    parameters: Data,
    locale: nullable(Text),
  },
  { description: 'The caller; what its token may not see is null.' },
)

/** E58. */
export const NewMe = Type.Object(
  optional({
    email: Text,
    partner_user_id: Type.String({ maxLength: 255 }),
    first_name: Type.String({ maxLength: 50 }),
    last_name: Type.String({ maxLength: 50 }),
    profile_picture_url: Type.String({ maxLength: 2000, description: 'http or https.' }),
    access_token: Type.String({ description: 'In place of a header.' }),
  }),
)

/** E39. */
export const PersonObject = Type.Object(
  { id: Id, first_name: nullable(Text), image_url: nullable(Text), parameters: Data },
  { description: 'The public part of a person; of the parameters those that are PUBLIC.' },
)

/** E61. */
export const Parameters = Type.Unsafe<object>({ ...Data, description: 'Values by name.' })

const ParameterType = Type.Enum(['PUBLIC', 'PRIVATE', 'CLIENT'], { default: 'PRIVATE' })

export const NewParameters = Type.Object({
  ...optional({ type: ParameterType }),
  parameters: Type.Unsafe<object>({ ...Data, description: 'A null removes its name; others stay.' }),
})

export const NewParameter = Type.Object({ ...optional({ type: ParameterType }), value: Type.Unknown() })

/** E110. */
export const Memberships = Type.Array(
  Type.Object({
    audience_id: Type.String({ description: 'The id of the segment.' }),
    created_date: Time,
    updated_date: Time,
  }),
  { description: 'Empty unless the token is verified.' },
)

/** E112. */
export const Steps = Type.Array(Data, { description: 'Always empty.' })

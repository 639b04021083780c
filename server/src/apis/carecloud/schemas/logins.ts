import { Type } from 'typebox'
import { Chosen, Issued, nullable, object, Text, Time } from './values.ts'

/** L9. */
export const shownToken = { token_id: Type.String({ description: '72 hex digits; does not expire.' }) }

/** L18. */
export const shownHandOver = { authentication_token: Text, token_request_id: Issued, valid_to: Time }

/** L19. */
export const shownOperatorSession = {
  bearer_token: Type.String({ description: '40 hex digits.' }),
  valid_to: Time,
  user: object({
    user_id: Issued,
    login: Text,
    first_name: nullable(Text),
    last_name: nullable(Text),
    email: nullable(Text),
    phone: nullable(Text),
    user_role_ids: Type.Array(Text),
    store_id: nullable(Chosen),
    last_login: Time,
  }),
}

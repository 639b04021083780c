import { Type } from 'typebox'
import { Id, Text, Texts } from './values.ts'

/** What is answered for an error, and written as `error` of a status answer (E116). */
export const ErrorObject = Type.Object(
  {
    unique_id: Id,
    http_status_code: Type.Integer(),
    code: Type.String({ examples: ['missing_access_token'] }),
    message: Text,
    parameters: Texts,
  },
  { description: 'Refused; `code` says why, and `unique_id` stands in the log of the server.' },
)

import { Type } from 'typebox'
import { Text } from './values.ts'

/** L41. */
export const ErrorAnswer = Type.Object(
  {
    error: Type.Object({
      type: Text,
      exception: Type.String({ examples: ['bad_request_exception'] }),
      title: Type.String({ description: 'Fit to be shown.' }),
      detail: Text,
      error_data: Type.Optional(
        Type.Unsafe<object>({
          type: 'object',
          additionalProperties: true,
          description: 'Of a 400: invalid_params, each with name, reason, value and message.',
        }),
      ),
    }),
  },
  { description: 'Refused; all that is wrong is told at once.' },
)

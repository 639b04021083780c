import { Type } from 'typebox'

/** Version 1's answer to a request as a whole (8.1). */
export const MessageV1 = Type.Object(
  {
    requestId: Type.String({ format: 'uuid', description: 'Equals the header X-Request-ID.' }),
    message: Type.String(),
  },
  { description: 'The request as a whole is refused.' },
)

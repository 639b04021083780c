import { Type } from 'typebox'

/** An error of version 2 (section 4). */
export const ErrorV2 = Type.Object({
  code: Type.Enum(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']),
  title: Type.String(),
  details: Type.String(),
  info: Type.String({ format: 'uri' }),
  source: Type.Object({ pointer: Type.String({ description: 'JSON pointer into the request body.' }) }),
})

export const ErrorsV2 = Type.Object({ errors: Type.Array(ErrorV2) }, { description: 'Nothing is stored.' })

export type ScalarType = 'string' | 'integer' | 'float' | 'boolean' | 'datetime'
export type AttributeType = ScalarType | 'array' | 'object'

/** `phone` asks a `string` to be an E.164 number. */
export type AttributeFormat = 'phone'

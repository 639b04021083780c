import { Type } from 'typebox'
import { MessageV1 } from './message-v1.ts'

const nullableText = Type.Union([Type.String(), Type.Null()])

/** An error of version 1 (8.1): in a user's result, or alone. */
export const ErrorV1 = Type.Object(
  {
    field: Type.String({ description: 'Bare name; inside arrays and objects with dots: children.0.age.' }),
    type: Type.Enum(['NOT_NULL', 'WRONG_VALUE', 'WRONG_FORMAT', 'UNKNOWN_VALUE', 'user_IDS_MISMATCH']),
  },
  { description: 'The first fault found.' },
)

const errors = Type.Optional(Type.Array(ErrorV1, { description: 'Where success is false.' }))

const EntryResult = Type.Object({ id: nullableText, xngId: nullableText, success: Type.Boolean(), errors })

/** The result of `PUT /users/{id}` (C43). */
export const UserResult = Type.Object(
  {
    id: Type.String(),
    xngId: nullableText,
    email: nullableText,
    businessUnit: nullableText,
    success: Type.Boolean(),
    errors,
  },
  { description: 'What is stored; where success is false, what was sent.' },
)

/** The results of a batch or of leads, one for each entry, in order (C49, C62). */
export const BatchResult = Type.Object(
  { updated: Type.Array(EntryResult), deleted: Type.Array(EntryResult) },
  { description: 'One result for each entry, in order.' },
)

export const RefusedUser = Type.Union([UserResult, MessageV1], {
  description: 'All faults of the user, or of the request as a whole. Nothing is stored.',
})

export const PartlyRefused = Type.Union([BatchResult, MessageV1], {
  description: 'One or more entries failed, the others are stored; or the request as a whole is refused.',
})

export const RefusedField = Type.Union([ErrorV1, MessageV1], {
  description: 'The first fault found, or that of the request as a whole. Nothing is changed.',
})

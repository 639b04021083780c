import { Type } from 'typebox'

/** Header of v2 writes (C37–C41). */
export const idempotencyKey = {
  'Idempotency-Key': Type.Optional(
    Type.String({ pattern: '^[!-~]{1,255}$', description: 'The same request with it is applied once.' }),
  ),
}

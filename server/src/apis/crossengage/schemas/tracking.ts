import { Type } from 'typebox'
import { ErrorV2 } from './errors-v2.ts'

const trackingId = Type.String({ format: 'uuid' })

/** The answer to an accepted write. */
export const TrackingId = Type.Object({ trackingId }, { description: 'Accepted, and durable (C1).' })

/** The same of a batch, which may have errors all the same where the workspace answers these with 202 (C26). */
export const BatchAccepted = Type.Object(
  { trackingId, errors: Type.Optional(Type.Array(ErrorV2)) },
  {
    description:
      'Accepted, and durable. With errors: these entries are refused (partialBatchStatus: 202 of the workspace).',
  },
)

/** The answer to a batch of which some entries were refused (C26). */
export const TrackingIdWithErrors = Type.Object(
  { trackingId: Type.Optional(trackingId), errors: Type.Array(ErrorV2) },
  { description: 'With trackingId: the other entries are accepted. Without: the batch is refused whole.' },
)

/** What became of a request (C30–C35). */
export const TrackingObject = Type.Object(
  {
    stage: Type.Enum(['PENDING', 'PROCESSED']),
    total: Type.Integer(),
    success: Type.Integer(),
    error: Type.Integer(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          index: Type.Integer(),
          pointer: Type.String(),
          code: Type.Enum(['7', '10']),
          title: Type.String(),
          details: Type.String(),
        }),
        { description: 'With details=true: the entries that failed while being applied.' },
      ),
    ),
  },
  { description: 'What became of the request.' },
)

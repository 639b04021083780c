import type { RouteHandlerMethod } from 'fastify'
import { Type } from 'typebox'
import type { OperationFailure } from '../../../core/ingest/operation.ts'
import type { RequestState } from '../../../core/ingest/track-request.ts'
import { sendEmpty, sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { type ErrorV2, processingFailed } from '../error-v2.ts'
import { emailTaken, xngIdMismatch } from '../outcome-errors-v2.ts'
import { pathParameter } from '../path-parameter.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { TrackingObject } from '../schemas/tracking.ts'

export const trackUsersDocument: RouteDocument = {
  summary: 'Ask what became of a request',
  description:
    'Readable for 24 hours; with details=true the entries that failed while being applied (C30–C35).',
  params: Type.Object({ trackingId: Type.String() }),
  querystring: Type.Object({ details: Type.Optional(Type.Literal('true')) }),
  response: { 200: TrackingObject, 404: emptyAnswer('This workspace has no such tracking id, or no more.') },
}

/** `GET /users/track/{trackingId}`: what became of a request (C30–C35). */
export function trackUsers({ ingest }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const state = await ingest.track(request.workspace, pathParameter(request, 'trackingId'))
    if (!state) return sendEmpty(reply, 404)
    const { details } = request.query as { readonly details?: unknown }
    return sendJson(
      reply,
      200,
      details === 'true' ? { ...counts(state), errors: errors(state) } : counts(state),
    )
  }
}

function counts(state: RequestState): object {
  return {
    stage: state.isProcessed ? 'PROCESSED' : 'PENDING',
    total: state.total,
    success: state.succeeded,
    error: state.failed,
  }
}

function errors(state: RequestState): readonly object[] {
  return state.failures.map(({ at, failure }) => {
    const { code, title, details, source } = presentFailureV2(failure, at === undefined ? '' : `/${at}`)
    return { index: Number(at?.split('/')[1] ?? 0), pointer: source.pointer, code, title, details }
  })
}

function presentFailureV2(failure: OperationFailure, prefix: string): ErrorV2 {
  switch (failure.reason) {
    case 'email-taken':
      return emailTaken(
        { email: failure.email, customerId: failure.holder, businessUnit: failure.unit ?? null },
        prefix,
      )
    case 'profile-mismatch':
      return xngIdMismatch({ sent: failure.sent, customerId: failure.customer }, prefix)
    case 'not-applicable':
      return processingFailed(prefix)
  }
}

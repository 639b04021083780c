import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendEmpty, sendJson } from './answer.ts'
import { processingFailed } from './error-v2.ts'
import { isBatch, versionOf } from './request-head.ts'

/** Answers a request that is to be sent again: `429`, `500` and `503` (2.4). */
export function answerFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  status: 429 | 500 | 503,
): FastifyReply {
  if (!isBatch(request)) return sendEmpty(reply, status)
  return sendJson(reply, status, versionOf(request.raw) === '1' ? {} : { errors: [processingFailed('')] })
}

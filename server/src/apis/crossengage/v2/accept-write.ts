import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Accepted } from '../../../core/ingest/accept-operations.ts'
import type { Operation } from '../../../core/ingest/operation.ts'
import { sendJson, sendJsonText } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import type { ErrorV2 } from '../error-v2.ts'
import { bodyBytes } from '../read-body.ts'
import { invalidIdempotencyKey, reusedIdempotencyKey } from '../request-errors-v2.ts'

/** What a write comes to: operations to apply, and errors of the entries that were refused. */
export type CheckedWrite =
  | {
      readonly operations: readonly Operation[]
      readonly errors: readonly ErrorV2[]
      readonly refused: number
    }
  /** The request as a whole: no tracking id, nothing is stored, no key is bound (C40). */
  | { readonly refusal: readonly ErrorV2[] }

export function refuseWrite(refusal: readonly ErrorV2[]): CheckedWrite {
  return { refusal }
}

const visibleAscii = /^[!-~]{1,255}$/

/**
 * Accepts a write and answers it with its tracking id; with an `Idempotency-Key` once for all requests that are
 * the same (C37–C41). The key is looked at before the body is (2.3).
 */
export async function acceptWrite(
  dependencies: CrossengageDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  check: () => Promise<CheckedWrite>,
): Promise<FastifyReply> {
  const { ingest } = dependencies
  const { workspace } = request
  const key = request.headers['idempotency-key']
  if (key === undefined) {
    const checked = await check()
    if ('refusal' in checked) return sendJson(reply, 400, { errors: checked.refusal })
    const accepted = await ingest.accept(workspace, checked.operations)
    const answer = answerOf(dependencies, request, checked, accepted)
    return sendJsonText(reply, answer.status, answer.body)
  }

  if (typeof key !== 'string' || !visibleAscii.test(key)) {
    return sendJson(reply, 400, { errors: [invalidIdempotencyKey()] })
  }
  const requestHash = hashRequest(request)
  const kept = (await ingest.findAnswer(workspace, key)) ?? (await acceptOnce())
  if ('refusal' in kept) return sendJson(reply, 400, { errors: kept.refusal })
  if (!kept.requestHash.equals(requestHash)) return sendJson(reply, 409, { errors: [reusedIdempotencyKey()] })
  return sendJsonText(reply, kept.status, kept.body)

  async function acceptOnce() {
    const checked = await check()
    if ('refusal' in checked) return checked
    return await ingest.acceptOnce(workspace, checked.operations, {
      key: String(key),
      requestHash,
      answer: (accepted) => answerOf(dependencies, request, checked, accepted),
    })
  }
}

function answerOf(
  { ingest }: CrossengageDependencies,
  { workspace }: FastifyRequest,
  checked: Extract<CheckedWrite, { operations: unknown }>,
  accepted: Accepted,
): { readonly status: number; readonly body: string } {
  const counts = { accepted: checked.operations.length, refused: checked.refused }
  const trackingId = ingest.trackingId(workspace, accepted, counts)
  if (checked.errors.length === 0) return { status: 202, body: `{"trackingId":"${trackingId}"}` }
  return {
    status: workspace.settings.customerData.partialBatchStatus,
    body: JSON.stringify({ trackingId, errors: checked.errors }),
  }
}

/** The same method, path and body, byte for byte (C37); what a query says is nothing to a write (2.1). */
function hashRequest(request: FastifyRequest): Buffer {
  const [path] = request.url.split('?', 1)
  return createHash('sha256').update(`${request.method} ${path}\n`).update(bodyBytes(request)).digest()
}

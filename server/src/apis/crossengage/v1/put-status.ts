import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StatusOperation } from '../../../core/ingest/operation.ts'
import { isCustomerId } from '../../../core/profiles/customer-id.ts'
import { sendEmpty, sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import type { ErrorV1 } from '../errors-v1.ts'
import { pathParameter } from '../path-parameter.ts'
import { readObject } from '../read-body.ts'
import { refuseField, refuseRequest } from './answer-v1.ts'
import { applyChange } from './apply-change.ts'
import { statusOfUser } from './recipient-status.ts'

type StatusChange = Pick<StatusOperation, 'opt_out' | 'channels' | 'blacklisted'>

/**
 * Applies a change of what the user of the path is not to be sent, and repeats the boolean that was sent (C69);
 * `404` where no user has the id (C71). The body is looked at first (2.3).
 *
 * Who has the id is asked after the change: a user whose creation was answered before this request is there by
 * then (C7), and for nobody a change has no effect.
 */
export async function putStatus(
  dependencies: CrossengageDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  status: {
    readonly field: 'optOut' | 'blacklisted'
    readonly change: (value: boolean) => StatusChange | { readonly error: ErrorV1 }
  },
): Promise<FastifyReply> {
  const { field, change } = status
  const body = readObject(request)
  if (body.error) return refuseRequest(request, reply, body.error)
  const value = body.object[field] ?? undefined
  if (value === undefined) return refuseField(reply, { field, type: 'NOT_NULL' })
  if (typeof value !== 'boolean') return refuseField(reply, { field, type: 'WRONG_VALUE' })
  const changed = change(value)
  if ('error' in changed) return refuseField(reply, changed.error)

  const { workspace } = request
  const customer = pathParameter(request, 'id')
  if (!isCustomerId(customer)) return sendEmpty(reply, 404)
  await applyChange(dependencies.ingest, workspace, { kind: 'status', customer, ...changed })
  const isThere = (await statusOfUser(dependencies, workspace, customer)) !== undefined
  return isThere ? sendJson(reply, 200, { [field]: value }) : sendEmpty(reply, 404)
}

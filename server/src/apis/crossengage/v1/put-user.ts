import type { FastifyReply, RouteHandlerMethod } from 'fastify'
import { upsertOperation } from '../../../core/ingest/upsert-operation.ts'
import { isCustomerId } from '../../../core/profiles/customer-id.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { type ErrorV1, idsMismatchV1, presentFaultV1 } from '../errors-v1.ts'
import { pathParameter } from '../path-parameter.ts'
import { readObject } from '../read-body.ts'
import { readUsers } from '../read-users.ts'
import { UserPath } from '../schemas/identifiers.ts'
import { RefusedUser, UserResult } from '../schemas/results-v1.ts'
import type { RouteDocument } from '../schemas/route-document.ts'
import { UserUpdate } from '../schemas/user-object.ts'
import { refuseRequest } from './answer-v1.ts'
import { applyChange } from './apply-change.ts'
import { presentFailure } from './present-failure.ts'
import { sentValue } from './sent-value.ts'

export const putUserDocument: RouteDocument = {
  summary: 'Create or update a user',
  description: 'Answered when the change is applied; reads that follow show it (C42–C48).',
  params: UserPath,
  body: UserUpdate,
  response: { 200: UserResult, 400: RefusedUser, 409: UserResult },
}

/** `PUT /users/{id}`: creates or updates one user, and answers with what is stored then (C42–C48). */
export function putUser({ directory, ingest, reader }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    // Of a long number the digits are compared (C45), not what a number of JavaScript holds of them.
    const body = readObject(request, (name) => name === 'id')
    if (body.error) return refuseRequest(request, reply, body.error)
    const { workspace } = request
    const id = pathParameter(request, 'id')
    const sent = body.object
    if (!isSameId(sent.id, id)) return refuse(reply, 409, { id, sent, xngId: null }, [idsMismatchV1('id')])

    const [read] = await readUsers(directory, workspace, 'v1-user', [{ ...sent, id }])
    if (!read?.input) {
      const errors = (read?.faults ?? []).map(presentFaultV1)
      return refuse(reply, 400, { id, sent, xngId: await storedXngId() }, errors)
    }
    const outcome = await applyChange(ingest, workspace, upsertOperation(read.input, { result: true }))
    if (outcome.failure) {
      return refuse(reply, 409, { id, sent, xngId: await storedXngId() }, [presentFailure(outcome.failure)])
    }
    const { profile: xngId, email = null, unit: businessUnit = null } = outcome
    return sendJson(reply, 200, { id, xngId, email, businessUnit, success: true })

    async function storedXngId(): Promise<string | null> {
      return isCustomerId(id) ? ((await reader.user(workspace.id, id))?.id ?? null) : null
    }
  }
}

/** Compared as text, so the number 7 is the id `7`; absent or null it says nothing (C45). */
function isSameId(sent: unknown, id: string): boolean {
  if (sent === undefined || sent === null) return true
  return (typeof sent === 'string' || typeof sent === 'number') && String(sent) === id
}

/** The result of a user that was not written: it names what was sent (C43). */
function refuse(
  reply: FastifyReply,
  status: 400 | 409,
  user: { readonly id: string; readonly sent: JsonObject; readonly xngId: string | null },
  errors: readonly ErrorV1[],
): FastifyReply {
  const { id, sent, xngId } = user
  const email = sentValue(sent.email)
  const businessUnit = sentValue(sent.businessUnit)
  return sendJson(reply, status, { id, xngId, email, businessUnit, success: false, errors })
}

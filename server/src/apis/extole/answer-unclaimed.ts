import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendError } from './answer-errors.ts'
import { answerPreflight, isPreflight, writeCorsHeaders } from './cors.ts'
import { writeDebugHeader } from './debug-header.ts'
import { ExtoleError } from './errors.ts'
import type { ExtoleDependencies } from './extole-api.ts'
import { uniqueId } from './unique-id.ts'

/** What nobody on this origin answers is `method_not_found` of this API (E121, S1), an unreadable path of ours 400. */
export function answerUnclaimed(
  dependencies: ExtoleDependencies,
): (request: FastifyRequest, reply: FastifyReply) => void {
  return (request, reply) => {
    request.uniqueId = uniqueId()
    request.startedAtMs = performance.now()
    request.authMs = 0
    reply.header('Cache-Control', 'no-store').header('X-Content-Type-Options', 'nosniff')
    const workspace = dependencies.directory.byHost(request.hostname)
    if (isPreflight(request)) {
      if (workspace) answerPreflight(request, reply, workspace)
      else sendError(request, reply, new ExtoleError('invalid_program_domain'))
      return
    }
    writeCorsHeaders(request, reply, workspace)
    writeDebugHeader(request, reply)
    sendError(
      request,
      reply,
      new ExtoleError(isUnreadable(request) ? 'unexpected_request' : 'method_not_found'),
    )
  }
}

/** Paths of this API's own rows (S1); elsewhere nothing is there, readable or not. */
const ownPath = /^\/(?:(?:api\/)?(?:v[2-6]|events|zones)|zone|web)(?:[/?]|$)/

/** Whether it is a path of ours that cannot be percent-decoded (E116). */
function isUnreadable({ originalUrl }: FastifyRequest): boolean {
  const [path = ''] = originalUrl.split('?', 1)
  if (!ownPath.test(path)) return false
  try {
    decodeURIComponent(path)
    return false
  } catch {
    return true
  }
}

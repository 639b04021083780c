import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendError } from './answer-errors.ts'
import { answerPreflight, isPreflight, writeCorsHeaders } from './cors.ts'
import { writeDebugHeader } from './debug-header.ts'
import { ExtoleError } from './errors.ts'
import type { ExtoleDependencies } from './extole-api.ts'
import { uniqueId } from './unique-id.ts'

/** What nobody on this origin answers is `method_not_found` of this API (E121, S1). */
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
    sendError(request, reply, new ExtoleError('method_not_found'))
  }
}

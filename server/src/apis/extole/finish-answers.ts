import type { FastifyInstance } from 'fastify'
import { writeCorsHeaders } from './cors.ts'
import { writeDebugHeader } from './debug-header.ts'
import type { ExtoleDependencies } from './extole-api.ts'

/** What every answer carries, errors too (E12, E118, E120). */
export function finishAnswers(scope: FastifyInstance, dependencies: ExtoleDependencies): void {
  scope.addHook('onSend', async (request, reply) => {
    if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store')
    reply.header('X-Content-Type-Options', 'nosniff')
    // A request that was refused before its workspace was known has the one of its host.
    const workspace = request.workspace ?? dependencies.directory.byHost(request.hostname)
    writeCorsHeaders(request, reply, workspace)
    writeDebugHeader(request, reply)
  })
}

import type { FastifyReply, FastifyRequest } from 'fastify'

/** `X-Extole-Log` for `X-Extole-Debug` 1, 2 or 3 (E120): never personal data, never a token. */
export function writeDebugHeader(request: FastifyRequest, reply: FastifyReply): void {
  const level = debugLevel(request.headers['x-extole-debug'])
  if (level === 0) return
  const { caller, uniqueId, authMs, startedAtMs, campaignId } = request
  const pairs = [`request=${uniqueId}`]
  if (level >= 2) {
    pairs.push(`total_ms=${Math.round(performance.now() - startedAtMs)}`, `auth_ms=${Math.round(authMs)}`)
  }
  if (level >= 3) {
    pairs.push(
      `trust=${caller?.standing.trust ?? 'none'}`,
      `profile=${caller?.standing.profileNumber ?? '-'}`,
      `campaign=${campaignId ?? '-'}`,
    )
  }
  reply.header('X-Extole-Log', pairs.join('; '))
}

function debugLevel(header: string | readonly string[] | undefined): number {
  const text = typeof header === 'string' ? header.trim() : ''
  return /^\d+$/.test(text) ? Math.min(Number(text), 3) : 0
}

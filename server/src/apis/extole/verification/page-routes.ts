import type { FastifyReply, FastifyRequest } from 'fastify'
import { findEmailVerification, finishEmailVerification } from '../../../core/identity/email-verification.ts'
import { retried } from '../../../core/identity/retried.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { sendPage } from './page.ts'
import { verificationWords } from './verification-words.ts'

/** The page behind a mailed link (E52, E53): opening it changes nothing, its button verifies. */
export const verificationPageRoutes: ExtoleRoutes = (scope, { database, directory, profileParts }) => {
  /** The same answer whatever is wrong with the link; the host says whose page it is. */
  function refuse(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (acceptsJson(request)) throw new ExtoleError('access_denied')
    const workspace = directory.byHost(request.hostname)
    const { language, words } = verificationWords(request.headers['accept-language'], workspace)
    const brand = workspace?.settings.displayName ?? ''
    return sendPage(reply, 403, { language, brand, heading: words.refused, text: words.again })
  }

  const config = { access: 'free', page: true } as const
  const schema = { hide: true } as object

  scope.get('/web/verify-email/:secret', { config, schema }, async (request, reply) => {
    const open = await findEmailVerification(database, secretOf(request))
    const workspace = open && (await directory.byId(open.workspaceId))
    if (!open || !workspace) return refuse(request, reply)
    request.workspace = workspace
    const { language, words } = verificationWords(request.headers['accept-language'], workspace)
    const { displayName: brand, timeZone } = workspace.settings
    const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone })
    const text = words.asked.replace(/\{(\w+)\}/g, (_whole, name: string) =>
      name === 'time' ? time.format(open.askedAt) : name === 'email' ? open.email : brand,
    )
    return sendPage(reply, 200, { language, brand, heading: words.subject, text, button: words.button })
  })

  scope.post('/web/verify-email/:secret', { config, schema }, async (request, reply) => {
    const secret = secretOf(request)
    const open = await findEmailVerification(database, secret)
    const workspace = open && (await directory.byId(open.workspaceId))
    if (!workspace) return refuse(request, reply)
    request.workspace = workspace
    const isVerified = await retried(() =>
      database.transaction(workspace.id, (connection) =>
        finishEmailVerification(connection, workspace, secret, profileParts),
      ),
    )
    if (!isVerified) return refuse(request, reply)
    if (acceptsJson(request)) return { status: 'success' }
    const { language, words } = verificationWords(request.headers['accept-language'], workspace)
    const brand = workspace.settings.displayName
    return sendPage(reply, 200, { language, brand, heading: words.thanks, text: words.done })
  })
}

function secretOf(request: FastifyRequest): string {
  return (request.params as { secret: string }).secret
}

function acceptsJson(request: FastifyRequest): boolean {
  return /\bapplication\/json\b/.test(request.headers.accept ?? '')
}

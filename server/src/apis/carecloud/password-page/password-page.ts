import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { logOutEverywhere } from '../../../core/customer-tokens/log-in.ts'
import { retried } from '../../../core/identity/retried.ts'
import { findPasswordLink, usePasswordLink } from '../../../core/passwords/password-links.ts'
import { isGoodPassword } from '../../../core/passwords/password-rules.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { contentSecurityPolicy, type PageParts, passwordHtml } from './password-html.ts'
import { passwordWords } from './password-words.ts'

const path = '/web/password/:secret'
const schema = { hide: true } as object
const bodyLimit = 16 * 1024

/**
 * `/web/password/{secret}`, the page behind the mail of L64: opening it changes nothing; posting a password sets it,
 * proves the e-mail, and logs the customer out of every token.
 */
export function passwordPage(scope: FastifyInstance, dependencies: CareCloudDependencies): void {
  const { database, directory, profileParts } = dependencies
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
    done(null, body),
  )

  scope.get(path, { schema }, async (request, reply) => {
    const opened = await open(request)
    return opened ? send(request, reply, 200, { ...opened }) : refuse(request, reply)
  })

  scope.post(path, { schema, bodyLimit }, async (request, reply) => {
    const opened = await open(request)
    if (!opened) return refuse(request, reply)
    const { workspace } = opened
    const password = passwordOf(request.body)
    if (!(await isGoodPassword(password))) return send(request, reply, 400, { ...opened, message: 'bad' })
    const profileId = await retried(() =>
      database.transaction(workspace.id, async (connection) => {
        const following = { secret: secretOf(request), password }
        const proved = await usePasswordLink(connection, workspace, following, profileParts)
        if (proved !== undefined) await logOutEverywhere(connection, workspace.id, proved)
        return proved
      }),
    )
    if (profileId === undefined) return refuse(request, reply)
    return send(request, reply, 200, { workspace, message: 'done' })
  })

  async function open(
    request: FastifyRequest,
  ): Promise<{ readonly workspace: Workspace; readonly email: string } | undefined> {
    const link = await findPasswordLink(database, secretOf(request))
    const workspace = link && (await directory.byId(link.workspaceId))
    return workspace && { workspace, email: link.email }
  }

  /** The same answer whatever is wrong with the link. */
  function refuse(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return send(request, reply, 404, { workspace: directory.byHost(request.hostname), message: 'refused' })
  }
}

/** What stands above the form, or above what there is to read instead. */
const titles = { bad: 'title', done: 'doneTitle', refused: 'refusedTitle' } as const

interface Shown {
  readonly workspace: Workspace | undefined
  readonly email?: string
  readonly message?: 'bad' | 'done' | 'refused'
}

function send(request: FastifyRequest, reply: FastifyReply, status: number, shown: Shown): FastifyReply {
  const { workspace, email, message } = shown
  const { language, words } = passwordWords(request.headers['accept-language'], null, workspace)
  const parts: PageParts = {
    language,
    words,
    brand: workspace?.settings.displayName ?? '',
    title: words[titles[message ?? 'bad']],
    ...(email === undefined ? {} : { email }),
    ...(message === undefined ? {} : { message: { text: words[message], isError: message !== 'done' } }),
  }
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .header('Content-Language', language)
    .header('Referrer-Policy', 'no-referrer')
    .header('X-Content-Type-Options', 'nosniff')
    .header('X-Frame-Options', 'DENY')
    .header('Content-Security-Policy', contentSecurityPolicy)
    .send(passwordHtml(parts))
}

function secretOf(request: FastifyRequest): string {
  return (request.params as { secret: string }).secret
}

/** As a browser posts the form. */
function passwordOf(body: unknown): string {
  if (!Buffer.isBuffer(body)) return ''
  return new URLSearchParams(body.toString()).get('password') ?? ''
}

import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { startEmailVerification } from '../../../core/identity/email-verification.ts'
import { composeMail } from '../../../core/mail/compose-mail.ts'
import { findMailState, queueMail } from '../../../core/mail/queue-mail.ts'
import { findPolling, startPolling } from '../../../core/pollings/pollings.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { tellRefusal } from '../answer-errors.ts'
import { callerOf } from '../consumer.ts'
import { type ErrorCode, ExtoleError } from '../errors.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { polling, StartedWithStatus } from '../schemas/pollings.ts'
import { document } from '../schemas/route-document.ts'
import { optional, Text } from '../schemas/values.ts'
import { settleCaller } from '../settle-caller.ts'
import { isId } from '../unique-id.ts'
import { verificationWords } from './verification-words.ts'

const kind = 'verification-mail'

/** What is kept of a request: its mail, or how it ended at once. */
type Kept =
  | { readonly mail: string }
  | { readonly ended: 'succeeded' }
  | { readonly ended: 'failed'; readonly code: ErrorCode }

/** `/v4/me/send-verification-email` (E50, E51). */
export const verificationMailRoutes: ExtoleRoutes = (scope, dependencies, limits) => {
  const { database } = dependencies

  scope.post(
    '/v4/me/send-verification-email',
    {
      config: { bodies: 'form' },
      schema: document({
        group: 'Verification',
        summary: 'Mail a link that verifies the token',
        description: 'To the e-mail of the caller’s profile; the link is good once, for 24 hours.',
        body: Type.Object(optional({ campaign_id: Text })),
        answer: StartedWithStatus,
      }),
    },
    async (request, reply) => {
      const { workspace } = request
      const { standing } = callerOf(request)
      if (standing.trust === 'anonymous') {
        throw new ExtoleError('profile_not_set', { person_id: standing.profileNumber })
      }
      if (standing.trust !== 'verified') await limits.verificationMail(request, reply)
      const { kept, pollingId } = await database.transaction(workspace.id, async (connection) => {
        const settled = await settleCaller(connection, request)
        const result: Kept =
          settled.trust === 'verified'
            ? { ended: 'succeeded' }
            : await mailLink(connection, dependencies, request)
        return {
          kept: result,
          pollingId: await startPolling(connection, workspace.id, settled, { kind, result }),
        }
      })
      const status = 'ended' in kept && kept.ended === 'succeeded' ? 'SUCCEEDED' : 'PENDING'
      return { polling_id: pollingId, status }
    },
  )

  scope.get(
    '/v4/me/send-verification-email/status/:polling_id',
    { schema: document({ group: 'Verification', summary: 'What became of the mail', answer: polling() }) },
    async (request) => {
      const { workspace } = request
      const { standing } = callerOf(request)
      const { polling_id: number } = request.params as { polling_id: string }
      const answer = await database.inWorkspace(workspace.id, async (connection) => {
        const asker = { ...standing, ownOnly: standing.trust !== 'verified' }
        const kept = isId(number)
          ? await findPolling(connection, workspace.id, asker, { kind, number })
          : undefined
        return kept === undefined ? undefined : await stateOf(connection, request, kept as Kept)
      })
      if (!answer) throw new ExtoleError('invalid_parameter', { parameter: 'polling_id' })
      return { polling_id: number, ...answer }
    },
  )
}

async function mailLink(
  connection: Connection,
  dependencies: ExtoleDependencies,
  request: FastifyRequest,
): Promise<Kept> {
  const { workspace } = request
  const { standing } = callerOf(request)
  const started = await startEmailVerification(connection, workspace, standing)
  if (!started) return { ended: 'failed', code: 'access_denied' }
  const { language, words } = verificationWords(
    request.headers['accept-language'],
    workspace,
    started.language,
  )
  const brand = workspace.settings.displayName
  const subject = words.subject
  const url = `${dependencies.publicUrl(workspace)}/web/verify-email/${started.secret}`
  const bodies = composeMail({
    language,
    brand,
    subject,
    paragraphs: [words.intro.replace('{brand}', () => brand)],
    button: { label: words.button, url },
    footer: [{ text: words.small }],
  })
  const mail = await queueMail(connection, workspace.id, {
    profileId: standing.profileId,
    recipient: started.email,
    content: { brand, subject, ...bodies },
  })
  return { mail }
}

async function stateOf(connection: Connection, request: FastifyRequest, kept: Kept): Promise<object> {
  if ('ended' in kept) {
    return kept.ended === 'succeeded' ? { status: 'SUCCEEDED', error: null } : failed(request, kept.code)
  }
  const state = await findMailState(connection, request.workspace.id, kept.mail)
  if (state === 'waiting') return { status: 'PENDING', error: null }
  return state === 'sent' || state === 'outbox'
    ? { status: 'SUCCEEDED', error: null }
    : failed(request, 'software_error')
}

function failed(request: FastifyRequest, code: ErrorCode): object {
  return { status: 'FAILED', error: tellRefusal(request, new ExtoleError(code)) }
}

import type { FastifyRequest } from 'fastify'
import { isOptedOut, setOptOut } from '../../../core/mail/mail-opt-outs.ts'
import { openSealedAddress } from '../../../core/mail/sealed-address.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { queryText } from '../find-token.ts'
import { fieldOf, malformed, textField } from '../read-field.ts'
import { document } from '../schemas/route-document.ts'
import { encryptedEmail, NewOptOut, OptOut, Unsubscribe, Unsubscribed } from '../schemas/shares.ts'

/** Who wants no share mails any more (E124). The value that mails carry is the credential. */
export const optOutRoutes: ExtoleRoutes = (scope, { database }) => {
  scope.get(
    '/v4/optout/:secure_email',
    {
      config: { access: 'open' },
      schema: document({ group: 'Opt-out', summary: 'Whether an address opted out', answer: OptOut }),
    },
    async (request) => {
      const { workspace } = request
      const address = addressOf(request, sealedInPath(request))
      return {
        optout: await database.inWorkspace(workspace.id, (connection) =>
          isOptedOut(connection, workspace, address),
        ),
      }
    },
  )

  scope.post(
    '/v4/optout/:secure_email',
    {
      config: { access: 'open', bodies: 'form' },
      schema: document({
        group: 'Opt-out',
        summary: 'Opt an address out, or in',
        body: NewOptOut,
        answer: OptOut,
      }),
    },
    async (request) => {
      const { workspace } = request
      const address = addressOf(request, sealedInPath(request))
      const optout = readFlag(request)
      await database.inWorkspace(workspace.id, (connection) =>
        setOptOut(connection, workspace, address, optout),
      )
      return { optout }
    },
  )

  scope.post(
    '/v4/unsubscribe',
    {
      config: { access: 'open', bodies: 'beacon' },
      schema: document({
        group: 'Opt-out',
        summary: 'Opt out with one click (RFC 8058)',
        query: encryptedEmail,
        body: Unsubscribe,
        answer: Unsubscribed,
      }),
    },
    async (request) => {
      const { workspace, input } = request
      const sealed = queryText(request, 'encrypted_email') ?? textField(input, 'encrypted_email') ?? ''
      const address = addressOf(request, sealed)
      await database.inWorkspace(workspace.id, (connection) =>
        setOptOut(connection, workspace, address, true),
      )
      return { unsubscribed: true }
    },
  )
}

/** The sealed address of a path, whether it is one of ours or not. */
export function sealedInPath(request: FastifyRequest): string {
  return (request.params as { secure_email: string }).secure_email
}

function addressOf({ workspace }: FastifyRequest, sealed: string): string {
  const address = openSealedAddress(workspace.secret, sealed)
  if (address !== undefined) return address
  throw new ExtoleError('invalid_secure_email', { secure_email: sealed.slice(0, 500) })
}

/** Absent: out. A form has texts. */
function readFlag({ input }: FastifyRequest): boolean {
  const value = fieldOf(input, 'optout') ?? true
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 'false') return value === 'true'
  throw malformed('optout', value)
}

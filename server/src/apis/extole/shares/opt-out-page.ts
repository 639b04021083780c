import type { FastifyRequest } from 'fastify'
import { setOptOut } from '../../../core/mail/mail-opt-outs.ts'
import { openSealedAddress } from '../../../core/mail/sealed-address.ts'
import { acceptedLanguages } from '../../../core/texts/choose-text.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'

const words = {
  en: {
    ask: 'No more mails of this kind?',
    button: 'No more mails',
    done: 'You will get no more mails of this kind.',
  },
  cs: { ask: 'Už nechcete takové e-maily?', button: 'Nechci', done: 'Takové e-maily už vám nepřijdou.' },
  de: {
    ask: 'Keine solchen E-Mails mehr?',
    button: 'Keine mehr',
    done: 'Sie erhalten keine solchen E-Mails mehr.',
  },
}

/** The page behind the link in share mails: opening it changes nothing, as mail scanners open links; its button does. */
export const optOutPageRoutes: ExtoleRoutes = (scope, { database }) => {
  const config = { access: 'open', page: true, bodies: 'form' } as const
  const schema = { hide: true } as object

  scope.get('/web/optout/:secure_email', { config, schema }, async (request, reply) => {
    addressOf(request)
    const { ask, button } = wordsFor(request)
    const form = `<p>${ask}</p><form method="post"><button>${button}</button></form>`
    return reply.type('text/html; charset=utf-8').send(page(request, form))
  })

  scope.post('/web/optout/:secure_email', { config, schema }, async (request, reply) => {
    const address = addressOf(request)
    const { workspace } = request
    await database.inWorkspace(workspace.id, (connection) => setOptOut(connection, workspace, address, true))
    return reply.type('text/html; charset=utf-8').send(page(request, `<p>${wordsFor(request).done}</p>`))
  })
}

function addressOf({ workspace, params }: FastifyRequest): string {
  const { secure_email: sealed } = params as { secure_email: string }
  const address = openSealedAddress(workspace.secret, sealed)
  if (address !== undefined) return address
  throw new ExtoleError('invalid_secure_email', { secure_email: sealed.slice(0, 500) })
}

function wordsFor(request: FastifyRequest) {
  const wanted = [
    ...acceptedLanguages(request.headers['accept-language']),
    request.workspace.settings.defaultLanguage,
  ]
  const language = wanted
    .map((tag) => tag.split('-')[0]?.toLowerCase())
    .find((base) => base === 'en' || base === 'cs' || base === 'de')
  return words[language ?? 'en']
}

function page({ workspace }: FastifyRequest, content: string): string {
  const brand = workspace.settings.displayName.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><title>${brand}</title>
<style>body{font:17px/1.5 system-ui,sans-serif;max-width:28rem;margin:15vh auto;padding:0 1.5rem;text-align:center}
button{font:inherit;padding:.6em 1.2em;border:0;border-radius:8px;background:#4329c9;color:#fff}</style>
<h1>${brand}</h1>${content}`
}

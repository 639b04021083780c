import type { FastifyReply, FastifyRequest } from 'fastify'
import { setOptOut } from '../../../core/mail/mail-opt-outs.ts'
import { openSealedAddress } from '../../../core/mail/sealed-address.ts'
import { acceptedLanguages } from '../../../core/texts/choose-text.ts'
import { spokenLanguage } from '../../../core/texts/spoken-language.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { type Page, sendPage } from '../verification/page.ts'
import { sealedInPath } from './opt-out-routes.ts'

/** `{brand}` is the workspace's name. Hyphens are such that no line ends at them. */
const words = {
  en: {
    heading: 'Recommendations by e‑mail',
    ask: 'Friends can recommend {brand} to you by e‑mail. Would you like no more of these mails?',
    button: 'No more of these mails',
    done: 'Done. You will get no more recommendations of {brand} by e‑mail.',
    refused: 'This link is not complete. Please open it from the mail once more.',
  },
  cs: {
    heading: 'Doporučení e‑mailem',
    ask: 'Známí vám mohou {brand} doporučit e‑mailem. Už si tyto e‑maily nepřejete?',
    button: 'Už si je nepřeji',
    done: 'Hotovo. Doporučení na {brand} už vám e‑mailem nepřijdou.',
    refused: 'Odkaz není úplný. Otevřete ho prosím z e‑mailu ještě jednou.',
  },
  de: {
    heading: 'Empfehlungen per E‑Mail',
    ask: 'Bekannte können Ihnen {brand} per E‑Mail empfehlen. Möchten Sie diese E‑Mails nicht mehr erhalten?',
    button: 'Nicht mehr erhalten',
    done: 'Erledigt. Sie erhalten keine Empfehlungen für {brand} mehr per E‑Mail.',
    refused: 'Der Link ist unvollständig. Bitte öffnen Sie ihn noch einmal aus der E‑Mail.',
  },
}

/** The page behind the link in share mails: opening it changes nothing, as mail scanners open links; its button does. */
export const optOutPageRoutes: ExtoleRoutes = (scope, { database }) => {
  const config = { access: 'open', page: true, bodies: 'form' } as const
  const schema = { hide: true } as object

  scope.get('/web/optout/:secure_email', { config, schema }, async (request, reply) =>
    addressOf(request) === undefined
      ? answer(request, reply, 403, 'refused')
      : answer(request, reply, 200, 'ask'),
  )

  scope.post('/web/optout/:secure_email', { config, schema }, async (request, reply) => {
    const { workspace } = request
    const address = addressOf(request)
    if (address === undefined) return answer(request, reply, 403, 'refused')
    await database.inWorkspace(workspace.id, (connection) => setOptOut(connection, workspace, address, true))
    return answer(request, reply, 200, 'done')
  })
}

function addressOf(request: FastifyRequest): string | undefined {
  return openSealedAddress(request.workspace.secret, sealedInPath(request))
}

function answer(
  { workspace, headers }: FastifyRequest,
  reply: FastifyReply,
  status: number,
  said: 'ask' | 'done' | 'refused',
): FastifyReply {
  const { displayName: brand, defaultLanguage } = workspace.settings
  const wanted = [...acceptedLanguages(headers['accept-language']), defaultLanguage]
  const language = spokenLanguage(wanted, ['en', 'cs', 'de'])
  const { [said]: template, button, heading } = words[language]
  const text = template.replace('{brand}', () => brand)
  const page: Page = { language, brand, heading, text }
  return sendPage(reply, status, said === 'ask' ? { ...page, button } : page)
}

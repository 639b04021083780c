import { composeMail } from '../../../core/mail/compose-mail.ts'
import { queueMail } from '../../../core/mail/queue-mail.ts'
import { startPasswordLink } from '../../../core/passwords/password-links.ts'
import { emailKey } from '../../../core/profiles/email.ts'
import { findProfileForLogin } from '../../../core/registration/find-for-login.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { refuse } from '../errors/carecloud-error.ts'
import { passwordWords } from '../password-page/password-words.ts'
import { countPasswordMails } from '../rates.ts'
import { type Route, route } from '../route.ts'
import { email, oneOf } from '../values/scalars.ts'
import { ownToken } from './own-token.ts'

/** `/tokens/{id}/actions/send-password-setup-email`: the answer never tells who is registered (L64). */
export function passwordMailRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const mails = countPasswordMails(dependencies.rateLimit)
  return [
    route({
      method: 'POST',
      path: '/tokens/:token_id/actions/send-password-setup-email',
      interfaces: 'customer',
      summary: 'Mail a link by which a password is set',
      find: ownToken,
      body: { email, communication_channel_id: oneOf(['email']), recipient: email },
      answers: 'nothing',
      async handle(call) {
        const { body } = call
        const given = body.email ?? body.recipient
        if (given === undefined) {
          throw refuse(body.communication_channel_id ? 'recipient' : 'email', 'required', null)
        }
        const address = emailKey(given)
        const counted = `${call.workspace.id} ${address}`
        mails.refuseWhereTooMany(counted)
        mails.note(counted)
        await mailLink(dependencies, call, address)
      },
    }),
  ]
}

async function mailLink(
  { database, publicUrl, findCardHolder }: CareCloudDependencies,
  { workspace, acceptLanguage }: Call,
  address: string,
): Promise<void> {
  await database.transaction(workspace.id, async (connection) => {
    const name = { type: 'email', value: address } as const
    const customer = await findProfileForLogin(connection, workspace, name, findCardHolder)
    if (!customer) return
    const { profileId } = customer
    const link = await startPasswordLink(connection, workspace.id, { profileId, email: address })
    const { language, words } = passwordWords(acceptLanguage, link.language, workspace)
    const brand = workspace.settings.displayName
    const bodies = composeMail({
      language,
      brand,
      subject: words.subject,
      paragraphs: [words.intro.replace('{brand}', () => brand)],
      button: { label: words.mailButton, url: `${publicUrl(workspace)}/web/password/${link.secret}` },
      footer: [{ text: words.small }],
    })
    await queueMail(connection, workspace.id, {
      profileId,
      recipient: address,
      content: { brand, subject: words.subject, ...bodies },
    })
  })
}

import type { FastifyRequest } from 'fastify'
import type { SeenPerson } from '../../../core/identity/read-person.ts'
import type { MailContent } from '../../../core/mail/mail.ts'
import { sealAddress } from '../../../core/mail/sealed-address.ts'
import type { ReferralCampaign } from '../../../core/referral/referral-campaign.ts'
import { composeShareMail } from '../../../core/referral/share-mail.ts'
import { acceptedLanguages, chooseText } from '../../../core/texts/choose-text.ts'
import { fillTemplate } from '../../../core/texts/fill-template.ts'
import type { ExtoleDependencies } from '../extole-api.ts'
import { shareParameter } from '../links/link-routes.ts'
import { shareLink } from '../shareables/present-shareable.ts'
import { linksOf, type ShareRequest } from './read-share-request.ts'

/** The texts of a share as its recipient gets them, and how to make its mail. */
export interface PreparedShare {
  readonly subject: string
  readonly message: string
  compose(recipient: string, shareNumber: string): MailContent
}

/** Fills in the campaign's texts where the request has none of its own (E84). */
export function prepareShare(
  request: FastifyRequest,
  dependencies: ExtoleDependencies,
  share: ShareRequest,
  campaign: ReferralCampaign,
  code: string,
  advocate: SeenPerson | undefined,
): PreparedShare {
  const { workspace } = request
  const { settings } = workspace
  const languages = [
    ...acceptedLanguages(request.headers['accept-language']),
    advocate?.fields.language ?? '',
    settings.defaultLanguage,
  ]
  const link = shareLink(dependencies, workspace, code)
  const firstName = mailableName(advocate?.fields.first_name)
  const values: Readonly<Record<string, string | undefined>> = {
    link,
    code,
    'advocate.firstName': firstName,
    'advocate.lastName': mailableName(advocate?.fields.last_name),
  }
  const fill = (text: string) => String(fillTemplate(text, (path) => values[path]))
  const subject = share.subject ?? fill(chooseText(campaign.message.subject, languages)).trim()
  const message = share.message ?? fill(chooseText(campaign.message.body, languages))
  const base = dependencies.publicUrl(workspace)
  return {
    subject,
    message,
    compose(recipient, shareNumber) {
      const sealed = sealAddress(workspace.secret, recipient)
      return composeShareMail({
        brand: settings.displayName,
        languages,
        advocateName: firstName,
        subject,
        message,
        link,
        trackedLink: `${link}?${shareParameter}=${shareNumber}`,
        optOutPage: `${base}/web/optout/${sealed}`,
        optOutCall: `${base}/api/v4/unsubscribe?encrypted_email=${sealed}`,
      })
    },
  }
}

/**
 * A name as mails say it. Anybody may call themselves anything: one that holds a link, or what no subject may hold, is
 * left out, or strangers would be led anywhere in our name (E86).
 */
function mailableName(name = ''): string {
  return linksOf(name).length > 0 || /[<>\p{Cc}]/u.test(name) ? '' : name
}

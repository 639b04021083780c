import { type TSchema, Type } from 'typebox'
import { PersonObject } from './people.ts'
import { about, Data, Id, nullable, optional, Text, Time } from './values.ts'

const short = {
  id: Id,
  share_id: Id,
  campaign_id: Id,
  channel: nullable(Text),
  share_date: Time,
  link: Text,
  partner_id: nullable(Text),
  shareable_id: Id,
}

/** E87. */
export const ShareObject = Type.Object(
  {
    ...short,
    data: Data,
    message: nullable(Text),
    recipients: Type.Array(Text),
    recipient_email: Type.String({ description: 'Empty without one.' }),
    friend: Type.Object(PersonObject.properties, { description: 'Id 0 until somebody came by this share.' }),
    subject: nullable(Text),
  },
  { description: 'A share.' },
)
export const Shares = Type.Array(ShareObject, { description: 'Shares.' })

export const ShortShare = Type.Object(short, { description: 'A share.' })
export const ShortShares = Type.Array(ShortShare, { description: 'Shares.' })

export const shareFilters = optional({
  partner_share_id: about('Only that of this id.'),
  partner_id: about('`name:value` of the data.'),
})

const MailPolling = Type.Object(
  { polling_id: Id, recipient_email: Text },
  { description: 'Accepted; poll its status.' },
)

/** What is answered, and what is asked, for one recipient or for several (E84–E86). */
export function mailShare(rules: {
  readonly batch: boolean
  readonly mostRecipients: number
  readonly codeRequired: boolean
  readonly messageRequired: boolean
}): { readonly body: TSchema; readonly answer: TSchema } {
  const recipients = rules.batch
    ? { recipient_emails: Type.Array(Text, { minItems: 1, maxItems: rules.mostRecipients }) }
    : { recipient_email: Text }
  const advocateCode = { advocate_code: Type.String({ description: 'One of the caller’s own codes.' }) }
  const message = { message: Type.String({ maxLength: 2048, description: 'None: the campaign’s.' }) }
  return {
    body: Type.Object({
      ...recipients,
      ...(rules.messageRequired ? message : optional(message)),
      ...(rules.codeRequired ? advocateCode : optional(advocateCode)),
      ...optional({
        subject: Type.String({ maxLength: 78 }),
        data: Data,
        labels: Text,
        campaign_id: Text,
        key: Text,
        preferred_code_prefixes: Type.Array(Text),
      }),
    }),
    answer: rules.batch ? Type.Array(MailPolling, { description: 'One for each recipient.' }) : MailPolling,
  }
}

export const OptOut = Type.Object({ optout: Type.Boolean() }, { description: 'Whether it opted out.' })
export const NewOptOut = Type.Object(optional({ optout: Type.Boolean({ default: true }) }))
export const Unsubscribed = Type.Object({ unsubscribed: Type.Boolean() }, { description: 'Done.' })
export const encryptedEmail = optional({ encrypted_email: about('The value that mails carry.') })
export const Unsubscribe = Type.Object(encryptedEmail)

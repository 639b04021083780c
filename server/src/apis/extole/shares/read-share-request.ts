import type { FastifyRequest } from 'fastify'
import { isEmail } from '../../../core/profiles/email.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { isLongerThan } from '../../../core/profiles/text.ts'
import type { ReferralCampaign } from '../../../core/referral/referral-campaign.ts'
import { ExtoleError } from '../errors.ts'
import { fieldOf, malformed, objectField, textField } from '../read-field.ts'
import { readPreferred } from '../shareables/read-shareable.ts'

/** What a request to share by mail says; texts that are absent are the campaign's. */
export interface ShareRequest {
  readonly recipients: readonly string[]
  readonly message: string | undefined
  readonly subject: string | undefined
  readonly data: JsonObject
  readonly labels: string | undefined
  readonly campaignId: string | undefined
  readonly advocateCode: string | undefined
  /** Names one of the caller's own codes. */
  readonly key: string | undefined
  readonly preferred: readonly string[]
}

export interface ShareRules {
  readonly batch: boolean
  readonly mostRecipients: number
  readonly codeRequired: boolean
  readonly messageRequired: boolean
}

/** Everything that can be said of the request alone (E86), in the order in which it is stated. */
export function readShareRequest({ input }: FastifyRequest, rules: ShareRules): ShareRequest {
  const recipients = readRecipients(input, rules)
  const message = textField(input, 'message')
  const subject = textField(input, 'subject')
  const advocateCode = textField(input, 'advocate_code')
  if (rules.codeRequired && !advocateCode) throw new ExtoleError('ADVOCATE_CODE_MISSING')
  if (rules.messageRequired && !message) throw new ExtoleError('MESSAGE_MISSING')
  if (message !== undefined && isLongerThan(message, 2048)) throw new ExtoleError('INVALID_MESSAGE_LENGTH')
  if (subject !== undefined && isLongerThan(subject, 78)) {
    throw new ExtoleError('INVALID_SUBJECT_LENGTH', { subject: subject.slice(0, 200) })
  }
  if (/[<>]|[^\P{Cc}\r\n\t]/u.test(message ?? '')) throw new ExtoleError('INVALID_SHARE_MESSAGE_CHARACTERS')
  if (/[<>\p{Cc}]/u.test(subject ?? '')) throw new ExtoleError('INVALID_SHARE_SUBJECT_CHARACTERS')
  return {
    recipients,
    message: message || undefined,
    subject: subject || undefined,
    data: objectField(input, 'data') ?? {},
    labels: textField(input, 'labels'),
    campaignId: textField(input, 'campaign_id'),
    advocateCode: advocateCode || undefined,
    key: textField(input, 'key') || undefined,
    preferred: readPreferred(input),
  }
}

function readRecipients(input: JsonObject, { batch, mostRecipients }: ShareRules): readonly string[] {
  const name = batch ? 'recipient_emails' : 'recipient_email'
  const value = fieldOf(input, name)
  const list = batch ? value : value === undefined ? [] : [value]
  if (list === undefined) throw new ExtoleError('NO_RECIPIENT')
  if (!Array.isArray(list) || list.some((entry) => typeof entry !== 'string')) throw malformed(name, value)
  const recipients = list.map((entry) => String(entry).trim())
  if (recipients.every((recipient) => recipient === '')) throw new ExtoleError('NO_RECIPIENT')
  if (recipients.length > mostRecipients) throw new ExtoleError('INVALID_RECIPIENT_SIZE')
  const invalid = recipients.filter((recipient) => !isEmail(recipient))
  if (invalid.length === 0) return recipients
  throw new ExtoleError('INVALID_RECIPIENT', { recipients: invalid.join(', ').slice(0, 500) })
}

/** Links in what a customer wrote lead to us or to the landing page, nowhere else (E86). */
export function checkLinks(
  { message, subject }: ShareRequest,
  publicUrl: string,
  campaign: ReferralCampaign,
): void {
  const hosts = new Set([publicUrl, campaign.landingUrl].map((url) => new URL(url).hostname))
  const foreign = (text: string | undefined) => linksOf(text ?? '').find((link) => !hosts.has(hostOf(link)))
  const inMessage = foreign(message)
  if (inMessage !== undefined) {
    throw new ExtoleError('INVALID_SHARE_MESSAGE_LINK', { link: inMessage, share_message: message ?? '' })
  }
  const inSubject = foreign(subject)
  if (inSubject !== undefined) {
    throw new ExtoleError('INVALID_SHARE_SUBJECT_LINK', { link: inSubject, subject: subject ?? '' })
  }
}

/**
 * What a mail program would make a link of, as far as it says so itself. What closes a sentence or a bracket behind it is
 * not its.
 */
export function linksOf(text: string): readonly string[] {
  const found = text.match(/[a-z][a-z0-9+.-]*:\/\/[^\s]+|\/\/[^\s/]+[^\s]*|\bwww\.[^\s]+/gi) ?? []
  return found.map((link) => link.replace(/[\p{Pe}\p{Pf}.,;:!?'"]+$/u, ''))
}

function hostOf(link: string): string {
  const url = /^[a-z][a-z0-9+.-]*:/i.test(link) ? link : `https://${link.replace(/^\/\//, '')}`
  return URL.canParse(url) ? new URL(url).hostname : ''
}

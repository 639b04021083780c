import type { Attribution } from '../../../core/referral/read-attributions.ts'
import type { ShareCode } from '../../../core/referral/share-codes.ts'
import { derivedNumber } from '../../../core/workspaces/derived-number.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { campaignNumber } from '../campaign-id.ts'

/** There is one environment, under this name in every object of the wire. */
const container = 'production'

/** One end of a journey; the wire writes each member with `entry_` and with `last_` before it. */
interface JourneyEnd {
  readonly advocate_code: string | null
  readonly advocate_partner_id: string | null
  readonly consumer_event_id: string | null
  readonly coupon_code: string | null
  readonly profile_id: string | null
  readonly promotable_code: string | null
  readonly referral_reason: string | null
  readonly share_id: string | null
  readonly shareable_id: string | null
}

const nothing: JourneyEnd = {
  advocate_code: null,
  advocate_partner_id: null,
  consumer_event_id: null,
  coupon_code: null,
  profile_id: null,
  promotable_code: null,
  referral_reason: null,
  share_id: null,
  shareable_id: null,
}

/**
 * The journey of somebody who was brought by an advocate's code (E111): it begins with the event that arrived, and has
 * come to the one that converted. The advocate's partner id is private (E36), so it stays null.
 */
export function presentFriendJourney(workspace: Workspace, friendNumber: string, attribution: Attribution) {
  const { campaignId, attributedAt, convertedAt } = attribution
  const entry: JourneyEnd = {
    ...nothing,
    advocate_code: attribution.code,
    consumer_event_id: attribution.eventNumber,
    profile_id: attribution.advocateNumber,
    referral_reason: 'referral',
    share_id: attribution.shareNumber,
    shareable_id: attribution.shareCodeNumber,
  }
  const last =
    convertedAt === null
      ? entry
      : { ...entry, consumer_event_id: attribution.conversionEventNumber, referral_reason: 'conversion' }
  return {
    id: derivedNumber(workspace, `journey ${campaignId} ${friendNumber}`),
    journey_type: 'friend',
    ...described(workspace, campaignId, attribution.label, 'referral'),
    created_date: attributedAt.toISOString(),
    updated_date: (convertedAt ?? attributedAt).toISOString(),
    data: {},
    ...prefixed('entry', entry),
    ...prefixed('last', last),
  }
}

/** The journey of an advocate, which is that of a share code (E111). */
export function presentAdvocateJourney(workspace: Workspace, shareCode: ShareCode) {
  const end: JourneyEnd = { ...nothing, advocate_code: shareCode.code, shareable_id: shareCode.number }
  return {
    id: derivedNumber(workspace, `journey ${shareCode.number}`),
    journey_type: 'advocate',
    ...described(workspace, shareCode.campaignId, shareCode.label, null),
    created_date: shareCode.createdAt.toISOString(),
    updated_date: shareCode.updatedAt.toISOString(),
    data: shareCode.data,
    ...prefixed('entry', end),
    ...prefixed('last', end),
  }
}

function described(workspace: Workspace, campaignId: string, label: string | null, reason: string | null) {
  return {
    campaign_id: campaignNumber(workspace, campaignId),
    container,
    entry_label: label,
    entry_reason: reason,
    entry_zone: null,
    last_zone: null,
  }
}

function prefixed(prefix: 'entry' | 'last', end: JourneyEnd): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(end).map(([name, value]) => [`${prefix}_${name}`, value]))
}

import type { FastifyRequest } from 'fastify'
import type { SeenNames } from '../../../core/identity/read-person.ts'
import { retried } from '../../../core/identity/retried.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { codeOfCampaign } from '../../../core/referral/code-of-campaign.ts'
import { isLive, type ReferralCampaign, referralCampaigns } from '../../../core/referral/referral-campaign.ts'
import { asksFor, fillTemplate, lookUp } from '../../../core/texts/fill-template.ts'
import type { Zones } from '../../../core/workspaces/file/sections/zones.ts'
import { campaignNumber, campaignOf } from '../campaign-id.ts'
import { callerOf } from '../consumer.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleDependencies } from '../extole-api.ts'
import { settleCaller } from '../settle-caller.ts'
import { shareLink } from '../shareables/present-shareable.ts'

export interface FoundZone {
  readonly zone: Zones[number]
  /** Its campaign, else the default one, if any. */
  readonly campaign: ReferralCampaign | undefined
  /** `0` without a campaign (E97). */
  readonly campaignId: string
}

/** The creative of this name, if its campaign is live and has one of the labels that the request requires (E101). */
export function findZone(request: FastifyRequest, name: string, data: JsonObject, now: Date): FoundZone {
  const { workspace } = request
  const zone = workspace.settings.zones.find((candidate) => candidate.name === name)
  if (!zone) throw new ExtoleError('no_creative', { zone_name: name })
  const named = workspace.settings.campaigns.find(({ id }) => id === zone.campaign)
  if (named && !isLive(named, now)) throw new ExtoleError('no_creative', { zone_name: name })
  const referral = referralCampaigns(workspace).find(({ id }) => id === zone.campaign)
  const campaign = zone.campaign === undefined ? campaignOf(workspace, {}, now) : referral
  const slug = zone.campaign ?? campaign?.id
  const required = typeof data.required_labels === 'string' ? data.required_labels.split(',') : []
  const labels = required.map((label) => label.trim()).filter((label) => label !== '')
  if (labels.length > 0 && !labels.some((label) => label === campaign?.label || label === slug)) {
    throw new ExtoleError('no_creative', { zone_name: name })
  }
  return { zone, campaign, campaignId: slug === undefined ? '0' : campaignNumber(workspace, slug) }
}

/** Fills the creative in for the caller, at its trust (E98–E100). */
export async function fillZone(
  request: FastifyRequest,
  dependencies: ExtoleDependencies,
  { zone, campaign, campaignId }: FoundZone,
  data: JsonObject,
): Promise<unknown> {
  const { workspace } = request
  const { standing } = callerOf(request)
  const asksForCode = asksFor(zone.data, ['me.share_code', 'me.link', 'link'])
  const [person, code] = await Promise.all([
    asksFor(zone.data, personPaths) ? dependencies.people.names(workspace, standing) : undefined,
    campaign && asksForCode ? codeOf(request, dependencies, campaign) : undefined,
  ])
  const link = code === undefined ? undefined : shareLink(dependencies, workspace, code)
  const values = new Map<string, unknown>([
    ['me.id', standing.profileNumber],
    ...valuesOf(person),
    ['me.share_code', code],
    ['me.link', link],
    ['link', link],
    ['label', campaign?.label],
    ['campaign_id', campaignId],
  ])
  return fillTemplate(zone.data, (path) =>
    path.startsWith('data.') ? lookUp(data, path.slice('data.'.length)) : values.get(path),
  )
}

/** The caller's code of the campaign; the first asking makes it (E100). */
async function codeOf(
  request: FastifyRequest,
  { database, shareCodes }: ExtoleDependencies,
  campaign: ReferralCampaign,
): Promise<string> {
  const { workspace } = request
  const { profileId } = callerOf(request).standing
  const known = await shareCodes.code(workspace.id, { profileId, campaignId: campaign.id })
  if (known !== undefined) return known
  const made = await retried(() =>
    database.transaction(workspace.id, async (connection) =>
      codeOfCampaign(connection, workspace.id, await settleCaller(connection, request), campaign),
    ),
  )
  return made.code
}

const personPaths = ['me.email', 'me.first_name', 'me.last_name', 'me.partner_user_id']

function valuesOf(person: SeenNames | undefined): readonly (readonly [string, unknown])[] {
  return [
    ['me.email', person?.email],
    ['me.first_name', person?.fields.first_name],
    ['me.last_name', person?.fields.last_name],
    ['me.partner_user_id', person?.partnerUserId],
  ]
}

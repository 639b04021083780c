import { type Static, Type } from 'typebox'
import { Campaigns } from './sections/campaigns.ts'
import { CareCloud } from './sections/carecloud.ts'
import { Consents } from './sections/consents.ts'
import { CustomerData } from './sections/customer-data.ts'
import { CustomerGlu } from './sections/customerglu.ts'
import { EntryPoints } from './sections/entry-points.ts'
import { EventTypes } from './sections/event-types.ts'
import { Exchange } from './sections/exchange.ts'
import { JwtKeys, Keys, Operators } from './sections/keys.ts'
import { Loyalty } from './sections/loyalty.ts'
import { Rewards } from './sections/rewards.ts'
import { Segments } from './sections/segments.ts'
import { Webhooks } from './sections/webhooks.ts'
import { Zones } from './sections/zones.ts'
import { BaseUrl, Host, Origin } from './values/addresses.ts'
import { currency } from './values/amounts.ts'
import { timeZone } from './values/moments.ts'
import { group, listOf, matchingText } from './values/shapes.ts'
import { languageTag } from './values/texts.ts'

/**
 * Everything an operator sets up. Only `workspace` is required; a member that has a default here is always there
 * once the file is parsed.
 */
export const WorkspaceFile = group({
  workspace: matchingText(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 lower-case letters, digits and inner hyphens',
  ),
  displayName: Type.String({
    minLength: 1,
    maxLength: 200,
    default: (file: { workspace?: string }) => file.workspace ?? '',
    description: 'Default: the slug of the workspace.',
  }),
  timeZone: timeZone({ default: 'UTC', description: 'S37.' }),
  defaultLanguage: languageTag({ default: 'en' }),
  languages: Type.Array(languageTag(), {
    minItems: 1,
    default: (file: { defaultLanguage?: string }) => [file.defaultLanguage ?? 'en'],
    description: 'Default: the default language alone.',
  }),
  currency: currency({ default: 'EUR' }),
  domains: listOf(Host, { description: 'Hosts that select this workspace (S4, S5).' }),
  publicUrl: Type.Optional(BaseUrl),
  origins: listOf(Origin, { description: 'Browser origins allowed by CORS and as frames.' }),
  keys: Keys,
  jwtKeys: JwtKeys,
  operators: Operators,
  customerData: CustomerData,
  eventTypes: EventTypes,
  segments: Segments,
  consents: Consents,
  loyalty: Loyalty,
  rewards: Rewards,
  campaigns: Campaigns,
  zones: Zones,
  entryPoints: EntryPoints,
  exchange: Exchange,
  webhooks: Webhooks,
  carecloud: CareCloud,
  customerglu: CustomerGlu,
})

export type WorkspaceFile = Static<typeof WorkspaceFile>

import { type Static, Type } from 'typebox'
import { Host, OptionalSecureUrl, OptionalWebUrl } from '../values/addresses.ts'
import { flag, group, listOf } from '../values/shapes.ts'
import { colour } from './entry-points.ts'
import { SdkOverrides } from './sdk-overrides.ts'

/** What only the customerglu API and its pages read, with the defaults of G12. */
export const CustomerGlu = group(
  {
    registration: Type.Enum(['open', 'backend'], { default: 'open', description: 'G20.' }),
    openSse: flag(false, { description: 'G61.' }),
    segmentCallsWithWriteKey: flag(false, { description: 'G69.' }),
    backendAttributes: listOf(Type.String({ minLength: 1 }), {
      description: 'Attributes that only proven calls set (G17).',
    }),
    tokenDays: Type.Integer({ minimum: 1, maximum: 3650, default: 365 }),
    pageDomains: listOf(Host),
    theme: group(
      { accentColor: colour('#5b3df5'), logoUrl: OptionalWebUrl, fontUrl: OptionalSecureUrl },
      { default: {} },
    ),
    sdk: SdkOverrides,
  },
  { default: {} },
)

export type CustomerGlu = Static<typeof CustomerGlu>

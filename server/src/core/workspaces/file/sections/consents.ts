import { type Static, Type } from 'typebox'
import { group } from '../values/shapes.ts'
import { Id, LocalizedText } from '../values/texts.ts'

const Consent = group({
  id: Id,
  text: LocalizedText,
  channel: Type.Optional(Type.Enum(['email', 'sms', 'push'])),
})

/** These exist in every workspace (L63). */
const standardConsents = [
  { id: 'gtc', text: 'Terms and conditions' },
  { id: 'profiling', text: 'Profiling' },
  { id: 'marketing-communication', text: 'Marketing messages', channel: 'email' as const },
]

/** What customers may agree to. */
export const Consents = Type.Array(Consent, {
  default: [],
  description: 'The consents gtc, profiling and marketing-communication are there without being listed.',
})

export type Consents = Static<typeof Consents>

/** The consents of the file in its order, then those standard ones that it does not list (L63). */
export function withStandardConsents(consents: Consents): Consents {
  const listed = new Set(consents.map((consent) => consent.id))
  return [...consents, ...standardConsents.filter((consent) => !listed.has(consent.id))]
}

import { Type } from 'typebox'
import { optional, Text } from './values.ts'

const Scopes = Type.Array(Type.Enum(['UPDATE_PROFILE', 'VERIFIED_CONSUMER']), {
  description: 'VERIFIED_CONSUMER: the token is verified.',
})

const members = {
  access_token: Type.String({ examples: ['K3V9X2PD7Q4M1T8Z5R6B0NHYWC'] }),
  expires_in: Type.Integer({ description: 'Seconds that remain.' }),
  scopes: Scopes,
}

/** A token as v5 shows it. */
export const TokenObject = Type.Object(members, { description: 'The token.' })

/** The same for v4, which says the scopes twice. */
export const TokenObjectV4 = Type.Object({ ...members, capabilities: Scopes }, { description: 'The token.' })

export const Capabilities = Type.Object({ capabilities: Scopes }, { description: 'The same as the scopes.' })

/** A token that the company's back end verified (E54). */
export const VerifiedToken = Type.Object(
  { access_token: Text, client_id: Type.String({ description: 'Of the workspace.' }), scopes: Scopes },
  { description: 'The token, verified.' },
)

const identity = {
  email: Type.String({ description: 'Identifies the device; a claim, which proves nothing.' }),
  jwt: Type.String({ description: 'Signed by the company’s own login; verifies, and wins over the e-mail.' }),
}
const Seconds = Type.Integer({ minimum: 1, maximum: 31_536_000, default: 31_536_000 })

export const NewToken = Type.Object(optional({ ...identity, duration_seconds: Seconds }))

export const NewTokenV4 = Type.Object(optional({ ...identity, duration: Seconds, scopes: Type.Array(Text) }))

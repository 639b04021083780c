import { type Static, Type } from 'typebox'
import { Email } from '../values/addresses.ts'
import { KeySecret, Password } from '../values/secrets.ts'
import { group, listOf, matchingText } from '../values/shapes.ts'
import { Label } from '../values/texts.ts'

/** Credentials of systems. `write` is publishable, the others are secret. */
export const Keys = listOf(
  group({
    name: Label,
    kind: Type.Enum(['master', 'write', 'exchange-account', 'manage']),
    secret: Type.Optional(KeySecret),
  }),
  { description: 'Workspace keys. A secret left out is generated and shown once.' },
)

const kid = Label

const SharedSecretKey = group({
  kid,
  algorithm: Type.Enum(['HS256', 'HS384', 'HS512']),
  secret: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1024, description: 'As text; left out: generated.' }),
  ),
})

const PublicKey = group({
  kid,
  algorithm: Type.Enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512']),
  publicKey: Type.String({ maxLength: 16_384, description: 'PEM text (SPKI).' }),
})

/** Keys by which customers' JWTs are verified (E44). */
export const JwtKeys = listOf(Type.Union([SharedSecretKey, PublicKey], { chosenBy: 'algorithm' }))

/** People who operate the workspace. */
export const Operators = listOf(
  group({
    login: matchingText(
      /^[^\s:\p{Cc}]{1,255}$/u,
      'must be 1 to 255 characters without blanks and without a colon (Basic credentials end the login there)',
    ),
    password: Type.Optional(Password),
    role: Type.Enum(['owner', 'admin', 'analyst', 'support', 'till']),
    firstName: Type.Optional(Label),
    lastName: Type.Optional(Label),
    email: Type.Optional(Email),
  }),
  { description: 'A password left out is generated and shown once.' },
)

export type Keys = Static<typeof Keys>
export type JwtKeys = Static<typeof JwtKeys>
export type Operators = Static<typeof Operators>

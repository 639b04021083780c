import { compactVerify, decodeJwt, decodeProtectedHeader, errors, type ProtectedHeaderParameters } from 'jose'
import { parseWithDigits } from '../../platform/parse-with-digits.ts'
import { isCustomerId } from '../profiles/customer-id.ts'
import { emailKey, isEmail } from '../profiles/email.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Identity } from './identifiers.ts'
import type { PersonFields } from './person-fields.ts'

/** Why a JWT is refused, tested in this order (E48). */
export type JwtRefusal =
  | 'malformed'
  | 'unknown-key'
  | 'unsupported-algorithm'
  | 'invalid-signature'
  | 'not-yet-valid'
  | 'missing-identity'

/** What a customer's JWT says (E45). */
export interface VerifiedJwt {
  readonly identity: Identity
  readonly fields: PersonFields
  /** Whether it proves, and not only says, who it is: it has not expired, and is meant to verify (E45, E47). */
  readonly proves: boolean
}

const leewaySeconds = 60
const longestNameCharacters = 50

/**
 * Verifies a JWT by the workspace's keys. The key named by `kid` decides the algorithm, never the token: so `none`, and
 * a public key used as a shared secret, are refused.
 */
export async function verifyJwt(
  workspace: Workspace,
  token: string,
  now: Date,
): Promise<VerifiedJwt | { readonly refusal: JwtRefusal }> {
  const read = readJwt(token)
  if (!read) return { refusal: 'malformed' }
  const { header, claims } = read
  const key = typeof header.kid === 'string' ? workspace.jwtKeys.get(header.kid) : undefined
  if (!key) return { refusal: 'unknown-key' }
  if (header.alg !== key.algorithm || header.crit !== undefined) return { refusal: 'unsupported-algorithm' }
  try {
    await compactVerify(token, key.key, { algorithms: [key.algorithm] })
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError)
      return { refusal: 'invalid-signature' }
    throw error
  }
  const nowSeconds = now.getTime() / 1000
  if (Math.max(claims.nbf ?? 0, claims.iat ?? 0) > nowSeconds + leewaySeconds)
    return { refusal: 'not-yet-valid' }
  if (claims.identity.email === undefined && claims.identity.partnerUserId === undefined) {
    return { refusal: 'missing-identity' }
  }
  const isCurrent = claims.exp !== undefined && claims.exp > nowSeconds - leewaySeconds
  return { identity: claims.identity, fields: claims.fields, proves: isCurrent && claims.mayVerify }
}

interface Claims {
  readonly identity: Identity
  readonly fields: PersonFields
  readonly exp: number | undefined
  readonly nbf: number | undefined
  readonly iat: number | undefined
  readonly mayVerify: boolean
}

/** Undefined for what is no signed JWT of three parts; an encrypted one has five. */
function readJwt(token: string): { header: ProtectedHeaderParameters; claims: Claims } | undefined {
  if (token.split('.').length !== 3) return undefined
  try {
    const header = decodeProtectedHeader(token)
    const payload = withExactPartnerId(decodeJwt(token), token)
    const [exp, nbf, iat] = [seconds(payload.exp), seconds(payload.nbf), seconds(payload.iat)]
    if (exp === null || nbf === null || iat === null) return undefined
    return {
      header,
      claims: {
        identity: identityOf(payload),
        fields: fieldsOf(payload),
        exp,
        nbf,
        iat,
        mayVerify: mayVerify(payload.scope),
      },
    }
  } catch {
    return undefined
  }
}

/** A number of seconds, also as text; null: something else. */
function seconds(claim: unknown): number | undefined | null {
  if (claim === undefined || claim === null) return undefined
  const number = typeof claim === 'string' && /^\d+(\.\d+)?$/.test(claim.trim()) ? Number(claim) : claim
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/**
 * A whole number is the text of its digits: as one of JavaScript it would name somebody else beyond 2^53. A number that
 * is written otherwise (1.5, 1e21) has no one text, and names nobody (E45, S10).
 */
function withExactPartnerId(payload: Claimed, token: string): Claimed {
  if (typeof payload.partner_user_id !== 'number') return payload
  const written = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
  return parseWithDigits(written, (name) => name === 'partner_user_id') as Claimed
}

type Claimed = Readonly<Record<string, unknown>>

function identityOf({ email, partner_user_id: partnerUserId }: Claimed): Identity {
  return {
    ...(typeof email === 'string' && isEmail(email.trim()) ? { email: emailKey(email) } : {}),
    ...(typeof partnerUserId === 'string' && isCustomerId(partnerUserId) ? { partnerUserId } : {}),
  }
}

function fieldsOf({ first_name, last_name }: Claimed): PersonFields {
  return {
    ...(isName(first_name) ? { first_name } : {}),
    ...(isName(last_name) ? { last_name } : {}),
  }
}

function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    [...value].length <= longestNameCharacters &&
    !value.includes('\0') &&
    value.isWellFormed()
  )
}

/** A `scope` claim, if there is one, has to hold the word. */
function mayVerify(scope: unknown): boolean {
  if (scope === undefined || scope === null) return true
  const words = Array.isArray(scope) ? scope : String(scope).split(/[\s,]+/)
  return words.includes('VERIFIED_CONSUMER')
}

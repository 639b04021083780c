import type { TokenStanding } from '../../../core/identity/token-standing.ts'
import type { Trust } from '../../../core/identity/trust.ts'

/** E22. */
export const scopesOfTrust = {
  anonymous: ['UPDATE_PROFILE'],
  identified: ['UPDATE_PROFILE'],
  verified: ['UPDATE_PROFILE', 'VERIFIED_CONSUMER'],
} as const satisfies Record<Trust, readonly string[]>

/** A token as v5 shows it; the seconds are those that remain (E21). */
export function presentToken(token: string, { expiresAt, trust }: TokenStanding, now: Date) {
  return {
    access_token: token,
    expires_in: Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / 1000)),
    scopes: scopesOfTrust[trust],
  }
}

/** The same for v4, which says the scopes twice. */
export function presentTokenV4(token: string, standing: TokenStanding, now: Date) {
  return { ...presentToken(token, standing, now), capabilities: scopesOfTrust[standing.trust] }
}

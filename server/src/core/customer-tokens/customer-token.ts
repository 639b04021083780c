import { randomBytes } from 'node:crypto'
import type { ProfileRef } from '../profiles/known-profiles.ts'

/** How long a token goes on with the registration of those it made (L27). */
export const creationsReachedHours = 24

/** What a token stands for at this moment. */
export interface TokenStanding {
  readonly workspaceId: number
  readonly tokenId: string
  readonly externalApplicationId: string | null
  /** Who is logged in. */
  readonly loggedIn: ProfileRef | undefined
  /** Whom it made lately while nobody was logged in; none while somebody is (L27). */
  readonly created: readonly ProfileRef[]
}

/** A new token: 72 hexadecimal digits (L9). */
export function generateToken(): string {
  return randomBytes(36).toString('hex')
}

/** Whether a text can be a token at all, so that others need no look-up. */
export function isTokenShaped(text: string): boolean {
  return /^[0-9a-f]{72}$/.test(text)
}

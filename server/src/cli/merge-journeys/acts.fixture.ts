import { loginActs } from './acts-of-logins.fixture.ts'
import { loyaltyActs } from './acts-of-loyalty.fixture.ts'
import { referralActs } from './acts-of-referral.fixture.ts'
import { writersActs } from './acts-of-writers.fixture.ts'

/** All that may happen to people between merges. */
export const acts = { ...writersActs, ...loyaltyActs, ...referralActs, ...loginActs }

/** What somebody may do of whom nobody knows who it is. */
export const anonymousActs: ReadonlySet<string> = new Set([
  ...['parameter', 'code', 'arrive', 'shareByMail', 'list', 'verification', 'grant', 'pass'],
])

import type { Notes } from '../resolve-by-schema.ts'
import type { WorkspaceFile } from '../workspace-file.ts'
import { startCheck } from './check.ts'
import { checkCampaigns } from './check-campaigns.ts'
import { checkCustomerData } from './check-customer-data.ts'
import { checkExchange } from './check-exchange.ts'
import { checkIdentity } from './check-identity.ts'
import { checkKeys } from './check-keys.ts'
import { checkLoyalty } from './check-loyalty.ts'
import { checkRewards } from './check-rewards.ts'
import { checkSegments } from './check-segments.ts'
import { checkTouchpoints } from './check-touchpoints.ts'
import { checkVendorSections } from './check-vendor-sections.ts'

/**
 * What no schema can say: that names lead somewhere, ids are unique, bounds agree. Adds its faults to the notes.
 * `raw` is the text's value before anything faulty was left out of `file`.
 */
export function checkReferences(file: WorkspaceFile, raw: unknown, notes: Notes): void {
  const check = startCheck(file, raw, notes)
  checkIdentity(check)
  checkKeys(check)
  checkCustomerData(check)
  checkSegments(check)
  checkLoyalty(check)
  checkRewards(check)
  checkCampaigns(check)
  checkTouchpoints(check)
  checkExchange(check)
  checkVendorSections(check)
}

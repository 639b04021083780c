import { firstOnly } from '../../../core/lists/list-request.ts'
import type { Grant } from '../../../core/rewards/grant.ts'
import { listVouchers } from '../../../core/rewards/list-vouchers.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import { reaches } from '../reach.ts'
import { isRecordNumber } from '../values/record-number.ts'

/** The voucher of a path; one that was withdrawn, or is out of reach, is not there (L29, L90). */
export async function findVoucher(
  database: Database,
  { workspace, params, reach, now }: Call & { readonly params: { readonly voucher_id: string } },
): Promise<Grant | undefined> {
  if (!isRecordNumber(params.voucher_id)) return undefined
  const filter = { numbers: [params.voucher_id] }
  const { items } = await database.inWorkspace(workspace.id, (connection) =>
    listVouchers(connection, workspace, filter, now, firstOnly),
  )
  const [grant] = items
  return grant && reaches(reach, grant.profileId) ? grant : undefined
}

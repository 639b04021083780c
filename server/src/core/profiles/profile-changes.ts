import type { Connection } from '../../platform/postgres/database.ts'
import type { PartitionedTable } from '../../platform/postgres/partitions.ts'

export const profileChangePartitions: PartitionedTable = {
  name: 'profile_changes',
  unit: 'day',
  keptForHours: 24 * 7,
}

type ProfileChangeKind = 'created' | 'updated' | 'deleted' | 'merged'

/** A reader's place; the next read begins after it. */
export interface ChangePlace {
  readonly transactionId: string
  readonly id: string
}

export interface ProfileChanges {
  readonly place: ChangePlace
  readonly changes: readonly { readonly profileId: string; readonly kind: ProfileChangeKind }[]
}

/**
 * What changed after a place, in an order that never lets a reader miss a change: a row is shown once every
 * transaction that began before its own has ended, so none can appear behind the place later.
 *
 * @returns the changes of up to `limit` transactions, oldest first, each with the place behind it
 */
export async function readProfileChanges(
  connection: Connection,
  workspaceId: number,
  after: ChangePlace | undefined,
  limit: number,
): Promise<readonly ProfileChanges[]> {
  const { rows } = await connection.query<{
    transaction_id: string
    id: string
    profile_ids: string[]
    kinds: ProfileChangeKind[]
  }>(
    `select transaction_id, id, profile_ids, kinds from profile_changes
     where workspace_id = $1 and (transaction_id, id) > ($2::xid8, $3::bigint)
       and transaction_id < settled_before()
     order by transaction_id, id limit $4`,
    [workspaceId, after?.transactionId ?? '0', after?.id ?? '0', limit],
  )
  return rows.map((row) => ({
    place: { transactionId: row.transaction_id, id: row.id },
    changes: row.profile_ids.flatMap((profileId, index) => {
      const kind = row.kinds[index]
      return kind ? [{ profileId, kind }] : []
    }),
  }))
}

/** Whether anything changed after a place, also what `readProfileChanges` does not show yet. */
export async function hasChangesAfter(
  connection: Connection,
  workspaceId: number,
  place: ChangePlace,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'has-changes-after',
    text: `select from profile_changes
           where workspace_id = $1 and (transaction_id, id) > ($2::xid8, $3::bigint) limit 1`,
    values: [workspaceId, place.transactionId, place.id],
  })
  return rowCount === 1
}

/** A place before which everything is there for whoever looks from now on, and behind which the rest will stand. */
export async function presentPlace(connection: Connection): Promise<ChangePlace> {
  const { rows } = await connection.query<{ transaction_id: string }>({
    name: 'present-place',
    text: 'select settled_before() as transaction_id',
  })
  return { transactionId: rows[0]?.transaction_id ?? '0', id: '0' }
}

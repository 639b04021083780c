import { retried } from '../../core/identity/retried.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import type { Call } from './call.ts'
import type { CareCloudDependencies } from './carecloud-api.ts'
import { badRequest } from './errors/carecloud-error.ts'
import type { InvalidParam } from './errors/invalid-param.ts'
import { type Row, withDefault } from './values/reader.ts'
import { oneOf } from './values/scalars.ts'

/** 1: all rows or none; 2: the good ones (L76). */
export const errorProcessing = withDefault(oneOf([1, 2]), 1)

/** A row that was read without fault. */
export interface GoodRow<T> {
  readonly index: number
  readonly value: T
}

/**
 * Stores the rows of a batch in one transaction, and answers 400 with every bad one where there are any: after the good
 * ones were stored, or with none of them (L76).
 *
 * @param store stores the rows that it can, and says what is wrong with the others
 */
export async function storeBatch<T>(
  { database }: CareCloudDependencies,
  { workspace }: Pick<Call, 'workspace'>,
  batch: { readonly rows: readonly Row<T>[]; readonly errorProcessing: 1 | 2 },
  store: (connection: Connection, good: readonly GoodRow<T>[]) => Promise<readonly InvalidParam[]>,
): Promise<void> {
  const malformed = batch.rows.flatMap(({ faults }) => faults)
  const good = batch.rows.flatMap(({ index, value, faults }) =>
    faults.length > 0 || value === undefined ? [] : [{ index, value }],
  )
  const refused = await retried(() =>
    database.transaction(workspace.id, async (connection) => {
      const all = [...malformed, ...(await store(connection, good))]
      // Thrown within the transaction, it takes the good rows along.
      if (batch.errorProcessing === 1 && all.length > 0) throw badRequest(inOrder(all))
      return all
    }),
  )
  if (refused.length > 0) throw badRequest(inOrder(refused))
}

function inOrder(params: readonly InvalidParam[]): readonly InvalidParam[] {
  return params.toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0))
}

import type { Connection } from '../../platform/postgres/database.ts'

export interface GrantChange {
  /** Null: from the moment it was granted. */
  readonly validFrom: Date | null
  /** Null: it does not expire. */
  readonly expiresAt: Date | null
  readonly note: string | null
}

/** Replaces what an operator may change of a grant that is not used yet (carecloud 9.5). @returns whether it is one */
export async function changeGrant(
  connection: Connection,
  workspaceId: number,
  number: string,
  { validFrom, expiresAt, note }: GrantChange,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'change-grant',
    text: `update grants set valid_from = $3, expires_at = $4, note = $5, changed_at = clock_timestamp()
           where workspace_id = $1 and number = $2 and state = 'issued'`,
    values: [workspaceId, number, validFrom, expiresAt, note],
  })
  return rowCount === 1
}

import type { Connection, Database } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { type LedgerCheck, ledgerChecks } from './ledger-checks.ts'

/** Something that does not follow from the entries. */
export interface LedgerFault {
  readonly check: LedgerCheck
  /** Null: it is nobody's, or its profile was erased. */
  readonly profileId: string | null
  readonly pointTypeId: string | null
  /** What is wrong of it: a movement's number, a lot's or debt's id, or null for a wallet. */
  readonly of: string | null
  /** What the entries make it, and what it is. */
  readonly expected: string
  readonly found: string
}

export interface LedgerReport {
  readonly movements: number
  readonly entries: number
  readonly wallets: number
  /** What all entries of an account sum to; all accounts together to 0. */
  readonly accounts: readonly { readonly account: string; readonly balance: Hundredths }[]
  /** Wallets of which more is reserved than there is. No fault: what is reserved may expire or be taken back. */
  readonly overReserved: number
  readonly faults: readonly LedgerFault[]
  /** There are more faults of some check than are listed. */
  readonly hasMore: boolean
}

const mostFaultsPerCheck = 1000

/**
 * Derives every balance, lot and debt of a workspace again from its entries, and compares (L121). It reads one
 * snapshot, so a server may go on booking meanwhile; the sums are PostgreSQL's, which spills to disk what its memory
 * does not hold, and only what disagrees comes here.
 */
export async function verifyLedger(database: Database, workspaceId: number): Promise<LedgerReport> {
  return await database.asOwner(async (connection) => {
    await connection.query('begin isolation level repeatable read read only')
    const faults: LedgerFault[] = []
    let hasMore = false
    for (const [check, statement] of Object.entries(ledgerChecks) as [LedgerCheck, string][]) {
      const found = await readFaults(connection, workspaceId, check, statement)
      faults.push(...found.slice(0, mostFaultsPerCheck))
      hasMore ||= found.length > mostFaultsPerCheck
    }
    const totals = await readTotals(connection, workspaceId)
    await connection.query('commit')
    return { ...totals, faults, hasMore }
  })
}

async function readFaults(
  connection: Connection,
  workspaceId: number,
  check: LedgerCheck,
  statement: string,
): Promise<readonly LedgerFault[]> {
  const { rows } = await connection.query<{
    profile_id: string | null
    point_type: string | null
    of: string | null
    expected: string
    found: string
  }>(`${statement} limit ${mostFaultsPerCheck + 1}`, [workspaceId])
  return rows.map(({ profile_id, point_type, of, expected, found }) => ({
    check,
    profileId: profile_id,
    pointTypeId: point_type,
    of,
    expected,
    found,
  }))
}

async function readTotals(
  connection: Connection,
  workspaceId: number,
): Promise<Omit<LedgerReport, 'faults' | 'hasMore'>> {
  const { rows: accounts } = await connection.query<{ account: string; balance: string; entries: string }>(
    `select account, sum(amount) as balance, count(*) as entries from points_entries
     where workspace_id = $1 group by account order by account`,
    [workspaceId],
  )
  const { rows: counts } = await connection.query<Record<'movements' | 'wallets' | 'over_reserved', string>>(
    `select (select count(*) from points_movements where workspace_id = $1) as movements,
       (select count(*) from points_wallets where workspace_id = $1) as wallets,
       (select count(*) from points_wallets w where w.workspace_id = $1 and w.balance < (
         select sum(r.quantity) from points_reservations r
         where r.workspace_id = $1 and r.profile_id = w.profile_id and r.point_type = w.point_type
           and r.state = 'active' and (r.expires_at is null or r.expires_at > now())
       )) as over_reserved`,
    [workspaceId],
  )
  return {
    movements: Number(counts[0]?.movements ?? 0),
    wallets: Number(counts[0]?.wallets ?? 0),
    overReserved: Number(counts[0]?.over_reserved ?? 0),
    entries: accounts.reduce((sum, { entries }) => sum + Number(entries), 0),
    accounts: accounts.map(({ account, balance }) => ({ account, balance: Number(balance) })),
  }
}

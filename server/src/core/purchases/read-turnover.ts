import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'

/** What a profile paid in one currency. */
export interface Turnover {
  readonly currency: string
  readonly value: Hundredths
}

/** What a profile bought between two payment times, less what was cancelled; one entry a currency (L100). */
export async function readTurnover(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  { from, to }: { readonly from?: Date | undefined; readonly to?: Date | undefined },
): Promise<readonly Turnover[]> {
  const { rows } = await connection.query<{ currency: string; value: string }>({
    name: 'read-turnover',
    text: `select currency, sum(total_price) as value from purchases
           where workspace_id = $1 and profile_id = $2 and cancels is null and cancelled_by is null
             and ($3::timestamptz is null or payment_time >= $3)
             and ($4::timestamptz is null or payment_time <= $4)
           group by currency order by currency`,
    values: [workspaceId, profileId, from ?? null, to ?? null],
  })
  return rows.map(({ currency, value }) => ({ currency, value: Number(value) }))
}

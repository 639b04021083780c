import { randomInt } from 'node:crypto'
import type { Connection } from '../../platform/postgres/database.ts'
import { type CardType, digitsOf } from './card-number.ts'

/** Of a type with more numbers than this, the free ones that follow a random one are looked for no further. */
const mostLookedAt = 1_000_000

/**
 * A number of the type that no card has: the next free one after a random one, for types of which most numbers are
 * taken. Undefined: none is left.
 */
export async function findFreeNumber(
  connection: Connection,
  workspaceId: number,
  type: CardType,
): Promise<string | undefined> {
  const digits = digitsOf(type)
  const lookedAt = Math.min(10 ** digits, mostLookedAt)
  const { rows } = await connection.query<{ number: string }>({
    name: 'find-free-card-number',
    text: `select candidate.number
           from generate_series(0, $5::bigint - 1) as n,
             lateral (select $2 || case when $3 = 0 then '' else
               lpad(mod($4::numeric + n, 10::numeric ^ $3::integer)::bigint::text, $3, '0') end as number) candidate
           where not exists (
             select from cards where workspace_id = $1 and card_number = candidate.number
           )
           limit 1`,
    values: [workspaceId, type.numberPrefix, digits, randomInt(lookedAt), lookedAt],
  })
  return rows[0]?.number
}

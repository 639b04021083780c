import { hash } from 'node:crypto'
import type { Connection } from '../../platform/postgres/database.ts'

/** Codes that were printed before; of a reward they are given out in their order (L87). */
export type Pool = readonly string[]

/** What is known of the pool that a reward's grants came from last. */
export interface PoolStanding {
  /** Of which pool all this is; null: none was read yet. */
  readonly poolKey: Buffer | null
  /** All codes before it are gone. */
  readonly poolPlace: number
  /** How many codes of it are gone, whoever has them. */
  readonly poolGone: number
}

const keys = new WeakMap<Pool, Buffer>()

/** What a pool is known by. Kept, since one of a hundred thousand codes is asked for with every grant. */
function keyOf(pool: Pool): Buffer {
  const kept = keys.get(pool)
  if (kept) return kept
  const key = hash('sha256', pool.join('\n'), 'buffer')
  keys.set(pool, key)
  return key
}

export function isOf(pool: Pool, { poolKey }: Pick<PoolStanding, 'poolKey'>): boolean {
  return poolKey?.equals(keyOf(pool)) ?? false
}

/** Undefined: all of them are gone. */
export interface NextOfPool extends PoolStanding {
  readonly code: string
}

/** How many codes are looked at before all that follow are. */
const nearCodes = 100

/**
 * The first code of a pool that no grant has, and what is known of the pool once it is given out. Looks on from where
 * the last one was found; from the start, and at all of them, where the pool is another one than before. The reward's
 * stock is locked by the caller.
 */
export async function nextOfPool(
  connection: Connection,
  workspaceId: number,
  pool: Pool,
  before: PoolStanding,
): Promise<NextOfPool | undefined> {
  const { poolPlace, poolGone } = isOf(pool, before)
    ? before
    : { poolPlace: 0, poolGone: pool.length - (await countFree(connection, workspaceId, pool, pool.length)) }
  if (poolGone >= pool.length) return undefined
  const near = pool.slice(poolPlace, poolPlace + nearCodes)
  const found =
    (await firstFree(connection, workspaceId, near)) ??
    (await firstFree(connection, workspaceId, pool.slice(poolPlace)))
  if (!found) return undefined
  return {
    code: found.code,
    poolKey: keyOf(pool),
    poolPlace: poolPlace + found.place,
    poolGone: poolGone + 1,
  }
}

/** How many codes of a pool no grant has, as far as that is asked. */
export async function countFree(
  connection: Connection,
  workspaceId: number,
  pool: Pool,
  most: number,
): Promise<number> {
  const { rows } = await connection.query<{ free: number }>({
    name: 'count-free-pool-codes',
    text: `select count(*)::integer as free from (
             select from unnest($2::text[]) as p (code) where ${isFree} limit $3
           ) free`,
    values: [workspaceId, pool, most],
  })
  return rows[0]?.free ?? 0
}

/** @returns the code, and how many of these were looked at */
async function firstFree(
  connection: Connection,
  workspaceId: number,
  codes: Pool,
): Promise<{ readonly code: string; readonly place: number } | undefined> {
  const { rows } = await connection.query<{ code: string; place: number }>({
    name: 'next-pool-code',
    text: `select p.code, n::integer as place from unnest($2::text[]) with ordinality as p (code, n)
           where ${isFree} order by n limit 1`,
    values: [workspaceId, codes],
  })
  return rows[0]
}

const isFree = 'not exists (select from grants g where g.workspace_id = $1 and g.code = p.code)'

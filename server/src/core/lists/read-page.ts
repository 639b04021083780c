import type { Connection } from '../../platform/postgres/database.ts'
import type { ListPage, ListRequest } from './list-request.ts'

export interface PageQuery<By extends string> {
  /** What stands after `select`. */
  readonly columns: string
  readonly from: string
  readonly where: string
  /** What `$1` … are in any of these texts. */
  readonly values: readonly unknown[]
  /** The expression of each order. */
  readonly orders: Readonly<Record<By, string>>
  /** The order without a sort, and of ties: by creation, unique. For example `c.created_at, c.id`. */
  readonly creation: string
}

/** One page, whatever the request asks for. */
const longestPage = 10_000

/**
 * Reads one page of a list and how many there are in all (L37, L38): nulls last, ties by creation. The texts are the
 * program's own; whatever came from outside stands in `values`. A page is cut at 10 000.
 */
export async function readPage<Row, By extends string = never>(
  connection: Connection,
  { columns, from, where, values, orders, creation }: PageQuery<By>,
  { sort, count, offset }: ListRequest<By>,
): Promise<ListPage<Row>> {
  const order = sort
    ? `${orders[sort.by]} ${sort.descending ? 'desc' : 'asc'} nulls last, ${creation}`
    : creation
  const counted = await connection.query<{ total: string }>(
    `select count(*) as total from ${from} where ${where}`,
    [...values],
  )
  const total = Number(counted.rows[0]?.total ?? 0)
  if (offset >= total) return { items: [], total }
  const { rows } = await connection.query(
    `select ${columns} from ${from} where ${where} order by ${order}
     limit $${values.length + 1} offset $${values.length + 2}`,
    [...values, Math.min(count, longestPage), offset],
  )
  return { items: rows as Row[], total }
}

import type { Connection } from '../../platform/postgres/database.ts'

/**
 * The movements by which a purchase was paid and earned, the payment first: reversed in this order, what returns is
 * there to be taken. What a merge that was undone took along is a share of them, and follows from their reversal.
 */
export async function movementsOfPurchase(
  connection: Connection,
  workspaceId: number,
  purchaseNumber: string,
): Promise<readonly string[]> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'movements-of-purchase',
    text: `select number from points_movements
           where workspace_id = $1 and purchase_number = $2 and kind in ('payment', 'purchase') and share_of is null
           order by kind = 'purchase'`,
    values: [workspaceId, purchaseNumber],
  })
  return rows.map(({ number }) => number)
}

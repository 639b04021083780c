import type { Connection } from '../../platform/postgres/database.ts'
import { listConditions } from '../lists/list-conditions.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'
import { type Card, type CardRow, cardColumns, cardOf } from './card.ts'

/** All conditions hold. */
export interface CardFilter {
  /** Undefined: of everybody, and free ones. */
  readonly profileIds?: readonly string[] | undefined
  readonly numbers?: readonly string[] | undefined
  readonly cardNumbers?: readonly string[] | undefined
  /** The numbers are compared with the secondary one as well. */
  readonly alsoSecondary?: boolean | undefined
  readonly typeId?: string | undefined
  readonly isActive?: boolean | undefined
  /** Whether now lies within its dates. */
  readonly isValid?: boolean | undefined
}

export type CardOrder =
  | 'number'
  | 'profileNumber'
  | 'typeId'
  | 'cardNumber'
  | 'secondaryNumber'
  | 'validFrom'
  | 'validTo'
  | 'storeId'
  | 'isActive'
  | 'changedAt'

export async function listCards(
  connection: Connection,
  workspaceId: number,
  filter: CardFilter,
  now: Date,
  request: ListRequest<CardOrder>,
): Promise<ListPage<Card>> {
  const page = await readPage<CardRow, CardOrder>(
    connection,
    {
      columns: cardColumns,
      from: 'cards c',
      ...listConditions(
        'c.workspace_id = $1 and $2::timestamptz is not null',
        [workspaceId, now],
        [
          ['c.profile_id = any (?::uuid[])', filter.profileIds],
          ['c.number = any (?::bigint[])', filter.numbers],
          [
            filter.alsoSecondary
              ? '(c.card_number = any (?::text[]) or c.secondary_number = any (?::text[]))'
              : 'c.card_number = any (?::text[])',
            filter.cardNumbers,
          ],
          ['c.type_id = ?', filter.typeId],
          ['c.is_active = ?', filter.isActive],
          [
            `?::boolean = ((c.valid_from is null or c.valid_from <= $2) and (c.valid_to is null or c.valid_to >= $2))`,
            filter.isValid,
          ],
        ],
      ),
      orders: {
        number: 'c.number',
        profileNumber: 'profile_number',
        typeId: 'c.type_id',
        cardNumber: 'c.card_number',
        secondaryNumber: 'c.secondary_number',
        validFrom: 'c.valid_from',
        validTo: 'c.valid_to',
        storeId: 'c.store_id',
        isActive: 'c.is_active',
        changedAt: 'c.changed_at',
      },
      creation: 'c.created_at, c.number',
    },
    request,
  )
  return { items: page.items.map(cardOf), total: page.total }
}

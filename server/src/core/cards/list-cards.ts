import type { Connection } from '../../platform/postgres/database.ts'
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
      where: `c.workspace_id = $1
        and ($2::uuid[] is null or c.profile_id = any ($2))
        and ($3::bigint[] is null or c.number = any ($3))
        and ($4::text[] is null or c.card_number = any ($4) or ($5 and c.secondary_number = any ($4)))
        and ($6::text is null or c.type_id = $6)
        and ($7::boolean is null or c.is_active = $7)
        and ($8::boolean is null
          or $8 = ((c.valid_from is null or c.valid_from <= $9) and (c.valid_to is null or c.valid_to >= $9)))`,
      values: [
        workspaceId,
        filter.profileIds ?? null,
        filter.numbers ?? null,
        filter.cardNumbers ?? null,
        filter.alsoSecondary ?? false,
        filter.typeId ?? null,
        filter.isActive ?? null,
        filter.isValid ?? null,
        now,
      ],
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

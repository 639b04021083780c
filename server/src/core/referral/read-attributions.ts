import type { Connection } from '../../platform/postgres/database.ts'

/** By whom a profile was brought in a campaign, and by which events. */
export interface Attribution {
  readonly campaignId: string
  /** The advocate's number (S8); null where that profile is gone. */
  readonly advocateNumber: string | null
  readonly shareCodeNumber: string
  /** Null where the code is gone. */
  readonly code: string | null
  readonly label: string | null
  readonly shareNumber: string | null
  /** The event that the friend arrived by; null: a registration. */
  readonly eventNumber: string | null
  readonly attributedAt: Date
  readonly convertedAt: Date | null
  readonly conversionEventNumber: string | null
}

/**
 * The attributions of a friend, oldest first. `bindingId`: only those by which a device arrived under this binding.
 */
export async function readAttributions(
  connection: Connection,
  workspaceId: number,
  filter: { readonly friendId: string; readonly bindingId?: string | undefined },
): Promise<readonly Attribution[]> {
  const { rows } = await connection.query<Attribution>({
    name: 'read-attributions',
    text: `select a.campaign_id as "campaignId", p.number as "advocateNumber",
             a.share_code_number as "shareCodeNumber", s.code, s.label, a.share_number as "shareNumber",
             a.event_number as "eventNumber", a.attributed_at as "attributedAt", a.converted_at as "convertedAt",
             a.conversion_event_number as "conversionEventNumber"
           from attributions a
           left join profiles p on p.workspace_id = $1 and p.id = a.advocate_id
           left join share_codes s on s.workspace_id = $1 and s.number = a.share_code_number
           where a.workspace_id = $1 and a.friend_id = $2 and not a.is_aside and ($3::uuid is null or a.binding_id = $3)
           order by a.attributed_at, a.campaign_id`,
    values: [workspaceId, filter.friendId, filter.bindingId ?? null],
  })
  return rows
}

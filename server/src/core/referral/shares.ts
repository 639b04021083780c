import type { Connection } from '../../platform/postgres/database.ts'

/** One time that an advocate passed a code on. */
export interface Share {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly campaignId: string
  readonly shareCodeNumber: string
  readonly code: string
  readonly channel: string
  readonly recipient: string | null
  readonly subject: string | null
  readonly message: string | null
  readonly data: Readonly<Record<string, unknown>>
  readonly partnerShareId: string | null
  readonly sharedAt: Date
  /** The number (S8) of the profile that arrived through it, if any. */
  readonly friendNumber: string | null
}

export interface NewShare {
  readonly profileId: string
  readonly bindingId: string
  readonly campaignId: string
  readonly shareCodeNumber: string
  readonly channel: string
  readonly recipient?: string | undefined
  readonly subject?: string | undefined
  readonly message?: string | undefined
  readonly data?: Readonly<Record<string, unknown>>
  readonly partnerShareId?: string | undefined
}

/** @returns the share's number */
export async function insertShare(
  connection: Connection,
  workspaceId: number,
  share: NewShare,
): Promise<string> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'insert-share',
    text: `insert into shares (
             workspace_id, profile_id, binding_id, campaign_id, share_code_number, channel, recipient, subject,
             message, data, partner_share_id
           ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning number`,
    values: [
      workspaceId,
      share.profileId,
      share.bindingId,
      share.campaignId,
      share.shareCodeNumber,
      share.channel,
      share.recipient ?? null,
      share.subject ?? null,
      share.message ?? null,
      JSON.stringify(share.data ?? {}),
      share.partnerShareId ?? null,
    ],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new share')
  return row.number
}

/** All conditions hold. `bindingId`: only those that a device made under this binding. */
export interface ShareFilter {
  readonly profileId: string
  readonly bindingId?: string | undefined
  readonly number?: string | undefined
  readonly partnerShareId?: string | undefined
  /** A member of the share's data, and the text that it has. */
  readonly dataMember?: { readonly name: string; readonly value: string } | undefined
}

/** A profile's shares, oldest first. */
export async function readShares(
  connection: Connection,
  workspaceId: number,
  filter: ShareFilter,
): Promise<readonly Share[]> {
  const { rows } = await connection.query<Share>({
    name: 'read-shares',
    text: statement,
    values: [
      workspaceId,
      filter.profileId,
      filter.bindingId ?? null,
      filter.number ?? null,
      filter.partnerShareId ?? null,
      filter.dataMember?.name ?? null,
      filter.dataMember?.value ?? null,
    ],
  })
  return rows
}

const statement = `
select s.number, s.campaign_id as "campaignId", s.share_code_number as "shareCodeNumber", c.code, s.channel,
  s.recipient, s.subject, s.message, s.data, s.partner_share_id as "partnerShareId", s.shared_at as "sharedAt",
  (select p.number::text from attributions a join profiles p on p.workspace_id = $1 and p.id = a.friend_id
   where a.workspace_id = $1 and a.share_number = s.number
   order by a.attributed_at limit 1) as "friendNumber"
from shares s
join share_codes c on c.workspace_id = $1 and c.number = s.share_code_number
where s.workspace_id = $1 and s.profile_id = $2
  and ($3::uuid is null or s.binding_id = $3)
  and ($4::bigint is null or s.number = $4)
  and ($5::text is null or s.partner_share_id = $5)
  and ($6::text is null or s.data ->> $6 = $7)
order by s.shared_at, s.number`

/** How many mails a profile has had sent to others in the last 24 h (E117). */
export async function countMailedShares(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<number> {
  const { rows } = await connection.query<{ count: number }>({
    name: 'count-mailed-shares',
    text: `select count(*)::integer as count from shares
           where workspace_id = $1 and profile_id = $2 and mail_number is not null
             and shared_at > now() - interval '24 hours'`,
    values: [workspaceId, profileId],
  })
  return rows[0]?.count ?? 0
}

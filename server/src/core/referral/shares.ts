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
  readonly subject?: string | undefined
  readonly message?: string | undefined
  readonly data?: Readonly<Record<string, unknown>>
  readonly partnerShareId?: string | undefined
}

/** One share of several that are alike. */
export interface SharedWith {
  /** One of `newShareNumbers`. */
  readonly number: string
  readonly recipient: string
  readonly mailNumber: string
}

/** Keeps a share that sends nothing. */
export async function insertShare(
  connection: Connection,
  workspaceId: number,
  share: NewShare,
  recipient: string | undefined,
): Promise<void> {
  const [number] = await newShareNumbers(connection, 1)
  await insertRows(connection, workspaceId, share, [[number], [recipient ?? null], [null]])
}

/** Keeps shares by mail that differ in whom they go to. */
export async function insertMailedShares(
  connection: Connection,
  workspaceId: number,
  share: NewShare,
  made: readonly SharedWith[],
): Promise<void> {
  await insertRows(connection, workspaceId, share, [
    made.map(({ number }) => number),
    made.map(({ recipient }) => recipient),
    made.map(({ mailNumber }) => mailNumber),
  ])
}

/** Numbers for shares that are about to be made: their mails name them before they are there. */
export async function newShareNumbers(connection: Connection, count: number): Promise<readonly string[]> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'new-share-numbers',
    text: 'select random_number()::text as number from generate_series(1, $1)',
    values: [count],
  })
  return rows.map(({ number }) => number)
}

async function insertRows(
  connection: Connection,
  workspaceId: number,
  share: NewShare,
  columns: readonly (readonly (string | null | undefined)[])[],
): Promise<void> {
  await connection.query({
    name: 'insert-shares',
    text: `insert into shares (
             workspace_id, profile_id, binding_id, campaign_id, share_code_number, channel, subject, message, data,
             partner_share_id, number, recipient, mail_number
           )
           select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, number, recipient, mail_number
           from unnest($11::bigint[], $12::text[], $13::bigint[]) as s (number, recipient, mail_number)`,
    values: [
      workspaceId,
      share.profileId,
      share.bindingId,
      share.campaignId,
      share.shareCodeNumber,
      share.channel,
      share.subject ?? null,
      share.message ?? null,
      JSON.stringify(share.data ?? {}),
      share.partnerShareId ?? null,
      ...columns,
    ],
  })
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
   where a.workspace_id = $1 and a.share_number = s.number and not a.is_aside
   order by a.attributed_at limit 1) as "friendNumber"
from shares s
join share_codes c on c.workspace_id = $1 and c.number = s.share_code_number
where s.workspace_id = $1 and s.profile_id = $2
  and ($3::uuid is null or s.binding_id = $3)
  and ($4::bigint is null or s.number = $4)
  and ($5::text is null or s.partner_share_id = $5)
  and ($6::text is null or s.data ->> $6 = $7)
order by s.shared_at, s.number`

/**
 * How many mails a profile has had sent to others in the last 24 h (E117). Whoever counts for the same profile waits
 * until the caller's transaction ends, so that two never find room for one.
 */
export async function countMailedShares(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<number> {
  await connection.query({
    name: 'lock-mail-count',
    text: 'select from profiles where workspace_id = $1 and id = $2 for no key update',
    values: [workspaceId, profileId],
  })
  const { rows } = await connection.query<{ count: number }>({
    name: 'count-mailed-shares',
    text: `select count(*)::integer as count from shares
           where workspace_id = $1 and profile_id = $2 and mail_number is not null
             and shared_at > now() - interval '24 hours'`,
    values: [workspaceId, profileId],
  })
  return rows[0]?.count ?? 0
}

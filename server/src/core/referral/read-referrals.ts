import type { Connection } from '../../platform/postgres/database.ts'

/** Who brought whom. */
export interface Referral {
  /** The other side's number (S8): the friend's where the advocate asks, and the other way round. */
  readonly otherNumber: string
  readonly campaignId: string
  readonly shareCodeNumber: string
  readonly converted: boolean
  readonly updatedAt: Date
}

/**
 * The referrals in which a profile is the friend (who brought me), or the advocate (whom I brought: known friends
 * alone), oldest first (E90). `bindingId`: only those by which a device arrived under this binding.
 */
export async function readReferrals(
  connection: Connection,
  workspaceId: number,
  filter: {
    readonly side: 'friend' | 'advocate'
    readonly profileId: string
    readonly bindingId?: string | undefined
  },
): Promise<readonly Referral[]> {
  const { rows } = await connection.query<Referral>({
    name: `read-referrals-${filter.side}`,
    text: filter.side === 'friend' ? whoBroughtMe : whomIBrought,
    values: [workspaceId, filter.profileId, filter.bindingId ?? null],
  })
  return rows
}

const select = (other: string) => `
select p.number::text as "otherNumber", a.campaign_id as "campaignId", a.share_code_number as "shareCodeNumber", a.converted_at is not null as converted,
  greatest(a.attributed_at, a.converted_at) as "updatedAt"
from attributions a
join profiles p on p.workspace_id = $1 and p.id = ${other}
where a.workspace_id = $1 and not a.is_aside and a.friend_id <> a.advocate_id and ($3::uuid is null or a.binding_id = $3)`

const known = `
  and exists (
    select from identifiers i where i.workspace_id = $1 and i.profile_id = a.friend_id
      and i.kind not in ('anonymous_id', 'cookie_id')
  )`

const order = 'order by greatest(a.attributed_at, a.converted_at), a.friend_id'

const whoBroughtMe = `${select('a.advocate_id')} and a.friend_id = $2 ${order}`
const whomIBrought = `${select('a.friend_id')} and a.advocate_id = $2 ${known} ${order}`

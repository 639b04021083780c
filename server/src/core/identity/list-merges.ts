import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfileMerge } from './merge-profiles.ts'

/** One of the two profiles of a merge, by what it was called then (`from`) or is called now (`into`). */
export interface MergedProfile {
  readonly id: string
  /** Null: it was erased since. */
  readonly number: string | null
  readonly customerId: string | null
  readonly email: string | null
}

export interface ListedMerge {
  readonly id: string
  readonly from: MergedProfile
  /** The survivor of this merge; merged away itself since, where `intoIsGone`. */
  readonly into: MergedProfile
  readonly intoIsGone: boolean
  readonly cause: ProfileMerge['cause']
  readonly mergedAt: Date
  /** Null: it holds. */
  readonly undoneAt: Date | null
}

export interface MergeQuery {
  /** Only merges of these profiles, and of those merged into them; absent: of the whole workspace. */
  readonly profileIds?: readonly string[]
  /** Absent: both. */
  readonly cause?: ProfileMerge['cause']
  /** Merges that come after this one in the list. */
  readonly after?: string
  readonly limit: number
}

/** A workspace's merges (S19), newest first, undone ones too. */
export async function listMerges(
  connection: Connection,
  workspaceId: number,
  { profileIds, cause, after, limit }: MergeQuery,
): Promise<readonly ListedMerge[]> {
  const { rows } = await connection.query<MergeRow>({
    name: profileIds === undefined ? 'list-merges' : 'list-merges-of-profiles',
    text: profileIds === undefined ? ofWorkspace : ofProfiles,
    values: [workspaceId, cause ?? null, after ?? null, limit, ...(profileIds ? [profileIds] : [])],
  })
  return rows.map(listedMerge)
}

export interface MergeRow {
  readonly id: string
  readonly cause: ProfileMerge['cause']
  readonly merged_at: Date
  readonly undone_at: Date | null
  readonly from_id: string
  readonly from_number: string
  readonly from_customer_id: string | null
  readonly from_email: string | null
  readonly into_id: string
  readonly into_number: string | null
  readonly into_customer_id: string | null
  readonly into_email: string | null
  readonly into_is_gone: boolean
}

/** For statements that read merges as `m`, joined as `mergedTables` says. */
export const mergeColumns = `
  m.id::text as id, m.cause, m.merged_at, m.undone_at,
  m.from_id, m.profile ->> 'number' as from_number, m.profile ->> 'customer_id' as from_customer_id,
  m.profile ->> 'email' as from_email,
  m.into_id, coalesce(p.number, gone.number)::text as into_number, p.customer_id as into_customer_id,
  p.email as into_email, p.id is null as into_is_gone`

export const mergedTables = `
  left join profiles p on p.workspace_id = $1 and p.id = m.into_id
  left join merged_profiles gone on gone.workspace_id = $1 and gone.id = m.into_id`

export function listedMerge(row: MergeRow): ListedMerge {
  return {
    id: row.id,
    from: {
      id: row.from_id,
      number: row.from_number,
      customerId: row.from_customer_id,
      email: row.from_email,
    },
    into: {
      id: row.into_id,
      number: row.into_number,
      customerId: row.into_customer_id,
      email: row.into_email,
    },
    intoIsGone: row.into_is_gone,
    cause: row.cause,
    mergedAt: row.merged_at,
    undoneAt: row.undone_at,
  }
}

/** A page is cut before it is joined. An unknown `after` is an empty row, behind which nothing comes. */
const pageOf = (named: string, isNamed: string) => `
with ${named}
m as materialized (
  select * from profile_merges m
  where m.workspace_id = $1 and ${isNamed} and ($2::text is null or m.cause = $2)
    and ($3::bigint is null or (m.merged_at, m.id) < (
      select last.merged_at, last.id from profile_merges last where last.workspace_id = $1 and last.id = $3
    ))
  order by m.merged_at desc, m.id desc limit $4
)
select ${mergeColumns} from m ${mergedTables}
order by m.merged_at desc, m.id desc`

const ofWorkspace = pageOf('', 'true')

/** Found from both ends by index, which an "or" would not be. */
const ofProfiles = pageOf(
  `named as materialized (
  select id from unnest($5::uuid[]) as n (id)
  union
  select id from merged_profiles where workspace_id = $1 and survivor_id = any ($5)
),
theirs as materialized (
  select j.id from named join profile_merges j on j.workspace_id = $1 and j.into_id = named.id
  union
  select j.id from named join profile_merges j on j.workspace_id = $1 and j.from_id = named.id
),`,
  'm.id in (select id from theirs)',
)

import type { Connection } from '../../platform/postgres/database.ts'
import { codeCandidates, codeKey } from './share-code-rules.ts'

/** What an advocate shares beside the code. */
export interface ShareContent {
  readonly partner_content_id: string | null
  readonly title: string | null
  readonly image_url: string | null
  readonly description: string | null
  readonly url: string | null
}

/** One advocate's code in one referral campaign. */
export interface ShareCode {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly code: string
  readonly profileId: string
  /** The binding of the device that made it. */
  readonly bindingId: string | null
  readonly campaignId: string
  readonly label: string
  readonly key: string
  readonly content: ShareContent | null
  readonly data: Readonly<Record<string, string>>
  readonly targetUrl: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface NewShareCode {
  readonly profileId: string
  readonly bindingId: string | null
  readonly campaignId: string
  readonly label: string
  /** Names it among the profile's codes (E66). */
  readonly key: string
  readonly content?: ShareContent | null
  readonly data?: Readonly<Record<string, string>>
  readonly targetUrl?: string
}

/** `existing`: the profile has one under this key, and nothing was made. */
export interface MadeShareCode {
  readonly shareCode: ShareCode
  readonly existing: boolean
}

/**
 * Makes a profile's share code, or gives the one that it has under this key, also where two ask at once (E66). The
 * code is the first candidate that nobody in the workspace has (E67, E68).
 */
export async function makeShareCode(
  connection: Connection,
  workspaceId: number,
  wanted: NewShareCode,
  preferred: readonly string[] = [],
): Promise<MadeShareCode> {
  for (const code of codeCandidates(preferred)) {
    const made = await insertShareCode(connection, workspaceId, wanted, code)
    if (made !== 'code-taken') return made
  }
  throw new Error('there is always another candidate')
}

/** The same with one code, which somebody may have already; one's own counts too (E71). */
export async function insertShareCode(
  connection: Connection,
  workspaceId: number,
  wanted: NewShareCode,
  code: string,
): Promise<MadeShareCode | 'code-taken'> {
  const { rows } = await connection.query<ShareCodeRow>({
    name: 'insert-share-code',
    text: `insert into share_codes as s (
             workspace_id, code, code_key, profile_id, binding_id, campaign_id, label, key, content, data, target_url
           ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
           on conflict do nothing returning ${columns}`,
    values: [
      workspaceId,
      code,
      codeKey(code),
      wanted.profileId,
      wanted.bindingId,
      wanted.campaignId,
      wanted.label,
      wanted.key,
      wanted.content ? JSON.stringify(wanted.content) : null,
      JSON.stringify(wanted.data ?? {}),
      wanted.targetUrl ?? null,
    ],
  })
  const [row] = rows
  if (row) return { shareCode: shareCodeOf(row), existing: false }
  const { profileId, key } = wanted
  const [existing] = await readShareCodes(connection, workspaceId, { profileId, key })
  return existing ? { shareCode: existing, existing: true } : 'code-taken'
}

/** All conditions hold. */
export interface ShareCodeFilter {
  readonly profileId: string
  readonly key?: string
  readonly label?: string
  readonly campaignId?: string
}

/** A profile's share codes, oldest first. */
export async function readShareCodes(
  connection: Connection,
  workspaceId: number,
  filter: ShareCodeFilter,
): Promise<readonly ShareCode[]> {
  const { rows } = await connection.query<ShareCodeRow>({
    name: 'read-share-codes',
    text: `select ${columns} from share_codes s
           where s.workspace_id = $1 and s.profile_id = $2
             and ($3::text is null or s.key = $3) and ($4::text is null or s.label = $4)
             and ($5::text is null or s.campaign_id = $5)
           order by s.created_at, s.number`,
    values: [
      workspaceId,
      filter.profileId,
      filter.key ?? null,
      filter.label ?? null,
      filter.campaignId ?? null,
    ],
  })
  return rows.map(shareCodeOf)
}

/** The oldest code of each of these profiles in a campaign, in the order asked; undefined where there is none. */
export async function readOldestCodes(
  connection: Connection,
  workspaceId: number,
  asked: readonly { readonly profileId: string; readonly campaignId: string }[],
): Promise<readonly (string | undefined)[]> {
  const { rows } = await connection.query<{ code: string | null }>({
    name: 'read-oldest-codes',
    text: `select (
             select s.code from share_codes s
             where s.workspace_id = $1 and s.profile_id = asked.profile_id and s.campaign_id = asked.campaign_id
             order by s.created_at, s.number limit 1
           ) as code
           from unnest($2::uuid[], $3::text[]) with ordinality as asked (profile_id, campaign_id, n)
           order by asked.n`,
    values: [workspaceId, asked.map(({ profileId }) => profileId), asked.map(({ campaignId }) => campaignId)],
  })
  return rows.map(({ code }) => code ?? undefined)
}

/** Anybody's share code, without regard to case (E67). */
export async function findShareCode(
  connection: Connection,
  workspaceId: number,
  code: string,
): Promise<ShareCode | undefined> {
  const { rows } = await connection.query<ShareCodeRow>({
    name: 'find-share-code',
    text: `select ${columns} from share_codes s where s.workspace_id = $1 and s.code_key = $2`,
    values: [workspaceId, codeKey(code)],
  })
  return rows[0] && shareCodeOf(rows[0])
}

/** The same by its number. */
export async function findShareCodeByNumber(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<ShareCode | undefined> {
  const { rows } = await connection.query<ShareCodeRow>({
    name: 'find-share-code-by-number',
    text: `select ${columns} from share_codes s where s.workspace_id = $1 and s.number = $2`,
    values: [workspaceId, number],
  })
  return rows[0] && shareCodeOf(rows[0])
}

/** What is absent stays as it is. */
export interface ShareCodeChange {
  readonly label?: string
  readonly campaignId?: string
  readonly key?: string
  readonly content?: ShareContent
  readonly data?: Readonly<Record<string, string>>
}

/** Changes a share code; `key-taken` where its profile has another one under the new key (E66). */
export async function changeShareCode(
  connection: Connection,
  workspaceId: number,
  number: string,
  change: ShareCodeChange,
): Promise<ShareCode | 'key-taken'> {
  const { rows } = await connection.query<ShareCodeRow>({
    name: 'change-share-code',
    text: `update share_codes s set
             label = coalesce($3, s.label), campaign_id = coalesce($4, s.campaign_id), key = coalesce($5, s.key),
             content = coalesce($6::jsonb, s.content), data = coalesce($7::jsonb, s.data),
             updated_at = clock_timestamp()
           where s.workspace_id = $1 and s.number = $2 and not exists (
             select from share_codes o
             where o.workspace_id = $1 and o.profile_id = s.profile_id and o.key = $5 and o.number <> $2
           )
           returning ${columns}`,
    values: [
      workspaceId,
      number,
      change.label ?? null,
      change.campaignId ?? null,
      change.key ?? null,
      change.content ? JSON.stringify(change.content) : null,
      change.data ? JSON.stringify(change.data) : null,
    ],
  })
  return rows[0] ? shareCodeOf(rows[0]) : 'key-taken'
}

const columns = `s.number, s.code, s.profile_id, s.binding_id, s.campaign_id, s.label, s.key, s.content, s.data,
  s.target_url, s.created_at, s.updated_at`

interface ShareCodeRow {
  readonly number: string
  readonly code: string
  readonly profile_id: string
  readonly binding_id: string | null
  readonly campaign_id: string
  readonly label: string
  readonly key: string
  readonly content: ShareContent | null
  readonly data: Readonly<Record<string, string>>
  readonly target_url: string | null
  readonly created_at: Date
  readonly updated_at: Date
}

function shareCodeOf(row: ShareCodeRow): ShareCode {
  return {
    number: row.number,
    code: row.code,
    profileId: row.profile_id,
    bindingId: row.binding_id,
    campaignId: row.campaign_id,
    label: row.label,
    key: row.key,
    content: row.content,
    data: row.data,
    targetUrl: row.target_url,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

import { hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import { creationsReachedHours, isTokenShaped, type TokenStanding } from './customer-token.ts'

interface TokenRow {
  readonly hash: string
  readonly workspace_id: number
  readonly id: string
  readonly external_application_id: string | null
  readonly profile_id: string | null
  readonly number: string | null
  readonly created: readonly ProfileRef[]
}

/** What these tokens are, on the whole server, by token. Those that were never given out or are revoked are missing. */
export async function findTokens(
  connection: Connection,
  tokens: readonly string[],
): Promise<ReadonlyMap<string, TokenStanding>> {
  const tokenOfHash = new Map(
    tokens.filter(isTokenShaped).map((token) => [hashSecret(token).toString('hex'), token]),
  )
  if (tokenOfHash.size === 0) return new Map()
  const { rows } = await connection.query<TokenRow>({
    name: 'find-customer-tokens',
    text: `select encode(t.secret_hash, 'hex') as hash, t.workspace_id, t.id, t.external_application_id,
             t.profile_id, p.number::text as number,
             case when t.profile_id is not null then '[]' else coalesce((
               select jsonb_agg(jsonb_build_object('profileId', c.profile_id, 'number', m.number::text)
                                order by c.created_at)
               from token_creations c join profiles m on m.workspace_id = c.workspace_id and m.id = c.profile_id
               where c.workspace_id = t.workspace_id and c.token_id = t.id
                 and c.created_at > now() - make_interval(hours => ${creationsReachedHours})
             ), '[]') end as created
           from customer_tokens t
           left join profiles p on p.workspace_id = t.workspace_id and p.id = t.profile_id
           where t.secret_hash = any ($1::bytea[]) and t.revoked_at is null`,
    values: [[...tokenOfHash.keys()].map((hash) => Buffer.from(hash, 'hex'))],
  })
  return new Map(rows.map((row) => [tokenOfHash.get(row.hash) ?? '', standingOf(row)]))
}

function standingOf(row: TokenRow): TokenStanding {
  return {
    workspaceId: row.workspace_id,
    tokenId: row.id,
    externalApplicationId: row.external_application_id,
    loggedIn:
      row.profile_id !== null && row.number !== null
        ? { profileId: row.profile_id, number: row.number }
        : undefined,
    created: row.created,
  }
}

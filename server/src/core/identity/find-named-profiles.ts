import type { Connection } from '../../platform/postgres/database.ts'
import { emailKey } from '../profiles/email.ts'
import { phoneKey } from '../profiles/phone.ts'

/** A profile as an operator tells it from others. */
export interface NamedProfile {
  readonly id: string
  readonly number: string
  readonly customerId: string | null
  readonly email: string | null
}

/**
 * Whom an operator may mean: the profiles with this id or number (S8), the survivors of those merged away (S9), and
 * whoever holds it as an identifier of any kind. More than one where a text names different people.
 */
export async function findNamedProfiles(
  connection: Connection,
  workspaceId: number,
  text: string,
): Promise<readonly NamedProfile[]> {
  const { rows } = await connection.query<NamedProfile>({
    name: 'find-named-profiles',
    text: statement,
    values: [
      workspaceId,
      uuid.test(text) ? text : null,
      number.test(text) && BigInt(text) < 2n ** 63n ? text : null,
      [...new Set([text, emailKey(text), phoneKey(text) ?? text])],
    ],
  })
  return rows
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
const number = /^\d{16,19}$/

/** Kinds are few and have no table: each is found from the one before it by a step in the index. */
const statement = `
with recursive kinds (kind) as (
  (select kind from identifiers where workspace_id = $1 order by kind limit 1)
  union all
  select (select i.kind from identifiers i where i.workspace_id = $1 and i.kind > kinds.kind order by i.kind limit 1)
  from kinds where kinds.kind is not null
),
named as (
  select id from profiles where workspace_id = $1 and id = $2::uuid
  union
  select id from profiles where workspace_id = $1 and number = $3::bigint
  union
  select survivor_id from merged_profiles where workspace_id = $1 and id = $2::uuid
  union
  select survivor_id from merged_profiles where workspace_id = $1 and number = $3::bigint
  union
  select i.profile_id from kinds
  join identifiers i on i.workspace_id = $1 and i.kind = kinds.kind and i.value = any ($4::text[])
)
select p.id, p.number::text as number, p.customer_id as "customerId", p.email
from named join profiles p on p.workspace_id = $1 and p.id = named.id
order by p.number`

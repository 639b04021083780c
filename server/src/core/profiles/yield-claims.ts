import type { Connection } from '../../platform/postgres/database.ts'

/** An identifier that a profile merely claims, and that a write by proof brings for another one. */
export interface YieldedClaim {
  readonly kind: 'email' | 'customer_id'
  readonly value: string
  readonly scope: string
  readonly profile: string
}

/** Takes claims from the profiles that hold them, before the write that brought them by proof is applied (S15). */
export async function yieldClaims(
  connection: Connection,
  workspaceId: number,
  claims: readonly YieldedClaim[],
): Promise<void> {
  await connection.query({
    name: 'yield-claims',
    text: statement,
    values: [workspaceId, JSON.stringify(claims)],
  })
}

const statement = `
with yielded as (
  delete from identifiers i
  using jsonb_to_recordset($2) as c (kind text, value text, scope text, profile uuid)
  where i.workspace_id = $1 and i.kind = c.kind and i.value = c.value and i.scope = c.scope
    and i.profile_id = c.profile and i.level = 'claim'
  returning i.profile_id, i.kind, i.value
),
hidden as (
  update profiles p
  set customer_id = case when exists (
        select from yielded y where y.profile_id = p.id and y.kind = 'customer_id'
      ) then null else p.customer_id end,
      email = case when exists (
        select from yielded y where y.profile_id = p.id and y.kind = 'email'
      ) then null else p.email end,
      updated_at = now()
  where p.workspace_id = $1 and p.id in (select profile_id from yielded)
  returning p.id
)
insert into profile_changes (workspace_id, profile_ids, kinds)
select $1, array_agg(id), array_agg('updated'::text) from hidden having count(*) > 0`

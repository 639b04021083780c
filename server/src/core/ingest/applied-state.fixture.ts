import type { Connection } from '../../platform/postgres/database.ts'

/** Everything that applying operations leaves in the tables of one workspace. */
export interface AppliedState {
  readonly profiles: readonly {
    readonly id: string
    readonly customer: string | null
    readonly email: string | null
    readonly unit: string | null
    readonly attributes: Record<string, unknown>
  }[]
  readonly identifiers: readonly {
    readonly kind: string
    readonly value: string
    readonly scope: string
    readonly profile: string
  }[]
  readonly merged: readonly { readonly id: string; readonly survivor: string }[]
  readonly statuses: readonly {
    readonly profile: string
    readonly optedOut: readonly string[]
    readonly blacklisted: boolean
  }[]
  readonly events: readonly { readonly name: string; readonly profile: string | null }[]
}

const query = `select
  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'customer', customer_id, 'email', email,
     'unit', business_unit, 'attributes', attributes) order by customer_id, email, business_unit), '[]')
   from profiles where workspace_id = $1) as profiles,
  (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'value', value, 'scope', scope,
     'profile', profile_id) order by kind, value, scope), '[]')
   from identifiers where workspace_id = $1) as identifiers,
  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'survivor', survivor_id) order by id), '[]')
   from merged_profiles where workspace_id = $1) as merged,
  (select coalesce(jsonb_agg(jsonb_build_object('profile', profile_id, 'optedOut', opted_out_channels,
     'blacklisted', blacklisted) order by profile_id), '[]')
   from recipient_statuses where workspace_id = $1) as statuses,
  (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'profile', profile_id) order by name), '[]')
   from events where workspace_id = $1) as events`

export async function readAppliedState(connection: Connection, workspaceId: number): Promise<AppliedState> {
  const { rows } = await connection.query<AppliedState>(query, [workspaceId])
  const [state] = rows
  if (!state) throw new Error('the database gave no row')
  return state
}

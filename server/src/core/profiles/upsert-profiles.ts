import type { Connection } from '../../platform/postgres/database.ts'
import { bindsAnything, type FieldBindings } from '../standard-fields/field-bindings.ts'
import { upsertColumns, upsertSteps } from './upsert-steps.ts'

/** What became of an upsert that did not simply succeed, or whose result was asked for. */
export interface UpsertAnswer {
  /** Position in the set, from 1. */
  readonly n: number
  readonly decision:
    | 'create'
    | 'update'
    | 'email-taken'
    | 'profile-mismatch'
    | 'wait'
    | 'take-lead'
    | 'yield-email'
    | 'yield-customer'
  readonly at: string | null
  readonly email: string | null
  readonly unit: string | null
  readonly customer: string | null
  /** The profile id the operation came with. */
  readonly sent: string | null
  /** The profile created, updated, or in the way. */
  readonly profile: string | null
  /** `email-taken`: the customer id of the holder. */
  readonly holder: string | null
  /** `take-lead`: the lead that has the e-mail. */
  readonly lead: string | null
  /** `yield-…`: the identifier that is merely claimed, and by whom. */
  readonly claimedValue: string | null
  readonly claimedScope: string | null
  readonly claimer: string | null
}

/** Applies upserts given as text: see `upsertSteps`. */
const upsertProfiles = (bindings?: string) => `
with op as materialized (
  select * from rows from (jsonb_to_recordset($2::jsonb) as (${upsertColumns}))
    with ordinality as o (customer, email, email_key, unit, profile, set, clear, at, result, lead_taken, n)
),
${upsertSteps(bindings)}
select n::integer, decision, at, coalesce(email, old_email) as email, new_unit as unit, customer, profile as sent,
       id as profile, holder_customer as holder, coalesce(nullif(holder_id, target_id), unscoped_lead) as lead,
       case when known_yields then customer else claimed end as "claimedValue",
       case when known_yields then '' else scope end as "claimedScope",
       case when known_yields then profile_id else holder_id end as claimer
from plan
where result or decision not in ('create', 'update')
order by n`

const plain = upsertProfiles()
const binding = upsertProfiles('$5::jsonb')

/** `operations` is the text of a JSON array of `UpsertOperation`. */
export async function applyUpserts(
  connection: Connection,
  options: { workspaceId: number; operations: string; emailPerUnit: boolean; fieldBindings: FieldBindings },
): Promise<readonly UpsertAnswer[]> {
  const { workspaceId, operations, emailPerUnit, fieldBindings } = options
  const values = [workspaceId, operations, emailPerUnit, uuidTimePrefix()]
  const { rows } = await connection.query<UpsertAnswer>(
    bindsAnything(fieldBindings)
      ? { name: 'upsert-bound-profiles', text: binding, values: [...values, JSON.stringify(fieldBindings)] }
      : { name: 'upsert-profiles', text: plain, values },
  )
  return rows
}

/** The first 14 characters of UUIDs of version 7 made now. */
export function uuidTimePrefix(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-`
}

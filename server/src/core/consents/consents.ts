import type { Connection } from '../../platform/postgres/database.ts'

/** 0 withdrawn, 1 given, 2 not set (L49, L63). */
export const consentValues = [0, 1, 2] as const
export type ConsentValue = (typeof consentValues)[number]

/** What the customer agreed to; one that has no row is not set. */
export interface Consent {
  readonly consentId: string
  readonly value: ConsentValue
  readonly changedAt: Date
}

/** By which API a change came, and who spoke there. */
export interface ConsentSource {
  readonly api: string
  readonly actorKind: 'operator' | 'customer' | 'public'
  /** An operator's login, or the customer's own profile; null: nobody is known. */
  readonly actor: string | null
}

/**
 * Sets consents of a profile and keeps each change with its time and source (L63). A value that is there already is
 * no change.
 *
 * @returns whether anything changed
 */
export async function setConsents(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  wanted: readonly { readonly consentId: string; readonly value: ConsentValue }[],
  source: ConsentSource,
): Promise<boolean> {
  if (wanted.length === 0) return false
  // Of one consent that is named twice the later one counts.
  const values = new Map(wanted.map(({ consentId, value }) => [consentId, value]))
  const { rowCount } = await connection.query({
    name: 'set-consents',
    text: statement,
    values: [
      workspaceId,
      profileId,
      [...values.keys()],
      [...values.values()],
      source.api,
      source.actorKind,
      source.actor,
    ],
  })
  return Boolean(rowCount)
}

const statement = `
with changed as (
  insert into consents as c (workspace_id, profile_id, consent_id, value)
  select $1, $2, w.consent_id, w.value from unnest($3::text[], $4::smallint[]) as w (consent_id, value)
  where w.value <> 2 or exists (
    select from consents o where o.workspace_id = $1 and o.profile_id = $2 and o.consent_id = w.consent_id
  )
  order by w.consent_id
  on conflict (workspace_id, profile_id, consent_id) do update
    set value = excluded.value, changed_at = excluded.changed_at
    where c.value <> excluded.value
  returning consent_id, value, changed_at
),
kept as (
  insert into consent_changes (workspace_id, profile_id, consent_id, value, changed_at, api, actor_kind, actor)
  select $1, $2, consent_id, value, changed_at, $5, $6, $7 from changed
),
touched as (
  update profiles set updated_at = now() where workspace_id = $1 and id = $2 and exists (select from changed)
),
reported as (
  insert into profile_changes (workspace_id, profile_ids, kinds)
  select $1, array[$2]::uuid[], array['updated'] from changed limit 1
)
select consent_id from changed`

/** As `select` reads the consents of a profile that were ever set; `consentsIn` understands it. */
export function consentsOf(profileId: string): string {
  return `(select json_agg(json_build_array(consent_id, value, changed_at) order by consent_id)
    from consents where workspace_id = $1 and profile_id = ${profileId})`
}

/** What `consentsOf` read; null: none. */
export type ConsentsRead = readonly (readonly [string, ConsentValue, string])[] | null

export function consentsIn(read: ConsentsRead): readonly Consent[] {
  return (read ?? []).map(([consentId, value, changedAt]) => ({
    consentId,
    value,
    changedAt: new Date(changedAt),
  }))
}

export interface ConsentChange extends Consent, ConsentSource {}

/** Every change of a profile's consents, oldest first. */
export async function readConsentHistory(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<readonly ConsentChange[]> {
  const { rows } = await connection.query<ConsentChange>({
    name: 'read-consent-history',
    text: `select consent_id as "consentId", value, changed_at as "changedAt", api, actor_kind as "actorKind", actor
           from consent_changes where workspace_id = $1 and profile_id = $2 order by changed_at, consent_id`,
    values: [workspaceId, profileId],
  })
  return rows
}

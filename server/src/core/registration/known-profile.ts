import type { Connection } from '../../platform/postgres/database.ts'
import { type Consent, type ConsentsRead, consentsIn, consentsOf } from '../consents/consents.ts'
import { fieldColumns, type StandardFields } from '../standard-fields/standard-fields.ts'

/** A known profile with what is said of the person, and what the person agreed to. */
export interface KnownProfile extends StandardFields {
  readonly profileId: string
  readonly number: string
  /** Not one that is merely claimed beside better identifiers (S14). */
  readonly email: string | null
  readonly changedAt: Date
  /** Those that were ever set. */
  readonly consents: readonly Consent[]
}

/**
 * The known ones of these profiles, in the order of their ids. Each is looked up by itself ("limit 1"): a plan made for
 * some ids while the table is small would go through all profiles for them.
 */
export async function readKnownProfiles(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<readonly KnownProfile[]> {
  if (profileIds.length === 0) return []
  const { rows } = await connection.query<Omit<KnownProfile, 'consents'> & { consents: ConsentsRead }>({
    name: 'read-known-profiles',
    text: `select p.id as "profileId", p.number::text as number, trim(p.email) as email, p.updated_at as "changedAt",
             ${consentsOf('p.id')} as consents, ${fieldColumns}
           from unnest($2::uuid[]) with ordinality as asked (id, place)
           cross join lateral (
             select * from profiles where workspace_id = $1 and id = asked.id and known_at is not null limit 1
           ) p
           order by asked.place`,
    values: [workspaceId, profileIds],
  })
  return rows.map((row) => ({ ...row, consents: consentsIn(row.consents) }))
}

export async function readKnownProfile(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<KnownProfile | undefined> {
  const [profile] = await readKnownProfiles(connection, workspaceId, [profileId])
  return profile
}

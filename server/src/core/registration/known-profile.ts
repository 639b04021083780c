import type { Connection } from '../../platform/postgres/database.ts'
import { fieldColumns, type StandardFields } from '../standard-fields/standard-fields.ts'

/** A known profile with what is said of the person. */
export interface KnownProfile extends StandardFields {
  readonly profileId: string
  readonly number: string
  /** Not one that is merely claimed beside better identifiers (S14). */
  readonly email: string | null
  readonly changedAt: Date
}

/** As `select` reads a `KnownProfile` from `profiles p`. */
export const knownProfileColumns = `p.id as "profileId", p.number::text as number, trim(p.email) as email,
  p.updated_at as "changedAt", ${fieldColumns}`

export async function readKnownProfile(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<KnownProfile | undefined> {
  const { rows } = await connection.query<KnownProfile>({
    name: 'read-known-profile',
    text: `select ${knownProfileColumns} from profiles p
           where p.workspace_id = $1 and p.id = $2 and p.known_at is not null`,
    values: [workspaceId, profileId],
  })
  return rows[0]
}

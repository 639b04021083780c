import type { Connection } from '../../platform/postgres/database.ts'

/** A profile by both of its ids (S8). */
export interface ProfileRef {
  readonly profileId: string
  readonly number: string
}

const greatest = 2n ** 63n - 1n

/**
 * The known profiles (S7) that these numbers name, by number; the number of a profile that was merged away names the
 * survivor (S9). Texts that are no such number name nobody.
 */
export async function findKnownProfiles(
  connection: Connection,
  workspaceId: number,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, ProfileRef>> {
  const readable = numbers.filter((number) => /^[1-9]\d{0,18}$/.test(number) && BigInt(number) <= greatest)
  if (readable.length === 0) return new Map()
  const { rows } = await connection.query<ProfileRef & { asked: string }>({
    name: 'find-known-profiles',
    text: `with named as (
             select number as asked, id from profiles where workspace_id = $1 and number = any ($2::bigint[])
             union all
             select number, survivor_id from merged_profiles
             where workspace_id = $1 and number = any ($2::bigint[])
           )
           select named.asked::text as asked, p.id as "profileId", p.number::text as number
           from named join profiles p on p.workspace_id = $1 and p.id = named.id
           where p.known_at is not null`,
    values: [workspaceId, readable],
  })
  return new Map(rows.map(({ asked, profileId, number }) => [asked, { profileId, number }]))
}

/** The one of them that a number names. */
export async function findKnownProfile(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<ProfileRef | undefined> {
  return (await findKnownProfiles(connection, workspaceId, [number])).get(number)
}

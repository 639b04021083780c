import type { Connection, Database } from '../../platform/postgres/database.ts'
import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

/** Who began what is asked about later. */
export interface PollingOwner {
  readonly profileId: string
  readonly bindingId: string
}

const keptHours = 24

/**
 * Keeps what became of calls, or how to find that out, for 24 h (E114, E115).
 *
 * @returns a number for each result, in the order given
 */
export async function startPollings(
  connection: Connection,
  workspaceId: number,
  owner: PollingOwner,
  { kind, results }: { readonly kind: string; readonly results: readonly unknown[] },
): Promise<readonly string[]> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'start-pollings',
    text: `with given as materialized (
             select n, random_number() as number, result from unnest($5::jsonb[]) with ordinality as r (result, n)
           ),
           started as (
             insert into pollings (workspace_id, number, kind, profile_id, binding_id, result)
             select $1, number, $2, $3, $4, result from given
           )
           select number::text as number from given order by n`,
    values: [
      workspaceId,
      kind,
      owner.profileId,
      owner.bindingId,
      results.map((result) => JSON.stringify(result)),
    ],
  })
  return rows.map(({ number }) => number)
}

/** The same with one. */
export async function startPolling(
  connection: Connection,
  workspaceId: number,
  owner: PollingOwner,
  { kind, result }: { readonly kind: string; readonly result: unknown },
): Promise<string> {
  const [number] = await startPollings(connection, workspaceId, owner, { kind, results: [result] })
  if (number === undefined) throw new Error('the database gave no row for a new polling')
  return number
}

/**
 * What was kept; undefined for a polling that is unknown, outdated, of another kind or of somebody else (E115). With
 * `ownOnly`, those of other devices of the profile are somebody else's.
 */
export async function findPolling(
  connection: Connection,
  workspaceId: number,
  asker: PollingOwner & { readonly ownOnly: boolean },
  polling: { readonly kind: string; readonly number: string },
): Promise<unknown> {
  const { rows } = await connection.query<{ result: unknown }>({
    name: 'find-polling',
    text: `select result from pollings
           where workspace_id = $1 and number = $2 and kind = $3 and profile_id = $4
             and (binding_id = $5 or not $6) and created_at > now() - make_interval(hours => ${keptHours})`,
    values: [workspaceId, polling.number, polling.kind, asker.profileId, asker.bindingId, asker.ownOnly],
  })
  return rows[0]?.result
}

export async function dropOldPollings(database: Database): Promise<void> {
  await database.asOwner((connection) =>
    connection.query(`delete from pollings where created_at < now() - make_interval(hours => ${keptHours})`),
  )
}

/** Pollings follow their profile. */
export const pollingParts: readonly ProfilePart[] = [rowsOfProfile('pollings', { key: ['number'] })]

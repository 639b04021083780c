import type { Connection } from '../../platform/postgres/database.ts'

/** One profile's rows become another's. */
export interface ProfileMove {
  readonly from: string
  readonly into: string
}

/** Who were one, and are two again. */
export interface Parting extends ProfileMove {
  /** When they became one; as text, with microseconds. */
  readonly mergedAt: string
}

export interface ErasedIdentifier {
  readonly kind: string
  readonly value: string
}

/**
 * What another noun keeps of a profile. Merging and erasing go through a list of these, so that profiles and identity
 * say nothing of events, grants and share codes. All of it runs in the caller's transaction.
 */
export interface ProfilePart {
  /** Its name in the journal of merges: it must never change. */
  readonly name: string
  /**
   * Moves all rows of each `from` to its `into`.
   *
   * @returns by `from`: what moved, as JSON that `moveBack` understands; nothing where nothing moved
   */
  move(
    connection: Connection,
    workspaceId: number,
    moves: readonly ProfileMove[],
  ): Promise<ReadonlyMap<string, unknown>>
  /** Undoes a move exactly: what came from `from` goes back there, what `into` had or got since stays. */
  moveBack(connection: Connection, workspaceId: number, move: ProfileMove, moved: unknown): Promise<void>
  /**
   * Deletes the rows of profiles that end (S20), and of those that were merged into them: their ids are among
   * `profileIds`. `identifiers` named them until now, or once; values in compare form.
   */
  erase(
    connection: Connection,
    workspaceId: number,
    profileIds: readonly string[],
    identifiers: readonly ErasedIdentifier[],
  ): Promise<void>
  /**
   * A merge was undone, and all that came from `from` is its own again. What came about since is `into`'s; but whoever
   * came in meanwhile by what is `from`'s must not stay with `into` (S16).
   */
  parted?(connection: Connection, workspaceId: number, parting: Parting): Promise<void>
  /** By what profiles that end were named once, beside what names them now. */
  formerIdentifiers?(
    connection: Connection,
    workspaceId: number,
    profileIds: readonly string[],
  ): Promise<readonly ErasedIdentifier[]>
  /**
   * Profiles whose standing changed: they were taken over, got a `customer_id`, or absorbed another one. `by` are the
   * identifiers, as kind:value, by which that happened (S16).
   */
  standingChanged?(
    connection: Connection,
    workspaceId: number,
    changes: readonly { readonly profileId: string; readonly by: readonly string[] }[],
  ): Promise<void>
}

/**
 * The part for a table whose rows name their profile in one column, and where a profile may have any number of rows.
 * `key` are the columns that name a row within its workspace.
 */
export function rowsOfProfile(
  table: string,
  options: { readonly key: readonly string[]; readonly column?: string; readonly keptOnErasure?: true },
): ProfilePart {
  const { key, column = 'profile_id' } = options
  // As text: a number of 19 digits would lose its last ones as a JSON number.
  const keyObject = key.map((name) => `'${name}', t.${name}::text`).join(', ')
  const sameKey = key.map((name) => `t.${name} = k.${name}`).join(' and ')
  const name = column === 'profile_id' ? table : `${table}.${column}`
  return {
    name,
    async move(connection, workspaceId, moves) {
      const { rows } = await connection.query<{ from_id: string; moved: unknown }>({
        name: `move-${name}`,
        text: `with move as (select * from unnest($2::uuid[], $3::uuid[]) as m (from_id, into_id)),
               moved as (
                 update ${table} t set ${column} = move.into_id from move
                 where t.workspace_id = $1 and t.${column} = move.from_id
                 returning move.from_id, jsonb_build_object(${keyObject}) as key
               )
               select from_id, jsonb_agg(key) as moved from moved group by from_id`,
        values: [workspaceId, moves.map(({ from }) => from), moves.map(({ into }) => into)],
      })
      return new Map(rows.map((row) => [row.from_id, row.moved]))
    },
    async moveBack(connection, workspaceId, { from, into }, moved) {
      await connection.query({
        name: `move-back-${name}`,
        text: `update ${table} t set ${column} = $2
               from jsonb_populate_recordset(null::${table}, $4) k
               where t.workspace_id = $1 and t.${column} = $3 and ${sameKey}`,
        values: [workspaceId, from, into, JSON.stringify(moved)],
      })
    },
    async erase(connection, workspaceId, profileIds) {
      if (options.keptOnErasure) return
      await connection.query({
        name: `erase-${name}`,
        text: `delete from ${table} where workspace_id = $1 and ${column} = any ($2)`,
        values: [workspaceId, profileIds],
      })
    },
  }
}

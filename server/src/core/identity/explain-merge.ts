import type { Connection } from '../../platform/postgres/database.ts'
import type { Level } from './identifiers.ts'
import { type ListedMerge, listedMerge, type MergeRow, mergeColumns, mergedTables } from './list-merges.ts'

/** What a merge did, by the journal that it kept. */
export interface ExplainedMerge extends ListedMerge {
  /** What became the survivor's, by part of a profile. */
  readonly moved: readonly { readonly part: string; readonly count: number }[]
  readonly identifiers: readonly MergedIdentifier[]
  /** Names of the survivor's attributes that had no value and got one. */
  readonly filledAttributes: readonly string[]
  /** Whether opt-outs, or the blacklist mark, came along. */
  readonly movedRecipientStatus: boolean
  /** How many profiles had been merged into the one merged away. */
  readonly olderMerges: number
}

export interface MergedIdentifier {
  readonly kind: string
  readonly value: string
  readonly level: Level
  /** False: the survivor has one of its own, and this one became free. */
  readonly moved: boolean
}

/** Explains a merge; undefined where the workspace has none of this id. */
export async function explainMerge(
  connection: Connection,
  workspaceId: number,
  mergeId: string,
): Promise<ExplainedMerge | undefined> {
  const { rows } = await connection.query<MergeRow & JournalRow>({
    name: 'explain-merge',
    text: `select ${mergeColumns}, m.moved, array(select jsonb_object_keys(m.filled) order by 1) as filled
           from profile_merges m ${mergedTables}
           where m.workspace_id = $1 and m.id = $2`,
    values: [workspaceId, mergeId],
  })
  const [row] = rows
  if (!row) return undefined
  const { identifiers, recipient_status, survivor_status: _before, older_merges, ...parts } = row.moved
  return {
    ...listedMerge(row),
    moved: Object.entries(parts)
      .map(([part, journal]) => ({ part, count: countOf(journal) }))
      .filter(({ count }) => count > 0),
    identifiers: identifiers.map(({ kind, value, level, moves }) => ({ kind, value, level, moved: moves })),
    filledAttributes: row.filled,
    movedRecipientStatus: recipient_status !== null,
    olderMerges: older_merges.length,
  }
}

interface JournalRow {
  readonly moved: {
    readonly identifiers: readonly {
      readonly kind: string
      readonly value: string
      readonly level: Level
      readonly moves: boolean
    }[]
    readonly recipient_status: unknown
    readonly survivor_status: unknown
    readonly older_merges: readonly string[]
    readonly [part: string]: unknown
  }
  readonly filled: readonly string[]
}

/** Parts write down the rows that moved as a list, or in a list called `moved` or an object called `filled`. */
function countOf(journal: unknown): number {
  if (Array.isArray(journal)) return journal.length
  if (typeof journal !== 'object' || journal === null) return 0
  if ('moved' in journal) return countOf(journal.moved)
  return 'filled' in journal ? Object.keys(journal.filled ?? {}).length : 0
}

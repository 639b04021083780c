import { InvalidArgumentError } from 'commander'
import { causesOfMerges, describeMerge, describeMergedProfile } from '../core/identity/describe-merge.ts'
import type { ExplainedMerge } from '../core/identity/explain-merge.ts'
import { findNamedProfiles, type NamedProfile } from '../core/identity/find-named-profiles.ts'
import type { ListedMerge } from '../core/identity/list-merges.ts'
import { retried } from '../core/identity/retried.ts'
import type { Connection, Database } from '../platform/postgres/database.ts'

/** Options that all commands of merges have. */
export interface MergesOptions {
  readonly workspace: string
  readonly json: boolean
}

/** A merge's id as it is typed; anything else is no merge's. */
export function mergeId(text: string): string {
  if (/^\d{16,19}$/.test(text) && BigInt(text) < 2n ** 63n) return text
  throw new InvalidArgumentError('It must be the number of a merge, as "tessera merges list" shows it.')
}

/** Throws where nobody is called so. */
export async function profilesNamed(
  connection: Connection,
  workspaceId: number,
  text: string,
): Promise<readonly NamedProfile[]> {
  const found = await findNamedProfiles(connection, workspaceId, text)
  if (found.length === 0) throw new Error(`nobody in the workspace is called "${text}"`)
  return found
}

/** Throws where the text names nobody, or more than one. */
export async function profileNamed(
  connection: Connection,
  workspaceId: number,
  text: string,
): Promise<NamedProfile> {
  const found = await profilesNamed(connection, workspaceId, text)
  const [profile] = found
  if (profile && found.length === 1) return profile
  const numbers = found.map(describeMergedProfile).join('; ')
  throw new Error(`"${text}" names ${found.length} profiles: ${numbers}. Say which by its number`)
}

/**
 * Runs the work as one transaction, again where another writer crossed it. With `dryRun` it is rolled back in the
 * end: what the work gave is what would have happened.
 */
export async function inTransaction<T>(
  database: Database,
  workspaceId: number,
  options: { readonly dryRun: boolean },
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  return await retried(async () => {
    let done: { readonly result: T } | undefined
    const undone = new Error('a dry run')
    try {
      return await database.transaction(workspaceId, async (connection) => {
        const result = await work(connection)
        if (!options.dryRun) return result
        done = { result }
        throw undone
      })
    } catch (error) {
      if (error === undone && done) return done.result
      throw error
    }
  })
}

/** Lines for a person: which two, why, and what moved. */
export function printMerge(merge: ExplainedMerge, title = `merge ${merge.id}: ${stateOf(merge)}`): void {
  const lines = [
    title,
    `  from  ${describeMergedProfile(merge.from)}`,
    `  into  ${describeMergedProfile(merge.into)}${merge.intoIsGone ? ' (gone since)' : ''}`,
    `  why   ${causesOfMerges[merge.cause]}`,
    '  moved',
  ]
  const moved = describeMerge(merge)
  lines.push(...(moved.length > 0 ? moved : ['nothing']).map((line) => `    ${line}`))
  process.stdout.write(`${lines.join('\n')}\n`)
}

export function stateOf({ mergedAt, undoneAt }: ListedMerge): string {
  const made = `made ${mergedAt.toISOString()}`
  return undoneAt ? `${made}, undone ${undoneAt.toISOString()}` : made
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

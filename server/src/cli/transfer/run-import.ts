import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { type IngestOptions, openIngest } from '../../core/ingest/ingest.ts'
import { cutBatches } from '../../core/transfer/import/cut-batches.ts'
import { checkBatches, importBatches, type SettledBatch } from '../../core/transfer/import/import-batches.ts'
import { createRowReader } from '../../core/transfer/import/read-row.ts'
import { startOfSource } from '../../core/transfer/source/source-row.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import { standardStream } from './file-format.ts'
import { type ImportJournal, type ImportProgress, openJournal } from './import-journal.ts'
import { openSource, type SourceOptions } from './open-source.ts'
import { openRejectsFile } from './rejects-file.ts'

export interface ImportOptions extends SourceOptions {
  readonly workspace: Workspace
  readonly platform: Omit<IngestOptions, 'applies'>
  /** Default: `rejectsPathOf`. */
  readonly rejects?: string
  readonly dryRun: boolean
  /** Begin anew, whatever an earlier run left. */
  readonly restart: boolean
  /** Stops the import; it can be taken up again. */
  readonly signal: AbortSignal
  /** The names are understood, and the first row is about to be read. */
  onBegin(from: ImportProgress): void
  onProgress(reached: ImportProgress): void
}

/** Writing the journal more often costs more than looking at the rows since then again. */
const journalEveryMs = 500

/** A dry run lists its rejects elsewhere: those of an interrupted import are still to be continued. */
export function rejectsPathOf(path: string, options: { rejects?: string; dryRun: boolean }): string {
  const name = path === standardStream ? 'stdin' : path
  return options.rejects ?? `${name}${options.dryRun ? '.dry-run' : ''}.rejects.csv`
}

/**
 * Imports a file of customers and gives what all runs of the import have done together. An earlier run that was
 * interrupted is continued: nothing is left out, nothing counted or rejected twice. Throws what a person is told,
 * with the number of rows that are safely in.
 */
export async function runImport(path: string, options: ImportOptions): Promise<ImportProgress> {
  const { workspace, signal } = options
  const rejectsPath = resolve(rejectsPathOf(path, options))
  if (rejectsPath === resolve(path)) throw new Error('the rejects need a file of their own')
  const source = await openSource(path, options, workspace.attributes, signal)
  const isKept = path !== standardStream && !options.dryRun
  const { format, delimiter, clearEmpty, restart } = options
  const fields = [...source.fields].map(([name, field]) => [name, field ?? null])
  const choices = { workspace: workspace.id, format, delimiter, clearEmpty, fields, rejectsPath }
  const journal = isKept ? await openJournal(path, { choices, restart }) : unkeptJournal()
  let reached = journal.begin
  options.onBegin(reached)

  const reader = createRowReader(workspace, source.fields)
  const from = reached.rowCount > 0 ? reached.place : undefined
  const batches = cutBatches(await source.rows(from), reader, from ?? startOfSource)
  await using rejects = await openRejectsFile(rejectsPath, reached.rejectsBytes)
  let keptAtMs = 0

  async function keep(): Promise<void> {
    await rejects.flush()
    await journal.write(reached)
    keptAtMs = performance.now()
  }

  async function onSettled(batch: SettledBatch): Promise<void> {
    reached = advance(reached, batch, await rejects.add(batch.rejects))
    options.onProgress(reached)
    if (performance.now() - keptAtMs > journalEveryMs) await keep()
  }

  // The import has its name before the first batch goes out under it.
  await keep()
  try {
    if (options.dryRun) await checkBatches(batches, { reader, signal, onSettled })
    else {
      await using ingest = await openIngest({ ...options.platform, applies: true })
      const { importId } = reached
      await importBatches(batches, { ingest, workspace, importId, reader, signal, onSettled })
    }
  } catch (error) {
    await keep()
    throw stopped(error, reached, { isKept, isWanted: signal.aborted })
  }
  await rejects.flush()
  await journal.remove()
  return reached
}

function advance(before: ImportProgress, batch: SettledBatch, rejectsBytes: number): ImportProgress {
  return {
    importId: before.importId,
    place: batch.end,
    rowCount: before.rowCount + batch.rowCount,
    rejectedCount: before.rejectedCount + batch.rejectedCount,
    rejectsBytes,
  }
}

function stopped(
  error: unknown,
  { rowCount }: ImportProgress,
  { isKept, isWanted }: { isKept: boolean; isWanted: boolean },
): Error {
  const next = isKept ? '; the same command goes on there' : ''
  const why = isWanted ? '' : `: ${error instanceof Error ? error.message : error}`
  return new Error(`the import stopped after row ${rowCount}${next}${why}`, { cause: error })
}

/** For what is not taken up again: a dry run, and standard input, whose rows are gone once they are read. */
function unkeptJournal(): ImportJournal {
  const nothing = { place: startOfSource, rowCount: 0, rejectedCount: 0, rejectsBytes: 0 }
  return {
    begin: { importId: randomUUID(), ...nothing },
    write: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  }
}

import { createHash, randomUUID } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { type Place, startOfSource } from '../../core/transfer/source/source-row.ts'

/** How far the import of a file is: what an interrupted one needs to go on without doubling anything. */
export interface ImportProgress {
  /** Batches are accepted once under this name, also those sent after the journal was last written. */
  readonly importId: string
  /** Everything before this place is durable and applied. */
  readonly place: Place
  readonly rowCount: number
  readonly rejectedCount: number
  /** What the rejects file holds for the rows before the place. */
  readonly rejectsBytes: number
}

interface JournalText extends ImportProgress {
  readonly version: 1
  readonly file: FileMark
  readonly choices: string
}

/** What tells a file from another, or from what it was before somebody changed it. */
interface FileMark {
  readonly sizeBytes: number
  readonly modifiedMs: number
  readonly headHash: string
}

export interface ImportJournal {
  /** Where to begin: the start, or where an earlier run stopped. */
  readonly begin: ImportProgress
  /** The next run begins here, whatever happens to this one. */
  write(progress: ImportProgress): Promise<void>
  /** The import is complete. */
  remove(): Promise<void>
}

const headBytes = 64 * 1024

export function journalPath(path: string): string {
  return `${path}.tessera-import`
}

/**
 * Opens the journal beside a file. Throws where an earlier import of the file stopped, and the file or the choices
 * are others now: its place would mean nothing.
 *
 * @param choices everything that decides what the rows mean; only whether it is the same matters
 * @param restart begin anew, whatever an earlier run left
 */
export async function openJournal(
  path: string,
  options: { readonly choices: unknown; readonly restart: boolean },
): Promise<ImportJournal> {
  const place = journalPath(path)
  const file = await markOf(path)
  const choices = createHash('sha256').update(JSON.stringify(options.choices)).digest('hex')
  const earlier = options.restart ? undefined : await readJournal(place)
  if (earlier) refuseChanges(earlier, file, choices, path)

  async function write(progress: ImportProgress): Promise<void> {
    const text: JournalText = { version: 1, file, choices, ...progress }
    await using handle = await open(`${place}.next`, 'w')
    await handle.writeFile(`${JSON.stringify(text, undefined, 2)}\n`)
    await handle.datasync()
    await rename(`${place}.next`, place)
  }

  const begin: ImportProgress = earlier ?? {
    importId: randomUUID(),
    place: startOfSource,
    rowCount: 0,
    rejectedCount: 0,
    rejectsBytes: 0,
  }
  return { begin, write, remove: () => rm(place, { force: true }) }
}

async function readJournal(place: string): Promise<JournalText | undefined> {
  const text = await readFile(place, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    const journal = JSON.parse(text) as JournalText
    if (journal.version === 1) return journal
  } catch {}
  throw new Error(`${place} cannot be read; --restart begins anew`)
}

function refuseChanges(earlier: JournalText, file: FileMark, choices: string, path: string): void {
  const stopped = `an import of ${path} stopped after ${earlier.rowCount} rows, and`
  if (JSON.stringify(earlier.file) !== JSON.stringify(file)) {
    throw new Error(`${stopped} the file was changed since; --restart begins anew`)
  }
  if (earlier.choices !== choices) {
    throw new Error(
      `${stopped} it had other options, or another workspace; repeat those, or begin anew with --restart`,
    )
  }
}

async function markOf(path: string): Promise<FileMark> {
  await using handle = await open(path)
  const { size, mtimeMs } = await handle.stat()
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
  const headHash = createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex')
  return { sizeBytes: size, modifiedMs: mtimeMs, headHash }
}

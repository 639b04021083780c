import { type FileHandle, open, rm } from 'node:fs/promises'
import { stringify } from 'csv-stringify/sync'
import type { Reject } from '../../core/transfer/import/reject.ts'

/** The rows that did not go in, as CSV for a person. */
export interface RejectsFile extends AsyncDisposable {
  /** Appends; gives the size of the file then. */
  add(rejects: readonly Reject[]): Promise<number>
  /** Resolves when what was added survives a crash. */
  flush(): Promise<void>
}

/**
 * Opens a rejects file that is there only when there is something in it.
 *
 * @param keptBytes what of an earlier run's file stays; rows after it are read again
 */
export async function openRejectsFile(path: string, keptBytes: number): Promise<RejectsFile> {
  let size = keptBytes
  let handle: FileHandle | undefined
  if (keptBytes === 0) await rm(path, { force: true })
  else handle = await reopen(path, keptBytes)
  return {
    async add(rejects) {
      if (rejects.length === 0) return size
      handle ??= await open(path, 'w')
      const text = `${size === 0 ? 'row,field,reason,value\n' : ''}${textOf(rejects)}`
      const { bytesWritten } = await handle.write(text, size)
      size += bytesWritten
      return size
    },
    async flush() {
      await handle?.datasync()
    },
    async [Symbol.asyncDispose]() {
      await handle?.close()
    },
  }
}

async function reopen(path: string, keptBytes: number): Promise<FileHandle> {
  const handle = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (!handle || (await handle.stat()).size < keptBytes) {
    await handle?.close()
    throw new Error(`the rejects of the interrupted import are no longer in ${path}; --restart begins anew`)
  }
  await handle.truncate(keptBytes)
  return handle
}

/** People open it in spreadsheets, and the values come from anybody: none may be taken for a formula. */
function textOf(rejects: readonly Reject[]): string {
  return stringify(
    rejects.map(({ line, field, reason, value }) => [line, field, reason, value]),
    { escape_formulas: true },
  )
}

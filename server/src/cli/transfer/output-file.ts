import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { standardStream } from './file-format.ts'

export interface Output extends AsyncDisposable {
  /** Waits while the reader, or the disk, is slower than we are. */
  write(text: string): Promise<void>
  /** All is written: the file gets its name. */
  complete(): Promise<void>
}

/**
 * Opens a file, or standard output, for a long text. The file is `PATH.partial` until it is complete, so that
 * half a file never passes for a whole one; what is disposed of before is removed.
 */
export function openOutput(path: string): Output {
  return path === standardStream ? standardOutput() : outputFile(path)
}

function standardOutput(): Output {
  return {
    async write(text) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain')
    },
    complete: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

function outputFile(path: string): Output {
  const partial = `${path}.partial`
  const stream = createWriteStream(partial, { flush: true, highWaterMark: 1024 * 1024 })
  const closed = finished(stream)
  // Whoever writes or completes hears of the failure; nobody else has to.
  closed.catch(() => {})
  return {
    async write(text) {
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), closed])
    },
    async complete() {
      stream.end()
      await closed
      await rename(partial, path)
    },
    async [Symbol.asyncDispose]() {
      if (stream.closed && !stream.errored) return
      stream.destroy()
      await closed.catch(() => {})
      await rm(partial, { force: true })
    },
  }
}

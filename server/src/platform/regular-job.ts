import type { Logger } from './log.ts'

export interface RegularJob {
  /** For the log. */
  readonly name: string
  readonly everyMs: number
  /** Does what there is to do; long work looks at `isStopped` between its batches. */
  work(isStopped: () => boolean): Promise<void>
}

/** Works at once and then regularly, never twice at a time, until it is disposed; a failure waits for the next time. */
export function openRegularJob({ name, everyMs, work }: RegularJob, logger: Logger): AsyncDisposable {
  let stopped = false
  let working: Promise<void> | undefined

  function wake(): void {
    if (stopped || working) return
    working = work(() => stopped)
      .catch((error: unknown) => logger.warn({ err: error, job: name }, 'a regular job failed'))
      .then(() => {
        working = undefined
      })
  }

  const timer = setInterval(wake, everyMs)
  wake()
  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      clearInterval(timer)
      await working
    },
  }
}

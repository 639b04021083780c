import cliProgress from 'cli-progress'

interface ProgressState {
  readonly rows: number
  readonly rejected?: number
  /** How much of `total` is done, in its unit. */
  readonly done: number
}

export interface Progress extends Disposable {
  update(state: ProgressState): void
}

const lineEveryMs = 5000

/**
 * Shows on standard error how far a long command is: a bar on a terminal, a line every few seconds elsewhere.
 *
 * @param total bytes or rows there are to do; undefined where nobody knows
 */
export function showProgress(total: number | undefined): Progress {
  return process.stderr.isTTY ? showBar(total) : showLines(total)
}

function showBar(total: number | undefined): Progress {
  const scale = total === undefined ? '' : '{bar} {percentage} % | '
  const bar = new cliProgress.SingleBar({
    format: `${scale}{rows} rows | {rate} rows/s{rejected}`,
    stream: process.stderr,
    hideCursor: true,
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  })
  const start = performance.now()
  bar.start(total ?? 0, 0, { rows: 0, rate: 0, rejected: '' })
  return {
    update(state) {
      const rejected = rejectedIn(state)
      bar.update(state.done, { rows: count(state.rows), rate: rateSince(start, state.rows), rejected })
    },
    [Symbol.dispose]: () => bar.stop(),
  }
}

function showLines(total: number | undefined): Progress {
  const start = performance.now()
  let firstRows: number | undefined
  let latest: ProgressState | undefined
  const timer = setInterval(() => {
    if (!latest) return
    const share = total ? ` (${Math.floor((latest.done / total) * 100)} %)` : ''
    const rate = rateSince(start, latest.rows - (firstRows ?? 0))
    process.stderr.write(`${count(latest.rows)} rows${share}, ${rate} rows/s${rejectedIn(latest)}\n`)
  }, lineEveryMs)
  return {
    update(state) {
      firstRows ??= state.rows
      latest = state
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

function rateSince(start: number, rows: number): string {
  return count(Math.round(rows / Math.max((performance.now() - start) / 1000, 0.001)))
}

function rejectedIn({ rejected }: ProgressState): string {
  return rejected ? ` | ${count(rejected)} rejected` : ''
}

/** Numbers as people read them: 1,234,567. */
export function count(number: number): string {
  return number.toLocaleString('en')
}

import { stat } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { workspaceNamed } from './keys.ts'
import { openPlatform } from './open-platform.ts'
import { type FileFormat, formatOf, readFormat, standardStream } from './transfer/file-format.ts'
import type { ImportProgress } from './transfer/import-journal.ts'
import { count, type Progress, showProgress } from './transfer/progress.ts'
import { rejectsPathOf, runImport } from './transfer/run-import.ts'
import { stopSignal } from './transfer/stop-signal.ts'

const someRejected = 2

const help = `
A file has one customer a row: a CSV with a header, or NDJSON (a JSON object a
line), in UTF-8. What it may hold: id, email, businessUnit, profileId, and the
workspace's attributes by their names.

  A row with an id creates or updates that user; of two rows with one id the
  later one wins.
  A row without id, but with an email, creates or updates a lead.
  A profileId is compared, not set: a row whose user has another one is
  rejected. Importing into another workspace beside customers who are there
  already, leave it out with --ignore profileId.

Cells of a CSV are read by the attribute's type: whole numbers; numbers with a
decimal point; true, false, yes, no, 1, 0; dates and times as in the APIs
(2026-05-31, 2026-05-31T18:30:00Z); arrays and objects as JSON, arrays of texts,
numbers and the like also as a|b|c. An empty cell leaves the value as it is.
NDJSON values are taken as they are, and null clears.

Rows that do not fit are written to FILE.rejects.csv with line, field, reason
and value; all others go in. After an interruption of any kind the same command
goes on where it stopped; its place is kept in FILE.tessera-import.

Exit status: 0 all rows went in, 2 some were rejected, 1 the import failed or
was stopped.

Examples:
  tessera import customers.csv --workspace acme --dry-run
  tessera import customers.csv --workspace acme --map "E-mail=email" \\
    --map "First name=firstName" --ignore Notes
  zcat customers.ndjson.gz | tessera import - --format ndjson --workspace acme
`

interface ImportCommandOptions {
  readonly workspace: string
  readonly format?: FileFormat
  readonly delimiter: string
  readonly map?: ReadonlyMap<string, string>
  readonly ignore?: ReadonlySet<string>
  readonly clearEmpty: boolean
  readonly rejects?: string
  readonly dryRun: boolean
  readonly restart: boolean
}

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('create and update customers from a CSV or NDJSON file of any size')
    .argument(
      '<file>',
      'the file; - reads standard input, which cannot be taken up again after an interruption',
    )
    .requiredOption('--workspace <slug>', 'the name of the workspace')
    .option('--format <format>', 'csv or ndjson; without it the file name says', readFormat)
    .option('--delimiter <character>', 'between the cells of a CSV; "tab" is one', readDelimiter, ',')
    .option('--map <column=field>', 'a column and the field it stands for; may be repeated', addMapping)
    .option('--ignore <column>', 'a column to pass over; may be repeated', addIgnored)
    .option('--clear-empty', 'an empty cell clears the value, in place of leaving it as it is', false)
    .option('--rejects <file>', 'where rejected rows are listed (default: FILE.rejects.csv)')
    .option('--dry-run', 'look at every row and list the rejects, but import nothing', false)
    .option('--restart', 'begin anew, even if an earlier import of the file was interrupted', false)
    .addHelpText('after', help)
    .action(importFile)
}

async function importFile(path: string, options: ImportCommandOptions): Promise<void> {
  const totalBytes = path === standardStream ? undefined : await sizeOf(path)
  const format = formatOf(path, options.format)
  const signal = stopSignal()
  await using platform = await openPlatform({ logLevel: 'warn' })
  const workspace = workspaceNamed(platform, options.workspace)
  const start = performance.now()
  let begin: ImportProgress | undefined
  let progress: Progress | undefined
  using stack = new DisposableStack()
  const reached = await runImport(path, {
    ...options,
    map: options.map ?? new Map(),
    ignore: options.ignore ?? new Set(),
    format,
    workspace,
    platform,
    signal,
    onBegin(from) {
      begin = from
      if (from.rowCount > 0) say(`Going on after row ${count(from.rowCount)}; --restart begins anew.`)
      progress = stack.use(showProgress(totalBytes))
    },
    onProgress({ rowCount, rejectedCount, place }) {
      progress?.update({ rows: rowCount, rejected: rejectedCount, done: place.bytes })
    },
  })
  stack.dispose()
  say(summary(reached, reached.rowCount - (begin?.rowCount ?? 0), performance.now() - start, options.dryRun))
  if (reached.rejectedCount === 0) return
  say(`What was rejected, and why, stands in ${rejectsPathOf(path, options)}.`)
  process.exitCode = someRejected
}

function summary(
  { rowCount, rejectedCount }: ImportProgress,
  rowsOfThisRun: number,
  durationMs: number,
  dryRun: boolean,
): string {
  const seconds = durationMs / 1000
  const rate = Math.round(rowsOfThisRun / Math.max(seconds, 0.001))
  const went = dryRun ? 'would go in' : 'went in'
  const rejected = rejectedCount === 0 ? '' : `, ${count(rejectedCount)} were rejected`
  const time = `${seconds.toFixed(1)} s, ${count(rate)} rows/s`
  return `${count(rowCount - rejectedCount)} of ${count(rowCount)} rows ${went}${rejected} (${time}).`
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) return found.size
  throw new Error(found ? `${path} is no file` : `there is no file ${path}`)
}

function readDelimiter(text: string): string {
  if (text === 'tab' || text === '\\t') return '\t'
  if (text.length === 1 && !/["\r\n]/.test(text)) return text
  throw new InvalidArgumentError('It must be one character, or "tab".')
}

function addMapping(text: string, mappings = new Map<string, string>()): Map<string, string> {
  const equals = text.lastIndexOf('=')
  if (equals < 1 || equals === text.length - 1) {
    throw new InvalidArgumentError('It must be COLUMN=FIELD, such as "E-mail=email".')
  }
  return mappings.set(text.slice(0, equals), text.slice(equals + 1))
}

function addIgnored(column: string, ignored = new Set<string>()): Set<string> {
  return ignored.add(column)
}

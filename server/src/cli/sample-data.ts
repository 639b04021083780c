import { type Command, InvalidArgumentError } from 'commander'
import { type FileFormat, formatOf, readFormat } from './transfer/file-format.ts'
import { openOutput } from './transfer/output-file.ts'
import { count, showProgress } from './transfer/progress.ts'

const help = `
The customers are Czech, German, Austrian and English, and have the attributes
of examples/demo.workspace.yaml and examples/acme.workspace.yaml. The same seed
gives the same file, byte by byte, and a shorter file is the beginning of a
longer one.

Example:
  tessera sample-data customers.csv --rows 100000
  tessera import customers.csv --workspace demo
`
const rowsAtOnce = 1000

interface SampleOptions {
  readonly rows: number
  readonly seed: number
  readonly format?: FileFormat
}

export function addSampleDataCommand(program: Command): void {
  program
    .command('sample-data')
    .description('write a file of made-up customers, to try things with')
    .argument('<file>', 'the file; - writes to standard output')
    .requiredOption('--rows <number>', 'how many customers', readNumber)
    .option('--seed <number>', 'another seed gives other customers', readNumber, 1)
    .option('--format <format>', 'csv or ndjson; without it the file name says', readFormat)
    .addHelpText('after', help)
    .action(writeSampleData)
}

async function writeSampleData(path: string, { rows, seed, format }: SampleOptions): Promise<void> {
  // Faker's names are megabytes that no other command should have to load.
  const [{ namePools }, { makeCustomer }, { formatCustomers, headerOf }] = await Promise.all([
    import('./sample-data/name-pools.ts'),
    import('./sample-data/make-customer.ts'),
    import('./sample-data/format-customers.ts'),
  ])
  const kind = formatOf(path, format)
  const pools = namePools()
  await using output = openOutput(path)
  using progress = showProgress(rows)
  await output.write(headerOf(kind))
  for (let row = 1; row <= rows; row += rowsAtOnce) {
    const customers = Array.from({ length: Math.min(rowsAtOnce, rows - row + 1) }, (_, index) =>
      makeCustomer(pools, seed, row + index),
    )
    await output.write(formatCustomers(customers, kind))
    const done = row + customers.length - 1
    progress.update({ rows: done, done })
  }
  await output.complete()
  process.stderr.write(`${count(rows)} customers were written.\n`)
}

function readNumber(text: string): number {
  const number = Number(text.replaceAll('_', ''))
  if (text !== '' && Number.isSafeInteger(number) && number >= 0) return number
  throw new InvalidArgumentError('It must be a whole number.')
}

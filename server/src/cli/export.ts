import type { Command } from 'commander'
import { readAllProfiles } from '../core/profiles/export/read-all-profiles.ts'
import { csvFormat, ndjsonFormat } from '../core/transfer/export/format-profiles.ts'
import { workspaceNamed } from './keys.ts'
import { openPlatform } from './open-platform.ts'
import { type FileFormat, formatOf, readFormat, standardStream } from './transfer/file-format.ts'
import { openOutput } from './transfer/output-file.ts'
import { count, showProgress } from './transfer/progress.ts'
import { stopSignal } from './transfer/stop-signal.ts'

const help = `
Writes all users and then all leads as they are at this moment, in the form that
"tessera import" reads: id, profileId, email, businessUnit, and the attributes
in the order of the workspace. The file is FILE.partial until it is complete.
Where an attribute is called profileId, the profile's own is tessera:profileId.

CSV cannot tell an empty text from no value; NDJSON can. Texts are written as
they are. Customers type texts, and a spreadsheet takes one that begins with =,
+, - or @ for a formula: to open the file in a spreadsheet write it with
--for-spreadsheet, which puts an apostrophe before such cells. Such a file is
not for importing.

Examples:
  tessera export customers.csv --workspace acme
  tessera export - --format ndjson --workspace acme | gzip > customers.ndjson.gz
`

interface ExportOptions {
  readonly workspace: string
  readonly format?: FileFormat
  readonly forSpreadsheet: boolean
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('write all customers of a workspace to a CSV or NDJSON file')
    .argument('[file]', 'the file; - writes to standard output', standardStream)
    .requiredOption('--workspace <slug>', 'the name of the workspace')
    .option('--format <format>', 'csv or ndjson; without it the file name says', readFormat)
    .option('--for-spreadsheet', 'CSV that is safe to open in a spreadsheet, but not to be imported', false)
    .addHelpText('after', help)
    .action(exportFile)
}

async function exportFile(path: string, options: ExportOptions): Promise<void> {
  const kind = formatOf(path, options.format)
  const signal = stopSignal()
  await using platform = await openPlatform({ logLevel: 'warn' })
  const workspace = workspaceNamed(platform, options.workspace)
  const attributes = workspace.attributeDefinitions.map(({ name }) => name)
  const format = kind === 'csv' ? csvFormat(attributes, options) : ndjsonFormat(attributes)

  const start = performance.now()
  let rows = 0
  {
    await using output = openOutput(path)
    using progress = path === standardStream ? undefined : showProgress(undefined)
    await output.write(format.header)
    await readAllProfiles(platform.database, workspace.id, async (page) => {
      if (signal.aborted) throw new Error(`the export was stopped after ${count(rows)} rows`)
      await output.write(format.format(page))
      rows += page.length
      progress?.update({ rows, done: rows })
    })
    await output.complete()
  }
  const seconds = (performance.now() - start) / 1000
  process.stderr.write(`${count(rows)} customers were written (${seconds.toFixed(1)} s).\n`)
}

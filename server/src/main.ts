import { Command } from 'commander'
import { addApplyCommand } from './cli/apply.ts'
import { addExportCommand } from './cli/export.ts'
import { addImportCommand } from './cli/import.ts'
import { addKeysCommand } from './cli/keys.ts'
import { addLedgerCommand } from './cli/ledger.ts'
import { addMergesCommand } from './cli/merges.ts'
import { addMigrateCommand } from './cli/migrate.ts'
import { addSampleDataCommand } from './cli/sample-data.ts'
import { addServeCommand } from './cli/serve.ts'
import { RefusedFiles } from './cli/workspace-files.ts'

const program = new Command('tessera')
  .description('Tessera, the self-hosted customer engagement platform')
  .showHelpAfterError()
addServeCommand(program)
addApplyCommand(program)
addKeysCommand(program)
addMergesCommand(program)
addImportCommand(program)
addExportCommand(program)
addSampleDataCommand(program)
addLedgerCommand(program)
addMigrateCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  // What a person can mend is said in a sentence; a stack trace is for what only we can.
  const isExpected = error instanceof RefusedFiles
  process.stderr.write(isExpected ? `${error.message}\n` : `tessera: ${describe(error)}\n`)
  process.exitCode = 1
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return process.env.TESSERA_LOG_LEVEL === 'debug' ? String(error.stack) : error.message
}

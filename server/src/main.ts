import { readFileSync } from 'node:fs'
import { Command, Help, type Option } from 'commander'
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
import { suggestion } from './core/workspaces/file/nearest-name.ts'

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)
const program = new Command('tessera')
  .description('Tessera, the self-hosted customer engagement platform')
  .version(version, '-V, --version', 'print the version')
  .configureHelp({ optionDescription })
  .showHelpAfterError('Add --help to read how it is used.')
  .addHelpText('after', '\n"tessera COMMAND --help" tells more of each. Without a command: serve.')
addServeCommand(program)
addApplyCommand(program)
addKeysCommand(program)
addMergesCommand(program)
addImportCommand(program)
addExportCommand(program)
addSampleDataCommand(program)
addLedgerCommand(program)
addMigrateCommand(program)

refuseUnknownCommand()
try {
  await program.parseAsync()
} catch (error) {
  // What a person can mend is said in a sentence; a stack trace is for what only we can.
  const isExpected = error instanceof RefusedFiles
  process.stderr.write(isExpected ? `${error.message}\n` : `tessera: ${describe(error)}\n`)
  process.exitCode = 1
}

/** As a default command takes whatever is no command for an argument of its own. */
function refuseUnknownCommand(): void {
  const name = process.argv[2]
  const known = [...program.commands.map((command) => command.name()), 'help']
  if (name === undefined || name.startsWith('-') || known.includes(name)) return
  program.error(`error: there is no command "${name}"${suggestion(name, known)}`)
}

/** A switch that is off unless it is given need not say so. */
function optionDescription(option: Option): string {
  return option.defaultValue === false ? option.description : new Help().optionDescription(option)
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return process.env.TESSERA_LOG_LEVEL === 'debug' ? String(error.stack) : error.message
}

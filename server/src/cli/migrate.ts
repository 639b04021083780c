import type { Command } from 'commander'
import { openPlatform } from './open-platform.ts'

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description(
      'bring the database to the newest schema (every command that opens the database does so as well)',
    )
    .action(async () => {
      await using _platform = await openPlatform({ logLevel: 'warn' })
      process.stdout.write('The database has the newest schema.\n')
    })
}

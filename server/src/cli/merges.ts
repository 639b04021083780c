import type { Command } from 'commander'
import { addMergeCommand } from './merges-merge.ts'
import { addListCommand, addShowCommand } from './merges-read.ts'
import { addUndoCommand } from './merges-undo.ts'

const help = `
A profile is named by its id or number, or by an identifier it has: customer id,
e-mail, phone, card.

Examples:
  tessera merges list --workspace acme --profile ann@example.com
  tessera merges show 4711471147114711 --workspace acme
  tessera merges merge old@example.com 1234 --workspace acme --dry-run
  tessera merges undo 4711471147114711 --workspace acme
`

export function addMergesCommand(program: Command): void {
  const merges = program
    .command('merges')
    .description('list, explain, make and undo merges of profiles')
    .addHelpText('after', help)
  addListCommand(merges)
  addShowCommand(merges)
  addUndoCommand(merges)
  addMergeCommand(merges)
}

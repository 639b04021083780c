import type { Command } from 'commander'
import type { AppliedFile } from '../core/workspaces/apply-workspace-files.ts'
import { openPlatform } from './open-platform.ts'
import { applyFiles, followFiles, tellSecret } from './workspace-files.ts'

const help = `
All files are applied, or none: a file with a fault is refused, with the line
and the reason. Keys and passwords that a file leaves out are generated and
printed once. What customers did stays. The server may be running.

examples/demo.workspace.yaml is a file to begin with; what there is to set
stands in docs/guides/workspace-file.md.

Examples:
  tessera apply shop.workspace.yaml --dry-run
  tessera apply shop.workspace.yaml
`

export function addApplyCommand(program: Command): void {
  program
    .command('apply')
    .description('create or update workspaces from files; applying a file again changes nothing')
    .argument('<files...>', 'workspace files, YAML or JSON')
    .option('--dry-run', 'print what would change, and change nothing', false)
    .addHelpText('after', help)
    .action(apply)
}

async function apply(paths: readonly string[], options: { readonly dryRun: boolean }): Promise<void> {
  await using platform = await openPlatform({ logLevel: 'warn' })
  const applied = await applyFiles(platform.database, paths, options)
  if (!options.dryRun) await followFiles(platform)
  for (const file of applied) process.stdout.write(describe(file, options.dryRun))
}

function describe({ workspace, created, changes, generatedKeys }: AppliedFile, dryRun: boolean): string {
  if (changes.length === 0) return `${workspace}: no changes\n`
  const verb = created ? 'created' : 'updated'
  const lines = [
    `${workspace}: ${dryRun ? `would be ${verb}` : verb}`,
    ...changes.map((change) => `  ${change}`),
  ]
  if (!dryRun) lines.push(...generatedKeys.map((one) => `  ${tellSecret(one)}`))
  return `${lines.join('\n')}\n`
}

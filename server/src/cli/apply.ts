import type { Command } from 'commander'
import type { AppliedFile } from '../core/workspaces/apply-workspace-files.ts'
import { openPlatform } from './open-platform.ts'
import { applyFiles } from './workspace-files.ts'

export function addApplyCommand(program: Command): void {
  program
    .command('apply')
    .description('create or update workspaces from files; applying a file again changes nothing')
    .argument('<files...>', 'workspace files, YAML or JSON')
    .option('--dry-run', 'print what would change, and change nothing', false)
    .action(apply)
}

async function apply(paths: readonly string[], options: { readonly dryRun: boolean }): Promise<void> {
  await using platform = await openPlatform({ logLevel: 'warn' })
  const applied = await applyFiles(platform.database, paths, options)
  for (const file of applied) process.stdout.write(describe(file, options.dryRun))
}

function describe({ workspace, created, changes, generatedKeys }: AppliedFile, dryRun: boolean): string {
  if (changes.length === 0) return `${workspace}: no changes\n`
  const verb = created ? 'created' : 'updated'
  const lines = [
    `${workspace}: ${dryRun ? `would be ${verb}` : verb}`,
    ...changes.map((change) => `  ${change}`),
  ]
  if (!dryRun) {
    for (const { name, kind, secret } of generatedKeys) {
      lines.push(`  ${kind} key "${name}" is ${secret} (shown once)`)
    }
  }
  return `${lines.join('\n')}\n`
}

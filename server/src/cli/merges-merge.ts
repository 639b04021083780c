import type { Command } from 'commander'
import { explainMerge } from '../core/identity/explain-merge.ts'
import { type MergeRefusal, mergeByOperator } from '../core/identity/merge-by-operator.ts'
import { workspaceNamed } from './keys.ts'
import { inTransaction, type MergesOptions, printJson, printMerge, profileNamed } from './merges-shared.ts'
import { openPlatform } from './open-platform.ts'

const refusals = {
  same: 'both names are of one profile',
  gone: 'one of the profiles was erased or merged away a moment ago',
} satisfies Record<MergeRefusal, string>

const help = `
All that is the first one's becomes the second one's, and the first one's ids
name the second one from then on. Values that the second one has stay; gaps are
filled. Both have to prove themselves again where they are logged in.

Without --yes it only says what would happen.
`

interface MergeOptions extends MergesOptions {
  readonly dryRun: boolean
  readonly yes: boolean
}

export function addMergeCommand(merges: Command): void {
  merges
    .command('merge')
    .description('make two profiles one, because they are one person')
    .argument('<from>', 'the profile that ends')
    .argument('<into>', 'the profile that stays')
    .requiredOption('--workspace <slug>', 'the name of the workspace')
    .option('--dry-run', 'say what would happen, and change nothing', false)
    .option('--yes', 'merge them', false)
    .option('--json', 'print JSON', false)
    .addHelpText('after', help)
    .action(merge)
}

async function merge(from: string, into: string, options: MergeOptions): Promise<void> {
  await using platform = await openPlatform({ logLevel: 'warn' })
  const workspace = workspaceNamed(platform, options.workspace)
  const { id } = workspace
  const dryRun = options.dryRun || !options.yes
  const explained = await inTransaction(platform.database, id, { dryRun }, async (connection) => {
    const pair = {
      from: (await profileNamed(connection, id, from)).id,
      into: (await profileNamed(connection, id, into)).id,
    }
    const result = await mergeByOperator(connection, workspace, pair, platform.profileParts)
    if (result.refusal) throw new Error(refusals[result.refusal])
    return await explainMerge(connection, id, result.merge)
  })
  if (options.json) printJson({ dryRun, merge: explained })
  else if (explained) printMerge(explained, dryRun ? 'a merge that would be made' : undefined)
  if (!dryRun) {
    if (!options.json) process.stdout.write('The profiles are merged.\n')
    return
  }
  if (options.dryRun) {
    if (!options.json) process.stdout.write('Nothing was changed.\n')
    return
  }
  throw new Error('nothing was changed; this is what would happen. Say --yes to merge them')
}

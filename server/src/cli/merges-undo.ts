import type { Command } from 'commander'
import { explainMerge } from '../core/identity/explain-merge.ts'
import { type UnmergeRefusal, unmergeProfiles } from '../core/identity/unmerge-profiles.ts'
import { workspaceNamed } from './keys.ts'
import { inTransaction, type MergesOptions, mergeId, printJson, printMerge } from './merges-shared.ts'
import { openPlatform } from './open-platform.ts'

const refusals = {
  unknown: 'only a merge that an operator made can be undone, and there is none with this number',
  undone: 'the merge is undone already',
  'survivor-gone': 'the survivor was merged into somebody else, or erased; undo that later merge first',
  'identifier-taken': 'an identifier that the merge set free is somebody else’s now; take it from them first',
} satisfies Record<UnmergeRefusal, string>

interface UndoOptions extends MergesOptions {
  readonly dryRun: boolean
}

export function addUndoCommand(merges: Command): void {
  merges
    .command('undo')
    .description('undo a merge of an operator: what came along and is still there goes back')
    .argument('<merge>', 'the number of the merge', mergeId)
    .requiredOption('--workspace <slug>', 'the name of the workspace')
    .option('--dry-run', 'say whether it can be undone, and change nothing', false)
    .option('--json', 'print JSON', false)
    .action(undo)
}

async function undo(merge: string, { workspace: slug, dryRun, json }: UndoOptions): Promise<void> {
  await using platform = await openPlatform({ logLevel: 'warn' })
  const workspace = workspaceNamed(platform, slug)
  const { id } = workspace
  const explained = await inTransaction(platform.database, id, { dryRun }, async (connection) => {
    const before = await explainMerge(connection, id, merge)
    const result = await unmergeProfiles(connection, workspace, merge, platform.profileParts)
    if ('refusal' in result) throw new Error(refusals[result.refusal])
    return dryRun ? before : await explainMerge(connection, id, merge)
  })
  if (json) return printJson({ dryRun, merge: explained })
  if (explained) printMerge(explained)
  process.stdout.write(dryRun ? 'It can be undone. Nothing was changed.\n' : 'The merge is undone.\n')
}

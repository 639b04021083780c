import { type Command, InvalidArgumentError } from 'commander'
import { describeMergedProfile } from '../core/identity/describe-merge.ts'
import { explainMerge } from '../core/identity/explain-merge.ts'
import { listMerges } from '../core/identity/list-merges.ts'
import { workspaceNamed } from './keys.ts'
import {
  type MergesOptions,
  mergeId,
  printJson,
  printMerge,
  profilesNamed,
  stateOf,
} from './merges-shared.ts'
import { openPlatform } from './open-platform.ts'

const causes = ['identified', 'operator'] as const
const defaultLimit = 50
const highestLimit = 1000

interface ListOptions extends MergesOptions {
  readonly profile?: string
  readonly cause?: (typeof causes)[number]
  readonly limit: number
  readonly after?: string
}

export function addListCommand(merges: Command): void {
  merges
    .command('list')
    .description('list merges, newest first, undone ones too')
    .requiredOption('--workspace <slug>', 'the name of the workspace')
    .option('--profile <name>', 'only merges of this profile: an id, a number, or an identifier')
    .option('--cause <cause>', `only those: ${causes.join(' or ')}`, causeOf)
    .option('--limit <count>', `how many, at most ${highestLimit}`, limitOf, defaultLimit)
    .option('--after <merge>', 'go on behind this merge', mergeId)
    .option('--json', 'print JSON', false)
    .action(list)
}

export function addShowCommand(merges: Command): void {
  merges
    .command('show')
    .description('tell what a merge moved, and why it was made')
    .argument('<merge>', 'the number of the merge', mergeId)
    .requiredOption('--workspace <slug>', 'the name of the workspace')
    .option('--json', 'print JSON', false)
    .action(show)
}

async function list({ workspace, profile, cause, limit, after, json }: ListOptions): Promise<void> {
  await using platform = await openPlatform({ logLevel: 'warn' })
  const { id } = workspaceNamed(platform, workspace)
  const listed = await platform.database.inWorkspace(id, async (connection) => {
    const named = profile === undefined ? undefined : await profilesNamed(connection, id, profile)
    return await listMerges(connection, id, {
      limit,
      ...(cause && { cause }),
      ...(after !== undefined && { after }),
      ...(named && { profileIds: named.map((one) => one.id) }),
    })
  })
  if (json) return printJson(listed)
  if (listed.length === 0) process.stdout.write('no merges\n')
  for (const merge of listed) {
    const who = `${describeMergedProfile(merge.from)} → ${describeMergedProfile(merge.into)}`
    process.stdout.write(`${merge.id}\t${merge.cause}\t${stateOf(merge)}\t${who}\n`)
  }
  const last = listed.length === limit ? listed.at(-1) : undefined
  if (last) process.stderr.write(`There may be more: --after ${last.id}\n`)
}

async function show(merge: string, { workspace, json }: MergesOptions): Promise<void> {
  await using platform = await openPlatform({ logLevel: 'warn' })
  const { id } = workspaceNamed(platform, workspace)
  const explained = await platform.database.inWorkspace(id, (connection) =>
    explainMerge(connection, id, merge),
  )
  if (!explained) throw new Error(`the workspace has no merge ${merge}`)
  if (json) printJson(explained)
  else printMerge(explained)
}

function causeOf(text: string): (typeof causes)[number] {
  const cause = causes.find((known) => known === text)
  if (cause) return cause
  throw new InvalidArgumentError(`It must be ${causes.join(' or ')}.`)
}

function limitOf(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= highestLimit) return limit
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${highestLimit}.`)
}

import { type Command, InvalidArgumentError } from 'commander'
import type { Workspace } from '../core/workspaces/workspace.ts'
import { createKey, type KeyRefusal, listKeys, revokeKey } from '../core/workspaces/workspace-keys.ts'
import { openPlatform, type Platform } from './open-platform.ts'

const kinds = ['master', 'write', 'exchange-account', 'manage'] as const

const refusals = {
  'name-taken': 'a key of this name is in use; revoke it first, or choose another name',
  'secret-taken': 'the secret is in use already on this server',
} satisfies Record<KeyRefusal, string>

const help = `
Kinds:
  master             secret; back ends and tills, in every API
  write              publishable, for apps and web pages
  exchange-account   secret; partner systems
  manage             secret; for the settings of a workspace

Only master keys are asked for by the APIs that are served today.

Examples:
  tessera keys list --workspace acme
  tessera keys create shop --workspace acme --kind master
  tessera keys revoke shop --workspace acme
`

export function addKeysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .description("list, create and revoke a workspace's keys")
    .addHelpText('after', help)

  keys
    .command('list')
    .description('list the keys; their secrets are not kept')
    .requiredOption('--workspace <slug>', 'the name of the workspace')
    .action(async ({ workspace }: { workspace: string }) => {
      await using platform = await openPlatform({ logLevel: 'warn' })
      const { id } = workspaceNamed(platform, workspace)
      const listed = await platform.database.asOwner((connection) => listKeys(connection, id))
      if (listed.length === 0) process.stdout.write('no keys\n')
      for (const { name, kind, createdAt, revokedAt } of listed) {
        const state = revokedAt ? `revoked ${revokedAt.toISOString()}` : 'in use'
        process.stdout.write(`${name}\t${kind}\tcreated ${createdAt.toISOString()}\t${state}\n`)
      }
    })

  keys
    .command('create')
    .description('create a key and print its secret, once')
    .argument('<name>', 'the name of the key')
    .requiredOption('--workspace <slug>', 'the name of the workspace')
    .requiredOption('--kind <kind>', `one of ${kinds.join(', ')}`, kindOf)
    .action(
      async (name: string, { workspace, kind }: { workspace: string; kind: (typeof kinds)[number] }) => {
        await using platform = await openPlatform({ logLevel: 'warn' })
        const { id } = workspaceNamed(platform, workspace)
        const made = await platform.database.asOwner((connection) =>
          createKey(connection, id, { name, kind }),
        )
        if ('refusal' in made) throw new Error(refusals[made.refusal])
        process.stdout.write(`${made.secret}\n`)
      },
    )

  keys
    .command('revoke')
    .description('end a key at once; the server need not be restarted')
    .argument('<name>', 'the name of the key')
    .requiredOption('--workspace <slug>', 'the name of the workspace')
    .action(async (name: string, { workspace }: { workspace: string }) => {
      await using platform = await openPlatform({ logLevel: 'warn' })
      const { id } = workspaceNamed(platform, workspace)
      const revoked = await platform.database.asOwner((connection) => revokeKey(connection, id, name))
      if (!revoked) throw new Error(`the workspace has no key "${name}" in use`)
      process.stdout.write(`The key "${name}" is revoked.\n`)
    })
}

function kindOf(text: string): (typeof kinds)[number] {
  const kind = kinds.find((known) => known === text)
  if (kind) return kind
  throw new InvalidArgumentError(`It must be one of ${kinds.join(', ')}.`)
}

/** Throws where there is no such workspace, and says which there are. */
export function workspaceNamed({ directory }: Platform, slug: string): Workspace {
  const found = directory.bySlug(slug)
  if (found) return found
  const known = directory.slugs().join(', ')
  throw new Error(`there is no workspace "${slug}"; ${known ? `there are ${known}` : 'there is none yet'}`)
}

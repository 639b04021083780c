import { join } from 'node:path'
import type { AppliedFile } from '../core/workspaces/apply-workspace-files.ts'
import type { Platform } from './open-platform.ts'
import { applyFiles, followFiles, tellSecret } from './workspace-files.ts'

const demoFile = join(import.meta.dirname, '../../../examples/demo.workspace.yaml')

/** Applies the files of `TESSERA_WORKSPACE_FILES`; on a server without any workspace, the demo workspace. */
export async function applyFilesAtStart(platform: Platform, address: string): Promise<void> {
  await applyConfiguredFiles(platform, address)
  await followFiles(platform)
}

async function applyConfiguredFiles(
  { config, database, directory, logger }: Platform,
  address: string,
): Promise<void> {
  const isFirstStart = config.workspaceFiles.length === 0 && directory.isEmpty()
  const paths = isFirstStart ? [demoFile] : config.workspaceFiles
  if (paths.length === 0) return
  const applied = await applyFiles(database, paths, { dryRun: false })
  await directory.refresh()
  for (const { workspace, changes } of applied) {
    if (changes.length > 0)
      logger.info({ workspace, changes: changes.length }, 'a workspace file was applied')
  }
  const [demo] = applied
  if (isFirstStart && demo) process.stdout.write(welcome(demo, config.publicUrl ?? address))
  else for (const one of applied) process.stdout.write(generatedKeys(one))
}

function generatedKeys({ workspace, generatedKeys }: AppliedFile): string {
  return generatedKeys.map((one) => `Workspace ${workspace}: ${tellSecret(one)}\n`).join('')
}

function welcome(demo: AppliedFile, url: string): string {
  const key = demo.generatedKeys.find(({ kind }) => kind === 'master')?.secret ?? 'YOUR-KEY'
  const headers = `-H 'X-XNG-AuthToken: ${key}' -H 'X-XNG-ApiVersion: 2'`
  return `
Tessera runs at ${url} with the workspace "demo".
${generatedKeys(demo)}
Try it:

  curl -X PUT ${url}/users ${headers} -d '{"id":"1","email":"ada@example.com","firstName":"Ada"}'
  curl ${url}/users/1 ${headers}
  curl ${url}/users/email/ada@example.com ${headers}

A write is applied a moment after its answer, so a call that comes at once may still find nothing.

The APIs are described at ${url}/docs, and README.md goes on from here.

`
}

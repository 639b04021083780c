import { readFile } from 'node:fs/promises'
import { keyUniqueProperties } from '../core/properties/key-unique-properties.ts'
import { deriveFields } from '../core/standard-fields/derive-fields.ts'
import type { AppliedFile } from '../core/workspaces/apply-workspace-files.ts'
import { applyWorkspaceFiles } from '../core/workspaces/apply-workspace-files.ts'
import type { FileFault } from '../core/workspaces/file/file-fault.ts'
import { parseWorkspaceFile } from '../core/workspaces/file/parse-workspace-file.ts'
import type { WorkspaceFile } from '../core/workspaces/file/workspace-file.ts'
import type { WorkspaceDirectory } from '../core/workspaces/workspace-directory.ts'
import type { Database } from '../platform/postgres/database.ts'

/** Files that were refused, as text for a person; nothing was changed. */
export class RefusedFiles extends Error {
  override readonly name = 'RefusedFiles'
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder; name the files in it',
  EACCES: 'may not be read by this user',
}

/** Reads, checks and applies workspace files: all, or none (`RefusedFiles`). */
export async function applyFiles(
  database: Database,
  paths: readonly string[],
  options: { readonly dryRun: boolean },
): Promise<readonly AppliedFile[]> {
  const files: WorkspaceFile[] = []
  const refusals: string[] = []
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      refusals.push(`${path}: ${unreadable[error.code ?? ''] ?? error.message}`)
    })
    if (text === undefined) continue
    const parsed = parseWorkspaceFile(text, { environment: process.env })
    if ('file' in parsed) files.push(parsed.file)
    else refusals.push(describeFaults(path, parsed.faults))
  }
  if (refusals.length > 0) throw new RefusedFiles(refusals.join('\n'))
  const result = await applyWorkspaceFiles(database, files, options)
  if ('applied' in result) return result.applied
  throw new RefusedFiles(describeFaults(paths[result.refused] ?? '', result.faults))
}

/**
 * What is stored follows files that bound attributes to standard fields (S22) or made properties unique (L55), in
 * workspaces where it does not yet.
 */
export async function followFiles(platform: {
  readonly database: Database
  readonly directory: WorkspaceDirectory
}): Promise<void> {
  await platform.directory.refresh()
  for (const slug of platform.directory.slugs()) {
    const workspace = platform.directory.bySlug(slug)
    if (!workspace) continue
    await deriveFields(platform.database, workspace)
    await keyUniqueProperties(platform.database, workspace)
  }
}

/** A secret that was generated, as it is printed: once, and nowhere else, since only its hash is kept. */
export function tellSecret({ name, kind, secret }: AppliedFile['generatedKeys'][number]): string {
  const what = kind === 'operator' ? `the password of operator "${name}"` : `${kind} key "${name}"`
  return `${what} is ${secret} (shown once)`
}

function describeFaults(path: string, faults: readonly FileFault[]): string {
  const lines = faults.map(({ path: place, reason, line }) => {
    const where = line === undefined ? path : `${path}:${line}`
    return `${where}: ${place === '' ? 'the file' : place} ${reason}`
  })
  return lines.join('\n')
}

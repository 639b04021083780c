import { Value } from 'typebox/value'
import { checkReferences } from './checks/check-references.ts'
import { type FileFault, type FoundFault, formatPath, type Path } from './file-fault.ts'
import type { Environment } from './fill-placeholders.ts'
import { readDocument } from './read-document.ts'
import { emptyNotes, resolveMap } from './resolve-by-schema.ts'
import { withStandardConsents } from './sections/consents.ts'
import { WorkspaceFile } from './workspace-file.ts'

/**
 * Parses the text of a workspace file, YAML or JSON. Gives the whole configuration with every default filled in, or
 * every fault that was found, in the order of the text. Takes `${NAME}` from the environment it is given. Changes
 * nothing, looks at no database, never throws; that no other workspace holds a secret or a host of it (S3, S5) is
 * for whoever applies it to find out.
 */
export function parseWorkspaceFile(
  text: string,
  options: { readonly environment: Environment },
): { readonly file: WorkspaceFile } | { readonly faults: readonly FileFault[] } {
  const document = readDocument(text, options.environment)
  const notes = emptyNotes()
  notes.faults.push(...document.faults)
  // An unreadable text has no value to say more about.
  const members = document.value === undefined ? {} : resolveMap(WorkspaceFile, document.value, notes)
  const candidate: unknown = {
    ...members,
    // So that a faulty name of the workspace hides no other fault.
    workspace: members.workspace ?? 'unnamed',
    displayName: members.displayName || 'unnamed',
  }
  if (document.value !== undefined && Value.Check(WorkspaceFile, candidate)) {
    notes.paths.set(candidate, [])
    checkReferences(candidate, document.value, notes)
    if (notes.faults.length === 0) {
      return { file: { ...candidate, consents: withStandardConsents(candidate.consents) } }
    }
  } else if (notes.faults.length === 0) {
    notes.faults.push({ path: [], reason: 'has not the shape of a workspace file' })
  }
  return { faults: inOrderOfText(notes.faults, document.lineOf) }
}

function inOrderOfText(
  found: readonly FoundFault[],
  lineOf: (path: Path) => number | undefined,
): FileFault[] {
  const faults = found.map(({ path, reason, line = lineOf(path) }) => ({
    path: formatPath(path),
    reason,
    ...(line === undefined ? {} : { line }),
  }))
  return faults.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0))
}

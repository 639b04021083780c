import { isWithin, type Path } from '../file-fault.ts'
import type { Notes } from '../resolve-by-schema.ts'
import { kindOf, ownMember } from '../schema-node.ts'
import type { WorkspaceFile } from '../workspace-file.ts'

/** What a check of references is given: the sound part of a file, and the means to refuse. */
export interface Check {
  readonly file: WorkspaceFile
  readonly defined: DefinedNames
  readonly texts: Notes['texts']
  /** Notes a fault at `members` below `owner`, a map or list of the file. */
  refuse(owner: object, members: Path, reason: string): void
  /** False where the shape of `owner`, or of `members` below it, is faulty: then sums and counts say nothing. */
  isSound(owner: object, members?: Path): boolean
}

/** Names that the text defines, entries that are faulty in another place included. */
interface DefinedNames {
  readonly rewards: ReadonlySet<string>
  readonly segments: ReadonlySet<string>
  readonly campaigns: ReadonlySet<string>
  readonly stores: ReadonlySet<string>
  readonly pointTypes: ReadonlySet<string>
  readonly consents: ReadonlySet<string>
  readonly attributes: ReadonlySet<string>
  readonly eventTypes: ReadonlySet<string>
  readonly properties: ReadonlySet<string>
  readonly endpoints: ReadonlySet<string>
}

export function startCheck(file: WorkspaceFile, raw: unknown, notes: Notes): Check {
  const shapeFaults = [...notes.faults]
  const pathTo = (owner: object, members: Path): Path => [...(notes.paths.get(owner) ?? []), ...members]
  return {
    file,
    defined: definedNames(raw),
    texts: notes.texts,
    refuse: (owner, members, reason) => {
      notes.faults.push({ path: pathTo(owner, members), reason })
    },
    isSound: (owner, members = []) => {
      const path = pathTo(owner, members)
      return !shapeFaults.some((fault) => isWithin(fault.path, path) || isWithin(path, fault.path))
    },
  }
}

function definedNames(raw: unknown): DefinedNames {
  return {
    rewards: namesIn(raw, ['rewards'], 'id'),
    segments: namesIn(raw, ['segments'], 'id'),
    campaigns: namesIn(raw, ['campaigns'], 'id'),
    stores: namesIn(raw, ['loyalty', 'stores'], 'id'),
    pointTypes: namesIn(raw, ['loyalty', 'pointTypes'], 'id'),
    consents: namesIn(raw, ['consents'], 'id'),
    attributes: namesIn(raw, ['customerData', 'attributes'], 'name'),
    eventTypes: namesIn(raw, ['eventTypes'], 'code'),
    properties: namesIn(raw, ['loyalty', 'properties'], 'id'),
    endpoints: namesIn(raw, ['exchange', 'endpoints'], 'name'),
  }
}

function namesIn(raw: unknown, path: readonly string[], member: string): ReadonlySet<string> {
  const list = path.reduce(memberOf, raw)
  const names = Array.isArray(list) ? list.map((entry: unknown) => memberOf(entry, member)) : []
  return new Set(names.filter((name) => typeof name === 'string'))
}

function memberOf(value: unknown, name: string): unknown {
  return kindOf(value) === 'map'
    ? ownMember<unknown>(Object.fromEntries(Object.entries(value ?? {})), name)
    : undefined
}

/** Refuses every entry whose `name` an earlier one has. Ids are compared exactly where `fold` is not given. */
export function refuseRepeats<Entry extends object>(
  check: Check,
  entries: readonly Entry[],
  member: Extract<keyof Entry, string>,
  fold: (name: string) => string = (name) => name,
): void {
  const seen = new Set<string>()
  for (const entry of entries) {
    const name = String(entry[member])
    if (seen.has(fold(name)))
      check.refuse(entry, [member], `is "${name}", which an earlier entry has already`)
    seen.add(fold(name))
  }
}

/** Path of an entry of a list of texts; of the list, where a faulty entry was left out and positions moved. */
export function entryPath(check: Check, owner: object, list: Path, index: number): Path {
  return check.isSound(owner, list) ? [...list, index] : list
}

/** Refuses every text of a list that stands in it before. */
export function refuseRepeatedTexts(
  check: Check,
  owner: object,
  path: Path,
  texts: readonly string[],
  fold: (text: string) => string = (text) => text,
): void {
  const seen = new Set<string>()
  for (const [index, text] of texts.entries()) {
    if (seen.has(fold(text))) check.refuse(owner, entryPath(check, owner, path, index), `repeats "${text}"`)
    seen.add(fold(text))
  }
}

/** Refuses a name that the file does not define: `names reward "ten-eur", which the file does not define`. */
export function refuseUnknown(
  check: Check,
  owner: object,
  path: Path,
  noun: string,
  name: string | undefined,
  defined: ReadonlySet<string>,
): void {
  if (name === undefined || defined.has(name)) return
  check.refuse(owner, path, `names ${noun} "${name}", which the file does not define`)
}

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { FileFault } from './file-fault.ts'
import { parseWorkspaceFile } from './parse-workspace-file.ts'
import type { WorkspaceFile } from './workspace-file.ts'

const examples = new URL('../../../../../examples/', import.meta.url)

export function exampleText(name: string): string {
  return readFileSync(new URL(`${name}.workspace.yaml`, examples), 'utf8')
}

/** The parsed file; throws what is wrong with it, for tests of files that are right. */
export function parsed(text: string, environment: Record<string, string> = {}): WorkspaceFile {
  const result = parseWorkspaceFile(text, { environment })
  if ('file' in result) return result.file
  throw new Error(JSON.stringify(result.faults, null, 2))
}

export function faultsOf(text: string, environment: Record<string, string> = {}): readonly FileFault[] {
  const result = parseWorkspaceFile(text, { environment })
  return 'faults' in result ? result.faults : []
}

/** The acme workspace as plain values. */
export function acmeValues(): unknown {
  return structuredClone(acme)
}

const acme: unknown = parse(exampleText('acme'), { schema: 'core' })

/** A path as faults write it, in its parts. */
export function partsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([A-Za-z_][\w-]*)/g)].map(
    ([, quoted, position, word]) =>
      quoted === undefined ? (word ?? Number(position)) : String(JSON.parse(`"${quoted}"`)),
  )
}

/** Sets, or with `undefined` deletes, what stands at `path` in plain values. */
export function change(values: unknown, path: readonly (string | number)[], value: unknown): void {
  const name = path.at(-1)
  const parent = valueAt(values, path.slice(0, -1))
  if (name === undefined || typeof parent !== 'object' || parent === null)
    throw new Error(`no ${path.join('.')}`)
  if (value === undefined) Reflect.deleteProperty(parent, name)
  else Reflect.set(parent, name, value)
}

export function valueAt(values: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    values,
  )
}

/** The faults of the acme workspace with one value changed, as `path: reason`. */
export function faultsOfAcmeWith(path: string, value: unknown): string[] {
  const values = acmeValues()
  change(values, partsOf(path), value)
  return faultsOf(JSON.stringify(values)).map((fault) => `${fault.path}: ${fault.reason}`)
}

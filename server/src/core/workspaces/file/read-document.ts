import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import type { FoundFault, Path } from './file-fault.ts'
import { type Environment, fillPlaceholders } from './fill-placeholders.ts'

/** Deeper than any setting lies; ends an anchor that holds itself. */
const maxDepth = 64
/** Values that aliases may repeat in all; a file of nested aliases would else grow without bound. */
const maxAliasedValues = 10_000
const plainTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((t) => `tag:yaml.org,2002:${t}`),
)

export interface ReadDocument {
  /** Plain objects, lists, texts, numbers, booleans and null. Dates stay text. */
  readonly value: unknown
  readonly faults: readonly FoundFault[]
  /** Line of the node at `path`, or of its nearest ancestor that the text has. */
  lineOf(path: Path): number | undefined
}

/**
 * Reads YAML 1.2, and so JSON, into plain values, with `${NAME}` filled in from the environment. Reports syntax
 * errors, several documents, names given twice, tags, aliases that lead nowhere or grow without bound, unset
 * environment names and characters that no table can hold (S36). Never throws.
 */
export function readDocument(text: string, environment: Environment): ReadDocument {
  const lines = new LineCounter()
  // The core schema knows no timestamps, so `validFrom: 2026-01-01` is text. Doubles are ours to report, with
  // their path. Pretty errors would quote the line, and with it a secret.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    schema: 'core',
    // Not 'silent', which would take the second of two documents for nothing.
    logLevel: 'error',
  })
  const lineAt = (offset: number) => lines.linePos(offset).line
  if (document.errors.length > 0) {
    return { value: undefined, faults: syntaxFaults(document, text, lineAt), lineOf: () => undefined }
  }
  const reader: Reader = {
    document,
    environment,
    faults: [],
    anchors: new Map(),
    open: new Set(),
    aliasedValues: 0,
    withinAlias: false,
  }
  return {
    value: document.contents ? toPlain(reader, document.contents, []) : null,
    faults: reader.faults,
    lineOf: (path) => {
      const offset = offsetOf(document, reader.anchors, path)
      return offset === undefined ? undefined : lineAt(offset)
    },
  }
}

interface Reader {
  readonly document: Document.Parsed
  readonly environment: Environment
  readonly faults: FoundFault[]
  readonly anchors: Map<string, Node>
  /** The maps and lists that the walk is inside of. */
  readonly open: Set<Node>
  aliasedValues: number
  withinAlias: boolean
}

/** One fault a line: what follows a first one in a line is mostly its echo. */
function syntaxFaults(
  document: Document.Parsed,
  text: string,
  lineAt: (offset: number) => number,
): FoundFault[] {
  const faults = new Map<number, FoundFault>()
  const texts = text.split('\n')
  for (const error of document.errors) {
    const line = lineAt(error.pos[0])
    if (faults.has(line)) continue
    const hint = texts[line - 1]?.includes(`\${`) ? ` (within braces, put \${…} in quotes)` : ''
    faults.set(line, { path: [], reason: `${syntaxReason(error.code, error.message)}${hint}`, line })
  }
  return [...faults.values()]
}

function syntaxReason(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'holds several documents; a workspace file is one'
  if (/call stack/i.test(message)) return 'is nested too deeply'
  // Some messages end in the text that stands there, which may be a secret.
  return `is not readable as YAML or JSON: ${message.replace(/: ".*$/s, '')}`
}

function toPlain(reader: Reader, node: unknown, path: Path): unknown {
  const refuse = (reason: string): undefined => {
    reader.faults.push({ path, reason })
  }
  if (path.length > maxDepth) return refuse('is nested too deeply')
  if (isAlias(node)) return aliasedValue(reader, node, path)
  if (reader.withinAlias && ++reader.aliasedValues > maxAliasedValues) {
    // Once is enough: every further value would say the same.
    return reader.aliasedValues === maxAliasedValues + 1 ? refuse('repeats too much by aliases') : undefined
  }
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null
  if (node.anchor && !reader.withinAlias) reader.anchors.set(node.anchor, node)
  if (node.tag && !plainTags.has(node.tag)) return refuse('carries a YAML tag; write a plain value')
  if (!isScalar(node)) {
    reader.open.add(node)
    const value = isMap(node)
      ? toObject(reader, node, path)
      : node.items.map((item, index) => toPlain(reader, item, [...path, index]))
    reader.open.delete(node)
    return value
  }
  if (typeof node.value !== 'string') return node.value
  const filled = fillPlaceholders(node.value, reader.environment)
  if ('reasons' in filled) {
    for (const reason of filled.reasons) refuse(reason)
    return undefined
  }
  return isStorable(filled.text) ? filled.text : refuse('holds a character that cannot be stored')
}

function aliasedValue(reader: Reader, alias: Alias, path: Path): unknown {
  const target = reader.anchors.get(alias.source)
  if (!target) {
    reader.faults.push({ path, reason: `names the anchor "${alias.source}", which does not stand before it` })
    return undefined
  }
  if (reader.open.has(target)) {
    reader.faults.push({ path, reason: `names the anchor "${alias.source}", within which it stands` })
    return undefined
  }
  const outer = reader.withinAlias
  reader.withinAlias = true
  const value = toPlain(reader, target, path)
  reader.withinAlias = outer
  return value
}

function toObject(reader: Reader, map: YAMLMap, path: Path): unknown {
  const entries = new Map<string, unknown>()
  for (const pair of map.items) {
    if (!isScalar(pair.key)) {
      reader.faults.push({ path, reason: 'has a name that is not a plain word' })
      continue
    }
    const name = nameOf(pair.key.value)
    const below = [...path, name]
    if (!isStorable(name))
      reader.faults.push({ path, reason: 'has a name with a character that cannot be stored' })
    else if (entries.has(name)) reader.faults.push({ path: below, reason: 'is given twice' })
    else entries.set(name, toPlain(reader, pair.value, below))
  }
  return Object.fromEntries(entries)
}

function nameOf(key: unknown): string {
  return key === null ? '' : String(key)
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function offsetOf(
  document: Document.Parsed,
  anchors: ReadonlyMap<string, Node>,
  path: Path,
): number | undefined {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const part of path) {
    if (isAlias(node)) node = anchors.get(node.source)
    if (isMap(node)) {
      // The last of several equal names is the one to look at.
      const pair = node.items.findLast((item) => isScalar(item.key) && nameOf(item.key.value) === part)
      if (!pair) return offset
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part]
      offset = startOf(node) ?? offset
    } else return offset
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined
}

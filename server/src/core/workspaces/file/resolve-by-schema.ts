import { chooseVariant, wrongKindReason } from './choose-variant.ts'
import type { FoundFault, Path } from './file-fault.ts'
import { faultsOfFreeValue, mergeKey, mergeReason } from './free-values.ts'
import { suggestion } from './nearest-name.ts'
import { fixedValues, kindOf, kindOfSchema, ownMember, type SchemaNode } from './schema-node.ts'

/** What is noted down on the way through a value. */
export interface Notes {
  readonly faults: FoundFault[]
  /** Where each resolved map and list stands, for the checks that come after. */
  readonly paths: WeakMap<object, Path>
  /** The localised texts there are, as maps from language to text. */
  readonly texts: { readonly path: Path; readonly text: Readonly<Record<string, unknown>> }[]
}

export function emptyNotes(): Notes {
  return { faults: [], paths: new WeakMap(), texts: [] }
}

/** In place of a value that cannot be used. Its fault is noted. */
const unusable = Symbol('unusable')

/**
 * Resolves a map by its schema: fills in defaults and notes every fault there is, each where it stands. What is
 * faulty is left out: a member, an entry of a list, or the whole map that cannot be without it; so the sound rest
 * can be checked further. A schema says what is right; the words are chosen here, because a validator's own
 * wording speaks of schemas, and of every variant of a union at once.
 */
export function resolveMap(schema: SchemaNode, value: unknown, notes: Notes): Record<string, unknown> {
  const walk: Walk = { notes, definitions: schema.$defs ?? {} }
  if (kindOf(value) === 'map') return resolveMembers(walk, schema, entriesOf(value), []).members
  note(walk, [], value === null ? 'is empty; it must at least name the workspace' : wrongKindReason([schema]))
  return {}
}

interface Walk {
  readonly notes: Notes
  readonly definitions: Readonly<Record<string, SchemaNode>>
}

function note(walk: Walk, path: Path, reason: string): typeof unusable {
  walk.notes.faults.push({ path, reason })
  return unusable
}

function resolve(walk: Walk, schema: SchemaNode, value: unknown, path: Path): unknown {
  // A text whose placeholder could not be filled has its fault already.
  if (value === undefined) return unusable
  if (schema.$ref !== undefined) {
    const inner: Walk = schema.$defs ? { ...walk, definitions: schema.$defs } : walk
    return resolve(inner, ownMember(inner.definitions, schema.$ref) ?? {}, value, path)
  }
  if (schema.anyOf) {
    const choice = chooseVariant(schema, value)
    if ('variant' in choice) return resolve(walk, choice.variant, value, path)
    const reason = value === null ? 'has no value' : choice.reason
    return note(walk, choice.member === undefined ? path : [...path, choice.member], reason)
  }
  if (fixedValues(schema)) return resolveFixed(walk, schema, value, path)
  const kind = kindOfSchema(schema)
  if (kind === undefined) return resolveFree(walk, value, path)
  if (kindOf(value) !== kind) {
    const quotes = kind === 'text' && typeof value !== 'object' ? '; put it in quotes' : ''
    return note(walk, path, value === null ? 'has no value' : `${wrongKindReason([schema])}${quotes}`)
  }
  const resolved = resolveKind(walk, schema, value, path)
  if (resolved === unusable) return unusable
  const broken = schema['~refine']?.find((rule) => !rule.check(resolved))
  return broken ? note(walk, path, broken.error(resolved)) : resolved
}

function resolveFree(walk: Walk, value: unknown, path: Path): unknown {
  const faults = [...faultsOfFreeValue(value, path)]
  walk.notes.faults.push(...faults)
  return faults.length > 0 ? unusable : structuredClone(value)
}

function resolveKind(walk: Walk, schema: SchemaNode, value: unknown, path: Path): unknown {
  if (Array.isArray(value)) return resolveList(walk, schema, value, path)
  if (typeof value === 'object' && value !== null) {
    if (schema.patternProperties) return resolveFreeMap(walk, schema, value, path)
    const { members, complete } = resolveMembers(walk, schema, entriesOf(value), path)
    return complete ? members : unusable
  }
  const reason =
    typeof value === 'string'
      ? lengthReason(schema, value)
      : typeof value === 'number'
        ? numberReason(schema, value)
        : undefined
  return reason ? note(walk, path, reason) : value
}

function resolveFixed(walk: Walk, schema: SchemaNode, value: unknown, path: Path): unknown {
  const allowed = fixedValues(schema) ?? []
  if (allowed.includes(value)) return value
  if (value === null) return note(walk, path, 'has no value')
  const names = allowed.map(String)
  const hint = typeof value === 'string' ? suggestion(value, names) : ''
  return note(walk, path, `must be ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}${hint}`)
}

function resolveMembers(
  walk: Walk,
  schema: SchemaNode,
  given: ReadonlyMap<string, unknown>,
  path: Path,
): { members: Record<string, unknown>; complete: boolean } {
  const known = schema.properties ?? {}
  const members: Record<string, unknown> = {}
  let complete = true
  for (const [name, member] of Object.entries(known)) {
    const below = [...path, name]
    // A section with nothing under its name is an absent one; anywhere else a forgotten value is a mistake.
    const isAbsent = !given.has(name) || (given.get(name) === null && isSection(member, path))
    const resolved = isAbsent ? unusable : resolve(walk, member, given.get(name), below)
    if (resolved !== unusable) members[name] = resolved
    else if ('default' in member) members[name] = resolveDefault(walk, member, members, below)
    else if (schema.required?.includes(name)) {
      if (isAbsent) note(walk, below, 'is required')
      complete = false
    }
  }
  const unknown = [...given.keys()].filter((name) => !Object.hasOwn(known, name))
  for (const name of unknown) {
    const free = Object.keys(known).filter((other) => !given.has(other))
    note(walk, [...path, name], `is not a known setting${suggestion(name, free)}`)
  }
  const tooFew = given.size < (schema.minProperties ?? 0)
  if (tooFew) note(walk, path, `must have at least one of ${Object.keys(known).join(', ')}`)
  walk.notes.paths.set(members, path)
  return { members, complete: complete && !tooFew }
}

function isSection(schema: SchemaNode, path: Path): boolean {
  const kind = kindOfSchema(schema)
  return path.length === 0 && (kind === 'list' || kind === 'map')
}

function resolveDefault(
  walk: Walk,
  schema: SchemaNode,
  siblings: Readonly<Record<string, unknown>>,
  path: Path,
): unknown {
  const value: unknown = typeof schema.default === 'function' ? schema.default(siblings) : schema.default
  // Without its own notes a default that rests on a faulty sibling would be reported a second time.
  const quiet: Walk = { ...walk, notes: { ...emptyNotes(), paths: walk.notes.paths } }
  const resolved = resolve(quiet, schema, value, path)
  return resolved === unusable ? value : resolved
}

function resolveFreeMap(walk: Walk, schema: SchemaNode, value: object, path: Path): unknown {
  const [member = {}] = Object.values(schema.patternProperties ?? {})
  const entries: [string, unknown][] = []
  for (const [name, given] of entriesOf(value)) {
    const below = [...path, name]
    const resolved = name === mergeKey ? note(walk, below, mergeReason) : resolve(walk, member, given, below)
    if (resolved !== unusable) entries.push([name, resolved])
  }
  const size = Object.keys(value).length
  if (size < (schema.minProperties ?? 0)) return note(walk, path, 'must not be empty')
  const map = Object.fromEntries(entries)
  walk.notes.paths.set(map, path)
  if (schema.localized) walk.notes.texts.push({ path, text: Object.fromEntries(entriesOf(value)) })
  return entries.length < size && schema.localized ? unusable : map
}

function resolveList(walk: Walk, schema: SchemaNode, value: readonly unknown[], path: Path): unknown {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items = {} } = schema
  const reason = itemsReason(minItems, maxItems, value.length)
  if (reason) note(walk, path, reason)
  const itemSchema = (index: number): SchemaNode => ('length' in items ? (items[index] ?? {}) : items)
  const list = value
    .map((item, index) => resolve(walk, itemSchema(index), item, [...path, index]))
    .filter((item) => item !== unusable)
  walk.notes.paths.set(list, path)
  return list.length < minItems || list.length > maxItems ? unusable : list
}

function itemsReason(minItems: number, maxItems: number, count: number): string | undefined {
  if (minItems === maxItems && count !== minItems) return `must have exactly ${minItems} entries`
  if (count < minItems) return minItems === 1 ? 'must not be empty' : `must have at least ${minItems} entries`
  return count > maxItems ? `must have at most ${maxItems} entries` : undefined
}

function lengthReason(schema: SchemaNode, value: string): string | undefined {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema
  const length = [...value].length
  if (length < minLength) {
    return minLength === 1 ? 'must not be empty' : `must have at least ${minLength} characters`
  }
  return length > maxLength ? `must have at most ${maxLength} characters` : undefined
}

function numberReason(schema: SchemaNode, value: number): string | undefined {
  if (!Number.isFinite(value)) return 'must be a number'
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return 'must be a whole number'
  if (schema.minimum !== undefined && value < schema.minimum) return `must be at least ${schema.minimum}`
  if (schema.maximum !== undefined && value > schema.maximum) return `must be at most ${schema.maximum}`
  if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) {
    return `must be more than ${schema.exclusiveMinimum}`
  }
  return undefined
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(value ?? {}))
}

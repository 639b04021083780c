import { suggestion } from './nearest-name.ts'
import { fixedValues, kindOf, kindOfSchema, ownMember, type SchemaNode } from './schema-node.ts'

/** A variant of a union, or why none can be told: `member` names where to look, if not at the value itself. */
export type Choice = { readonly variant: SchemaNode } | { readonly reason: string; readonly member?: string }

/**
 * Which variant of a union the writer means, so that faults are told about that one alone: by the kind of the
 * value, then by the member that the union is `chosenBy`, else by the member that only one variant requires.
 */
export function chooseVariant(union: SchemaNode, value: unknown): Choice {
  const variants = union.anyOf ?? []
  const kind = kindOf(value)
  const fitting = variants.filter((variant) => kindOfSchema(variant) === kind)
  const [first] = fitting
  if (!first) return { reason: wrongKindReason(variants) }
  if (kind !== 'map' || fitting.length === 1) return { variant: first }
  const members = Object.fromEntries(Object.entries(value ?? {}))
  return union.chosenBy ? byValue(fitting, union.chosenBy, members) : byMarker(fitting, members)
}

/** What a value of another kind is told: `must be text or a map`. */
export function wrongKindReason(variants: readonly SchemaNode[]): string {
  const words = variants.flatMap((variant) => kindWords(variant) ?? [])
  return `must be ${[...new Set(words)].join(' or ')}`
}

function kindWords(node: SchemaNode): string | undefined {
  switch (kindOfSchema(node)) {
    case 'text':
      return 'text'
    case 'number':
      return node.type === 'integer' ? 'a whole number' : 'a number'
    case 'boolean':
      return 'true or false'
    case 'list':
      return 'a list'
    case 'map':
      return 'a map (name: value)'
    default:
      return undefined
  }
}

function byValue(variants: readonly SchemaNode[], member: string, members: Record<string, unknown>): Choice {
  const allowed = (variant: SchemaNode) => fixedValues(ownMember(variant.properties, member) ?? {}) ?? []
  const value = ownMember(members, member)
  const variant = variants.find((candidate) => allowed(candidate).includes(value))
  if (variant) return { variant }
  const values = variants.flatMap(allowed).map(String)
  if (value === undefined) return { reason: `is required: one of ${values.join(', ')}`, member }
  const hint = typeof value === 'string' ? suggestion(value, values) : ''
  return { reason: `must be one of ${values.join(', ')}${hint}`, member }
}

function byMarker(variants: readonly SchemaNode[], members: Record<string, unknown>): Choice {
  const marker = (variant: SchemaNode) => variant.required?.[0] ?? ''
  const present = variants.filter((variant) => Object.hasOwn(members, marker(variant)))
  const [first, second] = present
  if (first && !second) return { variant: first }
  if (first && second) {
    return { reason: `cannot stand beside "${marker(first)}"`, member: marker(second) }
  }
  const hints = Object.keys(members).map((name) => suggestion(name, variants.map(marker)))
  return { reason: `must have one of ${variants.map(marker).join(', ')}${hints.find((hint) => hint) ?? ''}` }
}

/** The keywords that the schemas of the workspace file use, as TypeBox writes them. */
export interface SchemaNode {
  /** TypeBox's own name of the type. */
  readonly '~kind'?: string
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, SchemaNode>>
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly SchemaNode[]
  /** Ours: the member whose value tells which variant of `anyOf` is meant. */
  readonly chosenBy?: string
  /** Ours: a map from language to text. */
  readonly localized?: boolean
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[] | undefined
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly minProperties?: number
  readonly items?: SchemaNode | readonly SchemaNode[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  /** A value, or a function of the members that stand before this one. */
  readonly default?: unknown
  readonly '~refine'?: readonly {
    readonly check: (value: unknown) => boolean
    readonly error: (value: unknown) => string
  }[]
}

/** The JSON kind of a value: what can be told before any rule is looked at. */
export type Kind = 'text' | 'number' | 'boolean' | 'list' | 'map' | 'null'

export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'map'
}

/** The values that a schema of fixed values admits; undefined for any other schema. */
export function fixedValues(node: SchemaNode): readonly unknown[] | undefined {
  if (node.enum) return node.enum
  return 'const' in node ? [node.const] : undefined
}

/** The kind that a schema admits; undefined where it admits any. A union has none of its own. */
export function kindOfSchema(node: SchemaNode): Kind | undefined {
  const fixed = fixedValues(node)
  if (fixed) return kindOf(fixed[0])
  switch (node.type) {
    case 'string':
      return 'text'
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'array':
      return 'list'
    case 'object':
      return 'map'
    case 'null':
      return 'null'
    default:
      return undefined
  }
}

/** Own members only, so that a setting called `constructor` finds nothing. */
export function ownMember<T>(members: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return members && Object.hasOwn(members, name) ? members[name] : undefined
}

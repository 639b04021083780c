import type { AttributeFormat, AttributeType, ScalarType } from './attribute-type.ts'
import { type ScalarRule, scalarRule } from './read-scalar.ts'

/** A child attribute: a field of an object, or of the objects of an array. */
export interface FieldDefinition {
  readonly id: number
  readonly name: string
  readonly type: ScalarType
  readonly format?: AttributeFormat | undefined
}

export interface AttributeDefinition {
  readonly id: number
  readonly name: string
  readonly type: AttributeType
  readonly format?: AttributeFormat | undefined
  /** What an `array` holds; required there, meaningless elsewhere. */
  readonly items?: ScalarType | 'object' | undefined
  /** Children of an `object` and of an `array` of objects. */
  readonly fields?: readonly FieldDefinition[] | undefined
}

export type FieldRules = ReadonlyMap<string, ScalarRule>

export type AttributeRule =
  | { readonly shape: 'scalar'; readonly name: string; readonly scalar: ScalarRule }
  | { readonly shape: 'scalars'; readonly name: string; readonly items: ScalarRule }
  | { readonly shape: 'object'; readonly name: string; readonly fields: FieldRules }
  | { readonly shape: 'objects'; readonly name: string; readonly fields: FieldRules }

/** A workspace's attributes by name, ready for reading; a map, so that `constructor` is a name like any other. */
export type AttributeSchema = ReadonlyMap<string, AttributeRule>

/** Done once for each change of a workspace's attributes. Throws on an array that does not say what it holds. */
export function compileAttributeSchema(definitions: readonly AttributeDefinition[]): AttributeSchema {
  return new Map(definitions.map((definition) => [definition.name, attributeRule(definition)]))
}

function attributeRule({ name, type, format, items, fields = [] }: AttributeDefinition): AttributeRule {
  if (type === 'object') return { shape: 'object', name, fields: fieldRules(name, fields) }
  if (type !== 'array') return { shape: 'scalar', name, scalar: scalarRule(name, type, format) }
  if (items === 'object') return { shape: 'objects', name, fields: fieldRules(name, fields) }
  if (items !== undefined) return { shape: 'scalars', name, items: scalarRule(name, items, format) }
  throw new Error(`Attribute ${name} is an array without a type of its items`)
}

function fieldRules(parent: string, fields: readonly FieldDefinition[]): FieldRules {
  return new Map(
    fields.map(({ name, type, format }) => [name, scalarRule(`${parent}.${name}`, type, format)]),
  )
}

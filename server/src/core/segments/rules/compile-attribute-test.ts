import type { AttributeDefinition } from '../../profiles/attribute-schema.ts'
import { normaliseDatetime } from '../../profiles/datetime.ts'
import type { SegmentRule } from '../../workspaces/file/sections/segments.ts'
import type { Parameters } from './parameters.ts'

export type ValueTest = Pick<Extract<SegmentRule, { attribute: string }>, 'is' | 'value'>

type Scalar = string | number | boolean

/**
 * The condition of an attribute's test on the row `p` of `profiles`; never null.
 *
 * A value that is missing, or is none of the type that the test is about, passes `!=` and `exists: false` alone, as
 * in conditions on events. Numbers are equal by what they are worth, texts letter by letter, datetimes as instants: a
 * date is its midnight in UTC.
 */
export function compileAttributeTest(
  attribute: AttributeDefinition,
  { is, value }: ValueTest,
  parameters: Parameters,
): string {
  const name = parameters.add(attribute.name, 'text')
  const stored = `(p.attributes -> ${name})`
  if (is === 'exists') return `((p.attributes ? ${name}) = ${value === false ? 'false' : 'true'})`
  const values: readonly Scalar[] = Array.isArray(value) ? value : [value]
  const isOfInstants = attribute.type === 'datetime' || attribute.items === 'datetime'
  const operands = isOfInstants ? values.map(instantText) : values
  const compare = isOfInstants ? instants : scalars
  switch (is) {
    case '=':
    case 'in':
      return compare.isAmong(stored, operands, parameters)
    case '!=':
      return `(not ${compare.isAmong(stored, operands, parameters)})`
    case 'contains':
      return attribute.type === 'array'
        ? compare.holds(stored, operands[0], parameters)
        : containsText(stored, operands[0], parameters)
    default:
      return compare.isOrdered(stored, is, operands[0], parameters)
  }
}

/** What a test says of somebody who has no such value. */
export function passesWithoutValue({ is, value }: ValueTest): boolean {
  return is === 'exists' ? value === false : is === '!='
}

interface Comparisons {
  isAmong(stored: string, operands: readonly Operand[], parameters: Parameters): string
  isOrdered(
    stored: string,
    operator: '>' | '>=' | '<' | '<=',
    operand: Operand,
    parameters: Parameters,
  ): string
  /** Whether a stored list has the operand as an element. */
  holds(stored: string, operand: Operand, parameters: Parameters): string
}

type Operand = Scalar | undefined

const scalars: Comparisons = {
  isAmong: (stored, operands, parameters) =>
    `coalesce(${stored} = any (${parameters.add(operands.map(json), 'jsonb[]')}), false)`,
  isOrdered(stored, operator, operand, parameters) {
    if (typeof operand !== 'number') return 'false'
    const number = parameters.add(json(operand), 'jsonb')
    return `coalesce(jsonb_typeof(${stored}) = 'number' and ${stored} ${operator} ${number}, false)`
  },
  holds(stored, operand, parameters) {
    const element = parameters.add(json(operand), 'jsonb')
    return `coalesce(jsonb_typeof(${stored}) = 'array' and ${stored} @> jsonb_build_array(${element}), false)`
  },
}

const instants: Comparisons = {
  isAmong: (stored, operands, parameters) =>
    `coalesce(instant_text(${stored}) = any (${parameters.add(texts(operands), 'text[]')}), false)`,
  isOrdered(stored, operator, operand, parameters) {
    if (operand === undefined) return 'false'
    return `coalesce(instant_text(${stored}) ${operator} ${parameters.add(operand, 'text')}, false)`
  },
  holds(stored, operand, parameters) {
    if (operand === undefined) return 'false'
    const elements = `jsonb_array_elements(case jsonb_typeof(${stored}) when 'array' then ${stored} else '[]' end)`
    return `exists (select from ${elements} e where instant_text(e) = ${parameters.add(operand, 'text')})`
  },
}

function containsText(stored: string, operand: Operand, parameters: Parameters): string {
  if (typeof operand !== 'string') return 'false'
  const part = parameters.add(operand, 'text')
  return `coalesce(jsonb_typeof(${stored}) = 'string' and strpos(${stored} #>> '{}', ${part}) > 0, false)`
}

/** As the SQL function of this name says it; undefined for what is no datetime. */
function instantText(value: Scalar): string | undefined {
  const normal = typeof value === 'string' ? normaliseDatetime(value) : undefined
  if (normal === undefined) return undefined
  return new Date(normal).toISOString()
}

function texts(operands: readonly Operand[]): readonly string[] {
  return operands.filter((operand) => typeof operand === 'string')
}

function json(operand: Operand): string {
  return JSON.stringify(operand ?? null)
}

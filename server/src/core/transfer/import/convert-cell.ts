import type { AttributeRule } from '../../profiles/attribute-schema.ts'
import type { ScalarType } from '../../profiles/attribute-type.ts'

/** Gives the value that the text of a cell stands for. */
export type CellReader = (text: string) => unknown

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
])
const integer = /^[+-]?\d+$/
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

const scalarReaders: Record<ScalarType, CellReader> = {
  string: (text) => text,
  datetime: (text) => text,
  integer: (text) => (integer.test(text.trim()) ? Number(text) : text),
  float: (text) => (decimal.test(text.trim()) ? Number(text) : text),
  boolean: (text) => booleans.get(text.trim().toLowerCase()) ?? text,
}

/**
 * How the cells of an attribute are read: numbers, `true/false/1/0/yes/no`, texts and datetimes as they are,
 * arrays and objects as JSON, arrays of scalars also as `a|b|c`.
 *
 * Text that stands for no such value is given as it came: the attribute's own rule then refuses it, as it
 * refuses a value of a wrong type from anybody.
 */
export function cellReader(rule: AttributeRule): CellReader {
  switch (rule.shape) {
    case 'scalar':
      return scalarReaders[rule.scalar.type]
    case 'scalars': {
      const readItem = scalarReaders[rule.items.type]
      return (text) => (text.trimStart().startsWith('[') ? readJson(text) : text.split('|').map(readItem))
    }
    case 'object':
    case 'objects':
      return readJson
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

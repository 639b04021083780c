import type { AttributeRule, FieldRules } from './attribute-schema.ts'
import type { AttributeType } from './attribute-type.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import type { FaultPath, ProfileFault } from './profile-fault.ts'
import { type ScalarRule, type ScalarValue, scalarFault } from './read-scalar.ts'

const maxNestedObjects = 1_000
/** A megabyte of misfit elements would otherwise become some hundred megabytes of explanations. */
const maxFaults = 100_000

type ObjectValue = Readonly<Record<string, ScalarValue>>
export type AttributeValue = ScalarValue | ObjectValue | readonly (ScalarValue | ObjectValue)[]

/** What is known of a profile while its values are read. */
export interface Reading {
  readonly faults: ProfileFault[]
  /** Whether a name that no attribute has is passed over when its value is null (C48). */
  readonly passesUnknownNulls: boolean
  /** Whether one was. */
  passedUnknown: boolean
  nestedObjects: number
}

/** Faults are counted no further than any honest sender gets: a profile has not that many attributes. */
export function addFault(reading: Reading, fault: ProfileFault): void {
  if (reading.faults.length < maxFaults) reading.faults.push(fault)
}

/**
 * Reads a value that is not null as the attribute's type (crossengage section 5) and gives it as it is stored:
 * datetimes normalised, null fields of objects left out. Every misfit in it is added to the faults, and what is
 * given is of use only as long as there are none; `undefined` where the value itself is the misfit.
 */
export function readAttribute(
  rule: AttributeRule,
  value: unknown,
  reading: Reading,
): AttributeValue | undefined {
  switch (rule.shape) {
    case 'scalar': {
      const read = rule.scalar.read(value)
      if (read === undefined) addFault(reading, scalarFault(rule.scalar, value, [rule.name]))
      return read
    }
    case 'scalars':
      if (!Array.isArray(value)) return refuseType(rule.name, 'array', reading)
      return readScalars(rule.name, rule.items, value, reading)
    case 'objects':
      if (!Array.isArray(value)) return refuseType(rule.name, 'array', reading)
      return readObjects(rule.name, rule.fields, value, reading)
    case 'object':
      if (!isJsonObject(value)) return refuseType(rule.name, 'object', reading)
      countObject(rule.name, reading)
      return readFields([rule.name], rule.name, rule.fields, value, reading)
  }
}

function refuseType(name: string, expected: AttributeType, reading: Reading): undefined {
  addFault(reading, { code: 'wrong-type', path: [name], name, expected })
}

function readScalars(
  name: string,
  items: ScalarRule,
  elements: readonly unknown[],
  reading: Reading,
): AttributeValue {
  const values: ScalarValue[] = []
  for (let index = 0; index < elements.length; index += 1) {
    const value = items.read(elements[index])
    if (value === undefined) addFault(reading, scalarFault(items, elements[index], [name, index]))
    else values.push(value)
  }
  return values
}

function readObjects(
  name: string,
  fields: FieldRules,
  elements: readonly unknown[],
  reading: Reading,
): AttributeValue {
  const objects: ObjectValue[] = []
  for (let index = 0; index < elements.length; index += 1) {
    const element = elements[index]
    const path = [name, index]
    if (isJsonObject(element)) {
      countObject(name, reading)
      objects.push(readFields(path, name, fields, element, reading))
    } else {
      addFault(reading, { code: 'wrong-type', path, name, expected: 'object' })
    }
  }
  return objects
}

/** Only known fields are written, so that a name like `__proto__` never becomes a key of ours. */
function readFields(
  path: FaultPath,
  parent: string,
  fields: FieldRules,
  object: JsonObject,
  reading: Reading,
): ObjectValue {
  const values: Record<string, ScalarValue> = {}
  for (const field of Object.keys(object)) {
    const sent = object[field]
    const rule = fields.get(field)
    if (rule === undefined) {
      refuseUnknown(sent, [...path, field], `${parent}.${field}`, reading)
    } else if (sent !== null) {
      const value = rule.read(sent)
      if (value === undefined) addFault(reading, scalarFault(rule, sent, [...path, field]))
      else values[field] = value
    }
  }
  return values
}

export function refuseUnknown(sent: unknown, path: FaultPath, name: string, reading: Reading): void {
  if (sent === null && reading.passesUnknownNulls) {
    reading.passedUnknown = true
    return
  }
  addFault(reading, { code: 'unknown-attribute', path, name })
}

/** The attribute that brings the profile over the limit is at fault, and it alone. */
function countObject(name: string, reading: Reading): void {
  reading.nestedObjects += 1
  if (reading.nestedObjects !== maxNestedObjects + 1) return
  addFault(reading, { code: 'too-many-objects', path: [name], name, limit: maxNestedObjects })
}

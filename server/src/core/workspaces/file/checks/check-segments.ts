import { Value } from 'typebox/value'
import { withStandardConsents } from '../sections/consents.ts'
import type { Attribute } from '../sections/customer-data.ts'
import type { SegmentRule } from '../sections/segments.ts'
import { CalendarDate, Instant } from '../values/moments.ts'
import { type Check, refuseRepeats, refuseUnknown } from './check.ts'
import { refuseMistypedEvent } from './check-customer-data.ts'

const reservedAudiences = ['all', 'api']

/** Segments, by rule or by list, and consents. */
export function checkSegments(check: Check): void {
  const { segments, consents } = check.file
  refuseRepeats(check, consents, 'id')
  refuseRepeats(check, segments, 'id')
  for (const segment of segments) {
    if (reservedAudiences.includes(segment.id)) {
      check.refuse(segment, ['id'], `must not be "${segment.id}", which is an audience of its own`)
    }
    if (segment.where && segment.list) check.refuse(segment, ['list'], 'cannot stand beside "where"')
    if (!segment.where && !segment.list && check.isSound(segment)) {
      check.refuse(segment, ['where'], 'is required, or list: true in its place')
    }
    if (segment.where) checkRule(check, segment.where)
  }
}

function checkRule(check: Check, rule: SegmentRule): void {
  if ('all' in rule) for (const part of rule.all) checkRule(check, part)
  else if ('any' in rule) for (const part of rule.any) checkRule(check, part)
  else if ('not' in rule) checkRule(check, rule.not)
  else if ('attribute' in rule) checkAttributeTest(check, rule)
  else if ('freeAttribute' in rule) checkOperand(check, rule)
  else if ('event' in rule) refuseMistypedEvent(check, rule, rule.event)
  else if ('consent' in rule) {
    const known = new Set([
      ...check.defined.consents,
      ...withStandardConsents(check.file.consents).map((consent) => consent.id),
    ])
    refuseUnknown(check, rule, ['consent'], 'consent', rule.consent, known)
  }
}

type Test = Extract<SegmentRule, { value: unknown; is: unknown }>
type AttributeTest = Extract<SegmentRule, { attribute: unknown }>

/** That the value has the form its operator needs. */
function checkOperand(check: Check, test: Test): boolean {
  const reason = operandReason(test)
  if (reason) check.refuse(test, ['value'], reason)
  return !reason
}

function operandReason({ is, value }: Test): string | undefined {
  if (is === 'exists')
    return typeof value === 'boolean' ? undefined : 'must be true or false where is: exists'
  if (is === 'in') return Array.isArray(value) ? undefined : 'must be a list where is: in'
  return Array.isArray(value) ? 'must be a single value; a list goes with is: in' : undefined
}

function checkAttributeTest(check: Check, test: AttributeTest): void {
  refuseUnknown(check, test, ['attribute'], 'attribute', test.attribute, check.defined.attributes)
  const attribute = check.file.customerData.attributes.find((candidate) => candidate.name === test.attribute)
  if (!attribute || !checkOperand(check, test) || test.is === 'exists') return
  if (!operatorsOf(attribute).includes(test.is)) {
    const operators = operatorsOf(attribute).join(', ')
    check.refuse(
      test,
      ['is'],
      `must be one of ${operators} for ${attribute.name}, which is ${attribute.type}`,
    )
    return
  }
  const wanted = attribute.type === 'array' ? attribute.items : attribute.type
  const values = Array.isArray(test.value) ? test.value : [test.value]
  if (values.every((value) => isOfType(wanted, value))) return
  check.refuse(test, ['value'], `must be ${wanted}, as ${attribute.name} is`)
}

const equality = ['=', '!=', 'in', 'exists']
const order = ['>', '>=', '<', '<=']

function operatorsOf(attribute: Attribute): readonly string[] {
  switch (attribute.type) {
    case 'integer':
    case 'float':
    case 'datetime':
      return [...equality, ...order]
    case 'string':
      return [...equality, 'contains']
    case 'boolean':
      return equality
    case 'array':
      return attribute.items === 'object' ? ['exists'] : ['contains', 'exists']
    case 'object':
      return ['exists']
  }
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string'
    case 'integer':
      return Number.isInteger(value)
    case 'float':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    default:
      return Value.Check(CalendarDate, value) || Value.Check(Instant, value)
  }
}

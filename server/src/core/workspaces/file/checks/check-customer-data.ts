import { suggestion } from '../nearest-name.ts'
import type { Attribute } from '../sections/customer-data.ts'
import { type Check, refuseRepeatedTexts, refuseRepeats, refuseUnknown } from './check.ts'

/** Nested fields a workspace may have (crossengage 6, C52). */
const maxChildren = 30

/** Attributes, their bindings and event types (crossengage 5, S22). */
export function checkCustomerData(check: Check): void {
  const { customerData, eventTypes } = check.file
  const { attributes } = customerData
  refuseRepeatedTexts(check, customerData, ['businessUnits'], customerData.businessUnits, lowerCase)
  refuseRepeats(check, attributes, 'name')
  for (const attribute of attributes) checkFields(check, attribute)
  const children = attributes.reduce((count, attribute) => count + fieldsOf(attribute).length, 0)
  if (children > maxChildren) {
    check.refuse(
      customerData,
      ['attributes'],
      `have ${children} fields in all; at most ${maxChildren} are possible`,
    )
  }
  checkStandardFields(check)
  refuseRepeats(check, eventTypes, 'code')
  for (const eventType of eventTypes) refuseRepeats(check, eventType.attributes, 'name')
}

function lowerCase(text: string): string {
  return text.toLowerCase()
}

function fieldsOf(attribute: Attribute) {
  return 'fields' in attribute ? (attribute.fields ?? []) : []
}

function checkFields(check: Check, attribute: Attribute): void {
  refuseRepeats(check, fieldsOf(attribute), 'name')
  if (attribute.type !== 'array') return
  const { items, fields } = attribute
  if (items === 'object' && !fields) check.refuse(attribute, ['fields'], 'is required where items is object')
  if (items !== 'object' && fields) check.refuse(attribute, ['fields'], 'belongs to items: object alone')
}

const boundTypes = {
  first_name: 'string',
  last_name: 'string',
  gender: 'string',
  birthdate: 'datetime',
  phone: 'string with format: phone',
  address: 'object',
  language: 'string',
} as const

function checkStandardFields(check: Check): void {
  const { standardFields, attributes } = check.file.customerData
  const boundTo = new Map<string, string>()
  for (const [field, name] of Object.entries(standardFields)) {
    refuseUnknown(check, standardFields, [field], 'attribute', name, check.defined.attributes)
    const attribute = attributes.find((candidate) => candidate.name === name)
    const wanted = Object.entries(boundTypes).find(([known]) => known === field)?.[1]
    if (attribute && wanted && typeOf(attribute) !== wanted && attribute.type !== wanted) {
      check.refuse(
        standardFields,
        [field],
        `must be an attribute of type ${wanted}; "${name}" is ${typeOf(attribute)}`,
      )
    }
    const other = boundTo.get(name)
    if (other)
      check.refuse(standardFields, [field], `binds attribute "${name}", which ${other} binds already`)
    boundTo.set(name, field)
  }
}

function typeOf(attribute: Attribute): string {
  return attribute.type === 'string' && attribute.format
    ? `string with format: ${attribute.format}`
    : attribute.type
}

/**
 * An event may have any name (G51), so one that `eventTypes` does not have is refused only where it looks like a
 * slip of one that it has. A name that is meant is declared, and passes.
 */
export function refuseMistypedEvent(check: Check, owner: object, name: string): void {
  if (check.defined.eventTypes.has(name)) return
  const hint = suggestion(name, check.defined.eventTypes)
  if (hint) check.refuse(owner, ['event'], `names event "${name}", which eventTypes does not declare${hint}`)
}

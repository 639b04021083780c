import type { AttributeType } from '../../../core/profiles/attribute-type.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { isAttributeName } from '../../../core/workspaces/attribute-name.ts'
import type { NewAttribute } from '../../../core/workspaces/attribute-registry.ts'
import { attributeTypeNames } from '../attribute-type-names.ts'
import { quote } from '../quote.ts'
import { traitPrefix } from './attribute-object.ts'

const types: ReadonlyMap<string, AttributeType> = new Map(
  (Object.keys(attributeTypeNames) as AttributeType[]).map((type) => [attributeTypeNames[type], type]),
)

export type ReadNewAttribute =
  | { readonly attribute: NewAttribute; readonly refusal?: never }
  /** Why it is refused: the message that is answered. */
  | { readonly refusal: string }

/** Reads the body of `POST /users/attributes`, as far as it can be judged without the registry (C51–C54). */
export function readNewAttribute(body: JsonObject): ReadNewAttribute {
  const { name: sentName, parentName: sentParent } = body
  const hasParent = sentParent !== undefined && sentParent !== null
  const name = hasParent ? sentName : withoutPrefix(sentName)
  if (typeof name !== 'string' || !isAttributeName(name)) return { refusal: nameRule(sentName, hasParent) }
  const parentName = hasParent ? withoutPrefix(sentParent) : undefined
  if (hasParent && parentName === undefined) return { refusal: noSuchParent(sentParent) }

  const type = readType(body, 'attributeType')
  if (type.refusal !== undefined) return type
  if (type.read === 'array') {
    const items = readType(body, 'nestedType')
    if (items.refusal !== undefined) return items
    if (items.read === 'array') return { refusal: 'The nestedType of an ARRAY must not be ARRAY' }
    if (!hasParent) return { attribute: { name, type: 'array', items: items.read } }
  }
  if (!hasParent) return { attribute: { name, type: type.read } }
  if (type.read === 'array' || type.read === 'object') {
    return { refusal: `A nested attribute must not be of type ${attributeTypeNames[type.read]}` }
  }
  return { attribute: { name, type: type.read, parentName } }
}

/** Also what is answered for a parent that only the registry knows not to be there. */
export function noSuchParent(parentName: unknown): string {
  return `Parent attribute ${quote(parentName)} does not exist, or is neither OBJECT nor ARRAY of OBJECT`
}

function withoutPrefix(name: unknown): string | undefined {
  return typeof name === 'string' && name.startsWith(traitPrefix) ? name.slice(traitPrefix.length) : undefined
}

function nameRule(sent: unknown, hasParent: boolean): string {
  const prefix = hasParent ? '' : `${quote(traitPrefix)} and `
  return (
    `Invalid attribute name ${quote(sent ?? null)}: it must be ${prefix}1 to 100 letters, digits, "_" or "-", ` +
    'beginning with a letter, must not be id, email, businessUnit or xngId, and must not end in ' +
    '_date, _float, _bool, _string, _nested or _int'
  )
}

function readType(
  body: JsonObject,
  field: 'attributeType' | 'nestedType',
): { readonly read: AttributeType; readonly refusal?: never } | { readonly refusal: string } {
  const sent = body[field]
  if (typeof sent !== 'string') {
    return { refusal: `Invalid field value, or missing a required field ${quote(field)}` }
  }
  const read = types.get(sent)
  // The words are those that clients know, and stand in the contract (C53).
  return read ? { read } : { refusal: `No enum constant com.crossengage.attribute.AttributeType.${sent}` }
}

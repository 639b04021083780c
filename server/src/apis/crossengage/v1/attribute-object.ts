import type { AttributeType } from '../../../core/profiles/attribute-type.ts'
import type { RegisteredAttribute } from '../../../core/workspaces/attribute-registry.ts'
import { attributeTypeNames } from '../attribute-type-names.ts'

export const traitPrefix = 'traits.'

type TypeName = (typeof attributeTypeNames)[AttributeType]

/** An attribute as the registry shows it (8.3): `nestedType` at arrays alone, `parentName` at children alone. */
export interface AttributeObject {
  readonly id: number
  readonly name: string
  readonly attributeType: TypeName
  readonly nestedType?: TypeName
  readonly parentName?: string
}

export function attributeObject(attribute: RegisteredAttribute): AttributeObject {
  const { id, type, items, parent } = attribute
  return {
    id,
    name: wireName(attribute),
    attributeType: attributeTypeNames[type],
    ...(items === undefined ? {} : { nestedType: attributeTypeNames[items] }),
    ...(parent === undefined ? {} : { parentName: traitPrefix + parent.name }),
  }
}

/** `traits.` and the bare name; of a child its bare name alone (C51). */
export function wireName({ name, parent }: RegisteredAttribute): string {
  return parent ? name : traitPrefix + name
}

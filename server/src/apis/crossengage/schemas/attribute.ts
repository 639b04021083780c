import { Type } from 'typebox'

const attributeType = Type.Enum(['STRING', 'INTEGER', 'FLOAT', 'DATETIME', 'BOOLEAN', 'ARRAY', 'OBJECT'])
const nestedType = Type.Enum(['STRING', 'INTEGER', 'FLOAT', 'DATETIME', 'BOOLEAN', 'OBJECT'])
const name = Type.String({ description: 'traits. and the bare name; of a child its bare name alone (C51).' })
const id = Type.Integer({ minimum: 1 })

export const AttributePath = Type.Object({ id })

/** What `POST /users/attributes` takes. */
export const NewAttribute = Type.Object({
  name,
  attributeType,
  nestedType: Type.Optional(Type.Union([nestedType, Type.Null()])),
  parentName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
})

const attribute = {
  id,
  name,
  attributeType,
  nestedType: Type.Optional(nestedType),
  parentName: Type.Optional(Type.String()),
}

export const Attribute = Type.Object(attribute, { description: 'The attribute.' })

export const CreatedAttribute = Type.Object(
  { ...attribute, success: Type.Literal(true) },
  { description: 'The attribute, new or as it was.' },
)

export const AttributeList = Type.Object(
  {
    attributes: Type.Array(Attribute),
    total: Type.String({ pattern: '^[0-9]+$', description: 'All there are; a text.' }),
  },
  { description: 'A page of the attributes.' },
)

/** Why an attribute is not deleted: one entry for each use (C59, C60). */
export const AttributeUses = Type.Array(
  Type.Object({
    id,
    name,
    usageType: Type.Enum(['SEGMENT_CONDITION', 'GOAL_CONDITION', 'CHILD_ATTRIBUTE', 'ID_MISMATCH']),
  }),
  { description: 'Why it stays: one entry for each use.' },
)

import { type Static, Type } from 'typebox'
import { attributeNameForm, hasReservedEnding, isReservedName } from '../../attribute-name.ts'
import { group, listOf, matchingText } from '../values/shapes.ts'

/** C51, C52. */
const AttributeName = Type.Refine(
  Type.Refine(
    matchingText(attributeNameForm, 'must be 1 to 100 letters, digits, "_" or "-", beginning with a letter'),
    (name) => !isReservedName(name),
    (name) => `must not be "${name}", which is reserved`,
  ),
  (name) => !hasReservedEnding(name),
  () => 'must not end in _date, _float, _bool, _string, _nested or _int',
)

const simpleTypes = ['string', 'integer', 'float', 'boolean', 'datetime'] as const

const Fields = Type.Array(group({ name: AttributeName, type: Type.Enum([...simpleTypes]) }), { minItems: 1 })

const Attribute = Type.Union(
  [
    group({
      name: AttributeName,
      type: Type.Literal('string'),
      format: Type.Optional(Type.Literal('phone', { description: 'E.164.' })),
    }),
    group({ name: AttributeName, type: Type.Enum(['integer', 'float', 'boolean', 'datetime']) }),
    group({
      name: AttributeName,
      type: Type.Literal('array'),
      items: Type.Enum([...simpleTypes, 'object']),
      fields: Type.Optional(Fields),
    }),
    group({ name: AttributeName, type: Type.Literal('object'), fields: Fields }),
  ],
  { chosenBy: 'type' },
)

const BoundAttribute = Type.Optional(Type.String({ minLength: 1 }))

/** Profiles' schema and uniqueness (crossengage 5 and 10, S11, S22). */
export const CustomerData = group(
  {
    businessUnits: listOf(
      matchingText(
        /^(?=.{1,64}$)[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u,
        'must be 1 to 64 characters without control characters and without blanks at its ends',
      ),
      { description: 'The business units there are; empty: any text is one.' },
    ),
    emailUniqueness: Type.Enum(['business-unit', 'workspace'], { default: 'business-unit' }),
    partialBatchStatus: Type.Enum([400, 202], { default: 400 }),
    attributes: listOf(Attribute),
    standardFields: group(
      {
        first_name: BoundAttribute,
        last_name: BoundAttribute,
        gender: BoundAttribute,
        birthdate: BoundAttribute,
        phone: BoundAttribute,
        address: BoundAttribute,
        language: BoundAttribute,
      },
      {
        default: {},
        description:
          'Which attribute is which standard field. `email` is always the e-mail of the profile (L60).',
      },
    ),
  },
  { default: {} },
)

export type CustomerData = Static<typeof CustomerData>
export type Attribute = Static<typeof Attribute>

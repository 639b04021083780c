import { type Static, Type } from 'typebox'
import { Email, PhoneNumber, webUrl } from '../values/addresses.ts'
import { CountryCode, currency, rate } from '../values/amounts.ts'
import { TimeOfDay } from '../values/moments.ts'
import { flag, group, listOf, matchingText } from '../values/shapes.ts'
import { Id, Label, LocalizedText, OptionalText, Reference } from '../values/texts.ts'

export const Named = group({ id: Id, name: LocalizedText })

/** Values by the id of their property definition; checked against the definition's type. */
export const PropertyValues = Type.Record(Type.String(), Type.Unknown(), { default: {} })

const AddressLine = Type.Optional(Type.String({ maxLength: 255 }))

const Address = group({
  address1: AddressLine,
  address2: AddressLine,
  address3: AddressLine,
  address4: AddressLine,
  address5: AddressLine,
  address6: AddressLine,
  address7: AddressLine,
  zip: AddressLine,
  city: AddressLine,
  countryCode: Type.Optional(CountryCode),
})

const OpeningHours = Type.Array(Type.Array(Type.Tuple([TimeOfDay, TimeOfDay]), { maxItems: 2 }), {
  minItems: 7,
  maxItems: 7,
  description: 'Monday first; up to two intervals a day.',
})

const Store = group({
  id: Id,
  code: matchingText(/^\S{1,64}$/, 'must be 1 to 64 characters without blanks', {
    default: (store: { id?: string }) => store.id ?? '',
    description: 'Default: the id.',
  }),
  name: LocalizedText,
  address: Type.Optional(Address),
  phone: Type.Optional(PhoneNumber),
  contactEmail: Type.Optional(Email),
  managerName: Type.Optional(Label),
  registrationId: Type.Optional(Label),
  url: Type.Optional(webUrl()),
  imageUrls: listOf(webUrl()),
  shortDescription: OptionalText,
  description: OptionalText,
  visibleForCustomer: flag(true),
  gps: Type.Optional(
    group({
      latitude: Type.Number({ minimum: -90, maximum: 90 }),
      longitude: Type.Number({ minimum: -180, maximum: 180 }),
    }),
  ),
  opening: Type.Optional(OpeningHours),
  properties: PropertyValues,
})

const PropertyDefinition = group({
  id: Id,
  owner: Type.Enum(['customer', 'store', 'reward', 'product', 'event', 'purchase', 'voucher', 'partner']),
  name: LocalizedText,
  description: OptionalText,
  type: Type.Enum([
    'string',
    'integer',
    'float',
    'boolean',
    'date',
    'timestamp',
    'enum',
    'multiselect',
    'custom',
  ]),
  unique: flag(false),
  required: flag(false),
  items: Type.Optional(Type.Array(Named, { minItems: 1, description: 'Of enum and multiselect.' })),
})

const PointType = group({
  id: Id,
  name: LocalizedText,
  expiresAfterDays: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 36_500, description: 'Absent: never (L122).' }),
  ),
  default: flag(false),
})

const Status = group({
  id: Id,
  name: LocalizedText,
  qualificationPoints: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
  qualificationMonths: Type.Integer({ minimum: 1, maximum: 120, default: 12 }),
  multiplier: rate({ default: 1 }),
})

const CardType = group({
  id: Id,
  name: LocalizedText,
  numberPrefix: matchingText(/^[A-Za-z0-9]{0,30}$/, 'must be up to 30 letters and digits', { default: '' }),
  length: Type.Integer({
    minimum: 4,
    maximum: 64,
    description: 'Characters of a number, its prefix included.',
  }),
})

const Partner = group({
  id: Id,
  name: LocalizedText,
  address: Type.Optional(Address),
  registrationId: Type.Optional(Label),
  vatId: Type.Optional(Label),
  email: Type.Optional(Email),
  phone: Type.Optional(PhoneNumber),
  properties: PropertyValues,
})

/** Reference data of a loyalty programme (carecloud 9.4, 9.6–9.8, 10). */
export const Loyalty = group(
  {
    customerSources: listOf(Named),
    stores: listOf(Store),
    interests: listOf(Named),
    properties: listOf(PropertyDefinition),
    pointTypes: listOf(PointType),
    earning: Type.Optional(
      group(
        {
          pointsPerUnit: rate(),
          unit: currency(),
          pointType: Type.Optional(Reference),
        },
        { description: 'Points earned by a purchase; absent: none (L107).' },
      ),
    ),
    pointValue: Type.Optional(
      group({ amount: rate(), currency: currency() }, { description: 'What a point pays; absent: nothing.' }),
    ),
    statuses: listOf(Status, { description: 'Tiers, lowest first.' }),
    cardTypes: listOf(CardType),
    partners: listOf(Partner),
    externalApplications: listOf(Named),
  },
  { default: {} },
)

export type Loyalty = Static<typeof Loyalty>
export type Store = Static<typeof Store>
export type PropertyDefinition = Static<typeof PropertyDefinition>

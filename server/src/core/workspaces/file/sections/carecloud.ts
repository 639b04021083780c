import { type Static, Type } from 'typebox'
import { flag, group, listOf } from '../values/shapes.ts'
import { eventName } from '../values/texts.ts'
import { Named } from './loyalty.ts'

/** What only the carecloud API reads, with the defaults of L62. */
export const CareCloud = group(
  {
    businessUnit: Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()], {
      default: null,
      description: 'Of customers made by this API.',
    }),
    bearerHours: Type.Integer({ minimum: 1, maximum: 8760, default: 7 }),
    legacyBasic: flag(true),
    customerInterface: group(
      {
        allow: listOf(
          Type.Enum([
            'send-purchase',
            'synchronize-points',
            'check-registration-ability',
            'segments',
            'cards',
            'vouchers',
            'partner-records',
            'free-vouchers',
          ]),
          { description: 'Guarded operations that customers may call all the same (L33).' },
        ),
      },
      { default: {} },
    ),
    purchaseEvent: eventName({ default: 'purchase', description: 'Emitted if it is in eventTypes.' }),
    purchaseTypes: listOf(Named, {
      default: [
        { id: 'store_purchase', name: 'Store purchase' },
        { id: 'eshop_purchase', name: 'E-shop purchase' },
      ],
      minItems: 1,
    }),
    purchaseItemTypes: listOf(Named, { default: [{ id: 'standard', name: 'Standard item' }], minItems: 1 }),
    addressTypes: listOf(Named, {
      default: [
        { id: 'billing', name: 'Billing address' },
        { id: 'delivery', name: 'Delivery address' },
      ],
    }),
  },
  { default: {} },
)

export type CareCloud = Static<typeof CareCloud>

import { type TSchemaOptions, Type } from 'typebox'
import { countryCodes } from './country-codes.ts'

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

/** An ISO 4217 code. */
export function currency(options: TSchemaOptions = {}) {
  return Type.Refine(
    Type.String(options),
    (code) => currencies.has(code),
    () => 'must be a currency of ISO 4217 in upper case, such as EUR',
  )
}

/** An ISO 3166-1 alpha-2 code, in either case. */
export const CountryCode = Type.Refine(
  Type.String(),
  (code) => countryCodes.has(code.toLowerCase()),
  () => 'must be a country of ISO 3166-1, such as cz',
)

/** An exact decimal above 0 with 2 places: money, or points (L51). */
export function amount(options: TSchemaOptions = {}) {
  return Type.Refine(
    Type.Number({ maximum: 1_000_000_000, ...options, exclusiveMinimum: 0 }),
    (value) => Number(value.toFixed(2)) === value,
    () => 'must have at most 2 decimal places',
  )
}

/** A factor or a rate above 0; finer than money, because it is multiplied before it is rounded. */
export function rate(options: TSchemaOptions = {}) {
  return Type.Refine(
    Type.Number({ maximum: 1_000_000, ...options, exclusiveMinimum: 0 }),
    (value) => Number(value.toFixed(6)) === value,
    () => 'must have at most 6 decimal places',
  )
}

/** How many there are of something; 0 is none left. */
export const Stock = Type.Integer({ minimum: 0, maximum: 1_000_000_000 })

/** How many times something may happen. */
export const Limit = Type.Integer({ minimum: 1, maximum: 1_000_000_000 })

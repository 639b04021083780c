/**
 * An amount of money or points as a whole number of hundredths (L51). Whole numbers add up exactly; binary fractions
 * do not.
 */
export type Hundredths = number

/** Millions of digits would be calculated with for seconds. */
const longestDecimal = 1000

const decimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,3}))?$/i

/**
 * Reads an amount as clients send it: a number, or numeric text. What it has beyond two places is rounded half up,
 * away from zero, as it is written in decimals: `1.005` and `"1.005"` are 1.01, `21.499999999999996` is 21.5 (L51).
 *
 * @returns undefined for what is no number, has more than 1000 digits, or is too large to be counted exactly
 */
export function parseHundredths(value: unknown): Hundredths | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const written = String(value).trim()
  const exact = written.length <= longestDecimal ? readDecimal(written) : undefined
  if (!exact) return undefined
  const rounded = Number(divideHalfUp(exact.digits * 100n, exact.scale))
  return Number.isSafeInteger(rounded) ? rounded : undefined
}

/** The amount as a JSON number: 2150 is 21.5. */
export function formatHundredths(amount: Hundredths): number {
  return amount / 100
}

/** The amount times all rates, rounded half up once. */
export function times(amount: Hundredths, ...rates: readonly number[]): Hundredths {
  const product = multiply(amount, rates)
  return safe(divideHalfUp(product.digits, product.scale))
}

/** The amount times the rate, rounded half up, but no more than `most`, however large it is. */
export function timesUpTo(amount: Hundredths, rate: number, most: Hundredths): Hundredths {
  const product = multiply(amount, [rate])
  return upTo(divideHalfUp(product.digits, product.scale), most)
}

/** So many per cent of the amount, rounded half up. */
export function percentOf(amount: Hundredths, percent: number): Hundredths {
  const product = multiply(amount, [percent])
  return safe(divideHalfUp(product.digits, product.scale * 100n))
}

/** The amount times all rates, rounded down once to whole units: points that are earned (L51, L107). */
export function wholeTimes(amount: Hundredths, ...rates: readonly number[]): Hundredths {
  const product = multiply(amount, rates)
  return safe(divideDown(product.digits, product.scale * 100n) * 100n)
}

/** How many whole units at this rate the amount pays for, rounded down, but no more than `most` (L109). */
export function wholeUnitsIn(amount: Hundredths, rate: number, most: Hundredths): Hundredths {
  const { digits, scale } = decimalOf(rate)
  return upTo(divideDown(BigInt(amount) * scale, digits * 100n) * 100n, most)
}

/** `digits / scale`, where the scale is a power of ten. */
interface Decimal {
  readonly digits: bigint
  readonly scale: bigint
}

function readDecimal(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = decimal.exec(text) ?? []
  if (sign === undefined || whole + fraction === '') return undefined
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`)
  const places = fraction.length - Number(exponent)
  return places >= 0
    ? { digits, scale: 10n ** BigInt(places) }
    : { digits: digits * 10n ** BigInt(-places), scale: 1n }
}

function decimalOf(rate: number): Decimal {
  const exact = readDecimal(String(rate))
  if (!exact) throw new RangeError(`not a finite number: ${rate}`)
  return exact
}

function multiply(amount: Hundredths, rates: readonly number[]): Decimal {
  return rates
    .map(decimalOf)
    .reduce(
      (product, { digits, scale }) => ({ digits: product.digits * digits, scale: product.scale * scale }),
      {
        digits: BigInt(amount),
        scale: 1n,
      },
    )
}

function divideHalfUp(digits: bigint, scale: bigint): bigint {
  const magnitude = digits < 0n ? -digits : digits
  const rounded = (magnitude * 2n + scale) / (scale * 2n)
  return digits < 0n ? -rounded : rounded
}

function divideDown(digits: bigint, scale: bigint): bigint {
  const quotient = digits / scale
  return digits % scale < 0n ? quotient - 1n : quotient
}

function upTo(result: bigint, most: Hundredths): Hundredths {
  return result < most ? Number(result) : most
}

function safe(result: bigint): Hundredths {
  const amount = Number(result)
  if (!Number.isSafeInteger(amount)) throw new RangeError('an amount too large to be counted exactly')
  return amount
}

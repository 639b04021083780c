import { randomInt } from 'node:crypto'

const lowest = 10n ** 15n
const span = 2n ** 63n - lowest

/**
 * A number of 16 to 19 digits below 2^63, as text (E9): random, so that it reveals no count. Every request takes
 * one; whole numbers are drawn from a supply, where bytes would be asked of the system each time.
 */
export function uniqueId(): string {
  const bits = (BigInt(randomInt(2 ** 31)) << 32n) | BigInt(randomInt(2 ** 32))
  return String(lowest + (bits % span))
}

/** Whether a text is an id of this API: a positive integer below 2^63, without leading zeros (E9). */
export function isId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) < 2n ** 63n
}

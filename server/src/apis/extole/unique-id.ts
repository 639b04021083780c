import { randomBytes } from 'node:crypto'

const lowest = 10n ** 15n
const span = 2n ** 63n - lowest

/** A number of 16 to 19 digits below 2^63, as text (E9): random, so that it reveals no count. */
export function uniqueId(): string {
  return String(lowest + (randomBytes(8).readBigUInt64BE() % span))
}

/** Whether a text is an id of this API: a positive integer below 2^63, without leading zeros (E9). */
export function isId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) < 2n ** 63n
}

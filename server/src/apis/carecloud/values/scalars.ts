import { emailKey, isEmail } from '../../../core/profiles/email.ts'
import { fault, type Reader } from './reader.ts'

/** A text; a number is one too (L45). Longer than `longest` is of a wrong form. */
export function text({ longest = 16_384 } = {}): Reader<string> {
  return {
    schema: { type: 'string', maxLength: longest },
    read(value, place, reading) {
      const read = textOf(value)
      if (read !== undefined && read.length <= longest) return read
      const wanted = read === undefined ? 'must be a text' : `must have at most ${longest} characters`
      return fault(reading, place, 'invalid_value_format', value, wanted)
    },
  }
}

const shortText = text({ longest: 255 })

/** An id: text (L45), not one that no table holds (S36). Which there are is asked later. */
export const id: Reader<string> = {
  ...shortText,
  read(value, place, reading) {
    if (typeof value === 'string' && storable(value) !== value) {
      return fault(reading, place, 'invalid_value_format', value, 'has a character that no id has')
    }
    return shortText.read(value, place, reading)
  },
}

export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return storable(value)
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined
}

/** U+0000 and half a surrogate pair, which no table holds, as U+FFFD (S36). */
function storable(value: string): string {
  return value.toWellFormed().replaceAll('\0', '\uFFFD')
}

const numberForm = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i

/** A number, or numeric text (L45). Outside of the bounds it is not allowed. */
export function number({ least = -Infinity, most = Infinity } = {}): Reader<number> {
  return {
    schema: { type: 'number', ...bounds(least, most) },
    read(value, place, reading) {
      const read = numberOf(value)
      if (read === undefined) return fault(reading, place, 'invalid_value_format', value, 'must be a number')
      return within(read, least, most) ?? fault(reading, place, 'not_allowed_value', value, span(least, most))
    },
  }
}

/** A whole number. */
export function integer({
  least = Number.MIN_SAFE_INTEGER,
  most = Number.MAX_SAFE_INTEGER,
} = {}): Reader<number> {
  return {
    schema: { type: 'integer', ...bounds(least, most) },
    read(value, place, reading) {
      const read = numberOf(value)
      if (read === undefined || !Number.isInteger(read)) {
        return fault(reading, place, 'invalid_value_format', value, 'must be a whole number')
      }
      return within(read, least, most) ?? fault(reading, place, 'not_allowed_value', value, span(least, most))
    },
  }
}

function within(value: number, least: number, most: number): number | undefined {
  return value >= least && value <= most ? value : undefined
}

function span(least: number, most: number): string {
  if (most >= Number.MAX_SAFE_INTEGER) return `must be at least ${least}`
  return least <= Number.MIN_SAFE_INTEGER ? `must be at most ${most}` : `must be from ${least} to ${most}`
}

export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  const trimmed = value.trim()
  const read = numberForm.test(trimmed) ? Number(trimmed) : Number.NaN
  return Number.isFinite(read) ? read : undefined
}

function bounds(least: number, most: number): object {
  return {
    ...(least > Number.MIN_SAFE_INTEGER ? { minimum: least } : {}),
    ...(most < Number.MAX_SAFE_INTEGER ? { maximum: most } : {}),
  }
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** A boolean: `true, false, 1, 0`, also as text in any case (L46). */
export const flag: Reader<boolean> = {
  schema: { type: 'boolean' },
  read: (value, place, reading) =>
    flagOf(value) ?? fault(reading, place, 'invalid_value_format', value, 'must be true or false'),
}

export function flagOf(value: unknown): boolean | undefined {
  return typeof value === 'object' ? undefined : flags.get(String(value).trim().toLowerCase())
}

/** One of these; numbers are taken as text too (L49). Others are not allowed. */
export function oneOf<const T extends string | number>(allowed: readonly T[]): Reader<T> {
  return {
    schema: { enum: [...allowed] },
    read: (value, place, reading) =>
      allowed.find((candidate) => isSame(candidate, value)) ??
      fault(reading, place, 'not_allowed_value', value, `must be one of ${allowed.join(', ')}`),
  }
}

function isSame(candidate: string | number, value: unknown): boolean {
  return typeof candidate === 'number' ? candidate === numberOf(value) : candidate === textOf(value)
}

/** An e-mail address, in the spelling it was sent in, without outer blanks. */
export const email: Reader<string> = {
  schema: { type: 'string', format: 'email' },
  read(value, place, reading) {
    const read = textOf(value)?.trim()
    if (read !== undefined && isEmail(read)) return read
    return fault(reading, place, 'invalid_value_format', value, 'must be an e-mail address')
  },
}

/** An e-mail address in the form in which addresses are compared (S10). */
export const emailToCompare: Reader<string> = {
  schema: email.schema,
  read(value, place, reading) {
    const read = email.read(value, place, reading)
    return read === undefined ? undefined : emailKey(read)
  },
}

/** The same of a filter: what is no address is the address of nobody, and no fault (L40). */
export const emailToFind: Reader<string> = {
  schema: email.schema,
  read(value, place, reading) {
    const read = text().read(value, place, reading)
    return read === undefined ? undefined : emailKey(read)
  },
}

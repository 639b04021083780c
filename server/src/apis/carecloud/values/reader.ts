import { isJsonObject } from '../../../core/profiles/json-object.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { type InvalidParam, invalidParam, type Place, type Reason, sayOf } from '../errors/invalid-param.ts'
import type { CustomerRef } from '../reach.ts'

/** One request as its values are read: what they are read by, and all that is wrong with them (L42). */
export interface Reading {
  readonly workspace: Workspace
  readonly loggedIn: CustomerRef | undefined
  readonly source: 'query' | 'body'
  /** The customer of the path. */
  readonly customer: CustomerRef | undefined
  readonly faults: InvalidParam[]
  /** What is wrong with each row of a batch: told too where the request is refused for something else (L42). */
  readonly faultsOfRows?: InvalidParam[][]
  /** Customers that are looked up once everything is read, all at once. */
  readonly customers: NamedCustomer[]
  /** Fields in which an unknown customer is nobody, and no fault: of what does not matter to the request. */
  readonly ignoredIfUnknown?: Set<string>
}

/** A customer's id as it was sent; what it is read as is filled in by the look-up. */
export interface NamedCustomer {
  readonly sent: string
  readonly place: Place
  readonly ref: { profileId: string; number: string }
  /** Someone the caller does not reach may be named (`new_customer_id` of a transfer, L28). */
  readonly mayBeAnybody: boolean
  /** Must be the customer of the path (L75). */
  readonly ofPath: boolean
  readonly isRequired: boolean
  /** Where it is noted that it may not be named: the reading's faults, or those of a row of it. */
  readonly faults: InvalidParam[]
}

/** How one value is read, coerced (L45–L50), refused and documented. */
export interface Reader<T> {
  /** JSON Schema of what is taken, for the document. */
  readonly schema: object
  /**
   * Reads a value that was given: not undefined, null or `""` (L46).
   *
   * @returns undefined where it was refused; the fault is in `reading.faults` then
   */
  read(value: unknown, place: Place, reading: Reading): T | undefined
  /** What stands for a value that was not given; absent: undefined does. */
  readonly missing?: (place: Place, reading: Reading) => T | undefined
}

declare const requiredMark: unique symbol

/** A reader whose value is always there once the object it is in was read without fault. */
export interface RequiredReader<T> extends Reader<T> {
  readonly [requiredMark]?: true
  readonly isRequired: true
}

export type Fields = Readonly<Record<string, Reader<unknown>>>

/** What an object of these fields is read as; fields that are not required and were not given are undefined. */
export type Read<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends RequiredReader<infer T>
    ? T
    : F[Name] extends Reader<infer T>
      ? T | undefined
      : never
}

/** The value must be given: else `required`. */
export function required<T>(reader: Reader<T>): RequiredReader<T> {
  return {
    ...reader,
    isRequired: true,
    read(value, place, reading) {
      const faults = reading.faults.length
      const read = reader.read(value, place, reading)
      // Blanks where they count as nothing, a list of empty values: given, and yet not.
      if (read === undefined && reading.faults.length === faults) fault(reading, place, 'required', null)
      return read
    },
    missing: (place, reading) => {
      const instead = reader.missing?.(place, reading)
      return instead === undefined ? fault(reading, place, 'required', null) : instead
    },
  }
}

/** What a field is when it is not given. */
export function withDefault<T>(reader: Reader<T>, byDefault: T): RequiredReader<T> {
  return {
    ...reader,
    schema: { ...reader.schema, default: byDefault },
    isRequired: true,
    missing: () => byDefault,
  }
}

/**
 * Notes a fault; gives undefined, to be given back by a reader. `wanted` tells a person what would have been right:
 * `must be a number`.
 */
export function fault(
  reading: Reading,
  place: Place,
  reason: Reason,
  value: unknown,
  wanted?: string,
): undefined {
  if (reading.faults.length >= mostFaults) return undefined
  const message = wanted === undefined ? undefined : sayOf(place.name, wanted)
  reading.faults.push(invalidParam(place, reason, value, message))
  return undefined
}

/** A body of ten megabytes has room for millions: told one by one they would take gigabytes, and nobody reads them. */
const mostFaults = 10_000
/** More than anybody's bill or customer has. */
const mostEntries = 10_000
/** More than fit into ten megabytes of rows that say anything. */
const mostRows = 100_000

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** Reads the fields of an object; unknown ones are ignored (L6). What was refused is undefined in the result. */
export function readFields<F extends Fields>(
  fields: F,
  input: Readonly<Record<string, unknown>>,
  reading: Reading,
  index?: number,
): Read<F> {
  const read = Object.entries(fields).map(([name, reader]) => {
    const value = Object.hasOwn(input, name) ? input[name] : undefined
    const place = index === undefined ? { name } : { name, index }
    return [name, isGiven(value) ? reader.read(value, place, reading) : reader.missing?.(place, reading)]
  })
  return Object.fromEntries(read)
}

/** An object of these fields. */
export function object<F extends Fields>(fields: F): Reader<Read<F>> {
  return {
    schema: objectSchema(fields),
    read(value, place, reading) {
      if (!isJsonObject(value))
        return fault(reading, place, 'invalid_value_format', value, 'must be an object')
      return readFields(fields, value, reading, place.index)
    },
  }
}

export function objectSchema(fields: Fields): object {
  const needed = Object.entries(fields).filter(([, reader]) => isNeeded(reader))
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
    ...(needed.length > 0 ? { required: needed.map(([name]) => name) } : {}),
  }
}

/** Whether the document says that a client must send it. */
function isNeeded(reader: Reader<unknown>): boolean {
  return 'isRequired' in reader && !('default' in reader.schema)
}

/** A list; with `indexed` its faults say which entry they are of (batches and bill items, L42). */
export function list<T>(item: Reader<T>, { indexed = false } = {}): Reader<readonly T[]> {
  return {
    schema: { type: 'array', items: item.schema },
    read(value, place, reading) {
      if (!isListOf(value, mostEntries, place, reading)) return undefined
      return value.flatMap((entry, index) => {
        const at = indexed ? { name: place.name, index } : place
        const read = isGiven(entry) ? item.read(entry, at, reading) : fault(reading, at, 'empty', entry)
        return read === undefined ? [] : [read]
      })
    },
  }
}

function isListOf(value: unknown, most: number, place: Place, reading: Reading): value is readonly unknown[] {
  if (!Array.isArray(value)) fault(reading, place, 'invalid_value_format', value, 'must be a list')
  else if (value.length <= most) return true
  else fault(reading, place, 'not_allowed_value', null, `takes at most ${most} entries`)
  return false
}

/** A row of a batch: what it was read as, or all that is wrong with it; complete once the handler is called. */
export interface Row<T> {
  readonly index: number
  readonly value: T | undefined
  readonly faults: readonly InvalidParam[]
}

/**
 * The rows of a batch. Each is read by itself: what is wrong with one is noted with it, and not with the request, so
 * that the good ones can be stored all the same (L76).
 */
export function rows<T>(item: Reader<T>): Reader<readonly Row<T>[]> {
  return {
    schema: { type: 'array', items: item.schema },
    read(value, place, reading) {
      if (!isListOf(value, mostRows, place, reading)) return undefined
      return value.map((entry, index) => {
        const ofRow: Reading = { ...reading, faults: [] }
        reading.faultsOfRows?.push(ofRow.faults)
        const at = { name: place.name, index }
        const read = isGiven(entry) ? item.read(entry, at, ofRow) : fault(ofRow, at, 'empty', entry)
        return { index, value: read, faults: ofRow.faults }
      })
    },
  }
}

/** Any JSON, as it came. */
export const anything: Reader<unknown> = { schema: {}, read: (value) => value }

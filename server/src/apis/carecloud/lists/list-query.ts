import type { ListRequest } from '../../../core/lists/list-request.ts'
import { fault, isGiven, type Reader, type Reading } from '../values/reader.ts'
import { integer } from '../values/scalars.ts'

/** By the field of the listed object: what the core calls that order (L38). */
export type SortFields<By extends string = string> = Readonly<Record<string, By>>

const defaultCount = 100
/** However large: a page ends where the list does, or where it is cut (L37). */
const count = integer({ least: 1, most: Infinity })
const offset = integer({ least: 0, most: Infinity })

/** `count`, `offset`, `sort_field`, `sort_direction` (L37, L38); what is wrong is noted in the reading. */
export function readListRequest<By extends string>(
  query: Readonly<Record<string, unknown>>,
  sortFields: SortFields<By>,
  reading: Reading,
): ListRequest<By> {
  const field = isGiven(query.sort_field) ? String(query.sort_field) : undefined
  const direction = isGiven(query.sort_direction) ? String(query.sort_direction) : 'asc'
  const by = field !== undefined && Object.hasOwn(sortFields, field) ? sortFields[field] : undefined
  if (field !== undefined && by === undefined) {
    const wanted = `must be one of ${Object.keys(sortFields).join(', ')}`
    fault(reading, { name: 'sort_field' }, 'not_allowed_value', field, wanted)
  }
  if (!/^(asc|desc)$/i.test(direction)) {
    fault(reading, { name: 'sort_direction' }, 'not_allowed_value', direction, 'must be ASC or DESC')
  }
  return {
    sort: by === undefined ? undefined : { by, descending: direction.toLowerCase() === 'desc' },
    count: given(count, 'count', query, reading) ?? defaultCount,
    offset: given(offset, 'offset', query, reading) ?? 0,
  }
}

function given(
  reader: Reader<number>,
  name: string,
  query: Readonly<Record<string, unknown>>,
  reading: Reading,
): number | undefined {
  const read = isGiven(query[name]) ? reader.read(query[name], { name }, reading) : undefined
  return read === undefined ? undefined : Math.min(read, Number.MAX_SAFE_INTEGER)
}

/** The same for the document. */
export function listParameters(sortFields: SortFields): object {
  return {
    count: { type: 'integer', minimum: 1, default: defaultCount },
    offset: { type: 'integer', minimum: 0, default: 0 },
    sort_field: { type: 'string', enum: Object.keys(sortFields) },
    sort_direction: { type: 'string', enum: ['ASC', 'DESC'], default: 'ASC' },
  }
}

const mostFilterValues = 1000

/**
 * A filter that takes several values, ORed: `x[]=a`, `x[0]=a`, repeated `x=a`, and a single one (L39). Empty ones are
 * not set; all of them empty is no filter.
 */
export function anyOf<T>(item: Reader<T>): Reader<readonly T[]> {
  return {
    schema: { type: 'array', items: item.schema, maxItems: mostFilterValues },
    read(value, place, reading) {
      const values = [value].flat().filter(isGiven)
      if (values.length === 0) return undefined
      if (values.length > mostFilterValues) {
        return fault(reading, place, 'not_allowed_value', null, `takes at most ${mostFilterValues} values`)
      }
      return values.flatMap((entry) => item.read(entry, place, reading) ?? [])
    },
  }
}

/**
 * The parameters of a query by name: `x[]` and `x[0]` are `x`, and of several values of one name all stand in an
 * array. Parameters with an empty value are left out (L40).
 */
export function queryParameters(query: unknown): Readonly<Record<string, unknown>> {
  const values = new Map<string, unknown[]>()
  for (const [key, value] of Object.entries(query as Record<string, unknown>)) {
    const name = key.replace(/\[\d*\]$/, '')
    const given = [value].flat().filter(isGiven)
    const known = values.get(name)
    if (known) known.push(...given)
    else if (given.length > 0) values.set(name, given)
  }
  return Object.fromEntries([...values].map(([name, given]) => [name, given.length === 1 ? given[0] : given]))
}

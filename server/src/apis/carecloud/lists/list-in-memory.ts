import type { ListPage, ListRequest } from '../../../core/lists/list-request.ts'

/** An object as it is answered. */
export type Presented = Readonly<Record<string, unknown>>

/**
 * One page of a list that lies in memory, in the order it comes in where no sort is asked for (L37, L38): texts are
 * compared by their characters in the language, nulls come last.
 */
export function pageOf<Item extends Presented>(
  items: readonly Item[],
  { sort, count, offset }: ListRequest<string>,
  language: string,
): ListPage<Item> {
  const sorted = sort ? items.toSorted(comparison(sort.by, sort.descending, language)) : items
  return { items: sorted.slice(offset, offset + count), total: items.length }
}

function comparison(field: string, descending: boolean, language: string) {
  const collator = new Intl.Collator(language)
  const direction = descending ? -1 : 1
  return (a: Presented, b: Presented): number => {
    const [left, right] = [a[field] ?? null, b[field] ?? null]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    if (typeof left === 'string' && typeof right === 'string')
      return direction * collator.compare(left, right)
    return direction * (Number(left) - Number(right))
  }
}

/** Whether a text holds a part, without regard to case (L40). */
export function holds(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase())
}

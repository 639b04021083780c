import pg from 'pg'

/** What became of one of the items that were written together. */
export type Written<Result> = () => Result

/**
 * Writes items together. Where PostgreSQL cannot take a value of one of them, halves are tried, and so on: that one
 * fails alone, and who shares its commit does not suffer.
 *
 * @param write writes all of them, or none
 * @returns for each item a function that gives its result, or throws why it alone was not written
 */
export async function writeTogether<Item, Result>(
  items: readonly Item[],
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Written<Result>[]> {
  try {
    const results = await write(items)
    return results.map((result) => () => result)
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && isOfValue(error))) throw error
    if (items.length === 1) {
      return [
        () => {
          throw error
        },
      ]
    }
    const half = Math.ceil(items.length / 2)
    return [
      ...(await writeTogether(items.slice(0, half), write)),
      ...(await writeTogether(items.slice(half), write)),
    ]
  }
}

/** SQLSTATE classes: a value that its type cannot have, and one that goes beyond PostgreSQL's limits. */
function isOfValue({ code = '' }: pg.DatabaseError): boolean {
  return code.startsWith('22') || code.startsWith('54')
}

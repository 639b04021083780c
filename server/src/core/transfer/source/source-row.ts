/** A place between two rows of a source: how much of it lies before. */
export interface Place {
  readonly bytes: number
  readonly lines: number
}

export const startOfSource: Place = { bytes: 0, lines: 0 }

/** Why a row has no content that could be looked at. */
export type RowFault =
  | { readonly code: 'not-utf8' }
  | { readonly code: 'line-too-long'; readonly limitBytes: number }
  | { readonly code: 'quote-not-closed' }
  | { readonly code: 'text-after-quote' }
  | { readonly code: 'cell-count'; readonly expected: number; readonly found: number }
  | { readonly code: 'not-json' }
  | { readonly code: 'not-an-object' }

interface Placed {
  /** The line on which the row begins, from 1. */
  readonly line: number
  /** Where the next row begins. */
  readonly end: Place
}

/** One customer of a source, or what stands in its place. Blank lines are no rows. */
export type SourceRow<Content> = Placed &
  (
    | { readonly content: Content; readonly fault?: never }
    | { readonly content?: never; readonly fault: RowFault }
  )

/** Rows as they come, many at a time: a step of an asynchronous iteration for each would cost more than the row. */
export type SourceRows<Content> = AsyncIterable<readonly SourceRow<Content>[]>

export interface FirstRow<Content> {
  /** Undefined where there is none. */
  readonly first: SourceRow<Content> | undefined
  /** What comes behind it. */
  readonly rest: SourceRows<Content>
  /** For whoever does not read the rest. */
  close(): Promise<void>
}

/** Takes the first row off. */
export async function takeFirstRow<Content>(rows: SourceRows<Content>): Promise<FirstRow<Content>> {
  const iterator = rows[Symbol.asyncIterator]()
  let step = await iterator.next()
  while (!step.done && step.value.length === 0) step = await iterator.next()
  const [first, ...others] = step.done ? [] : step.value
  const close = async () => void (await iterator.return?.())
  return { first, rest: continueWith(others, iterator, close), close }
}

async function* continueWith<T>(
  others: readonly T[],
  iterator: AsyncIterator<readonly T[]>,
  close: () => Promise<void>,
): AsyncGenerator<readonly T[]> {
  try {
    yield others
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) yield step.value
  } finally {
    await close()
  }
}

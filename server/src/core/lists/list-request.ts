/**
 * Which part of a list, in which order. `By` are the orders that the list knows; without a sort it stands in the
 * order in which its members were made.
 */
export interface ListRequest<By extends string = never> {
  readonly sort: { readonly by: By; readonly descending: boolean } | undefined
  readonly count: number
  readonly offset: number
}

export interface ListPage<Item> {
  readonly items: readonly Item[]
  /** How many there are on all pages. */
  readonly total: number
}

/** The first one: of a list that is asked for a single thing. */
export const firstOnly = { sort: undefined, count: 1, offset: 0 } as const satisfies ListRequest

/** As many as a page ever holds. */
export const longestList = { sort: undefined, count: 10_000, offset: 0 } as const satisfies ListRequest

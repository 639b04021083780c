/* What Swagger UI hands its plugins, as far as it is used here. It keeps everything in maps and lists of its own. */
interface Node {
  get(name: string): unknown
  filter(keep: (item: Node) => boolean): Node
  set(name: string, value: unknown): Node
}
interface TaggedOperations {
  map(change: (group: Node, name: string) => Node): TaggedOperations
  filter(keep: (group: Node) => boolean): TaggedOperations
}
interface PageState {
  readonly layoutSelectors: { currentFilter(): unknown }
}
type IsShown = (thing: unknown, byDefault?: boolean) => boolean

/**
 * A plugin of Swagger UI, whose own filter looks at the names of groups alone: finds operations by what stands in
 * their path, method, summary, description or group, and opens the groups of those it found. It runs in the browser, as
 * text: nothing of this file but the function itself is there.
 */
export function searchPlugin(): object {
  return {
    fn: {
      opsFilter(groups: TaggedOperations, phrase: string): TaggedOperations {
        const words = phrase.toLowerCase().split(/\s+/)
        const holds = (text: string) => words.every((word) => text.toLowerCase().includes(word))
        const kept = (name: string) => (item: Node) => {
          const operation = item.get('operation') as Node
          const texts = [item.get('method'), item.get('path'), operation.get('summary')]
          return holds([name, ...texts, operation.get('description') ?? ''].join(' '))
        }
        return groups
          .map((group, name) => group.set('operations', (group.get('operations') as Node).filter(kept(name))))
          .filter((group) => (group.get('operations') as { readonly size: number }).size > 0)
      },
    },
    statePlugins: {
      layout: {
        wrapSelectors: {
          isShown:
            (original: IsShown, { layoutSelectors }: PageState) =>
            (_state: unknown, thing: unknown, byDefault?: boolean): boolean => {
              const phrase = layoutSelectors.currentFilter()
              const isGroup = Array.isArray(thing) && thing[0] === 'operations-tag'
              const isSearched = typeof phrase === 'string' && phrase !== '' && phrase !== 'true'
              return (isGroup && isSearched) || original(thing, byDefault)
            },
        },
      },
    },
  }
}

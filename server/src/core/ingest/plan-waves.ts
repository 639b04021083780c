import type {
  DeleteOperation,
  EventOperation,
  Operation,
  StatusOperation,
  UpsertOperation,
} from './operation.ts'

/** An operation and the positions in the run that it settles: several, where operations were folded into one. */
export interface Planned<T extends Operation> {
  readonly operation: T
  readonly positions: readonly number[]
}

/**
 * Operations of one kind, of which no two name the same identifier: applied by one set statement. Applying the
 * waves one after the other gives what applying the operations one at a time gives.
 */
export type Wave =
  | { readonly kind: 'upsert'; readonly planned: readonly Planned<UpsertOperation>[] }
  | { readonly kind: 'delete'; readonly planned: readonly Planned<DeleteOperation>[] }
  | { readonly kind: 'status'; readonly planned: readonly Planned<StatusOperation>[] }
  | { readonly kind: 'event'; readonly planned: readonly Planned<EventOperation>[] }

/**
 * Cuts operations, in log order, into waves.
 *
 * Kinds do not share a wave, nor do users and leads: which profile a lead's e-mail names is only seen while
 * applying. Within a stretch of one kind an operation goes into the first wave after all that name one of its
 * identifiers. Before that, neighbours on one user are folded, so that a hot profile costs one write.
 */
export function planWaves(operations: readonly Operation[]): readonly Wave[] {
  const waves: Wave[] = []
  let start = 0
  while (start < operations.length) {
    const stretch = stretchOf(operations[start])
    let end = start + 1
    while (end < operations.length && stretchOf(operations[end]) === stretch) end++
    const planned = operations
      .slice(start, end)
      .map((operation, offset) => ({ operation, positions: [start + offset] }))
    for (const layer of layersOf(foldNeighbours(planned))) waves.push(waveOf(layer))
    start = end
  }
  return waves
}

function stretchOf(operation: Operation | undefined): string {
  if (operation?.kind !== 'upsert') return operation?.kind ?? ''
  return operation.customer === undefined ? 'lead' : 'user'
}

function waveOf(planned: readonly Planned<Operation>[]): Wave {
  // A stretch is of one kind, so the kind of its first operation is that of all.
  const kind = planned[0]?.operation.kind
  return { kind, planned } as Wave
}

/** Events of one person do not stand in each other's way; everything else takes turns on its identifiers. */
function layersOf(planned: readonly Planned<Operation>[]): readonly (readonly Planned<Operation>[])[] {
  if (planned[0]?.operation.kind === 'event') return [planned]
  const layers: Planned<Operation>[][] = []
  const nextLayer = new Map<string, number>()
  for (const item of planned) {
    const names = namesOf(item.operation)
    const layer = Math.max(0, ...names.map((name) => nextLayer.get(name) ?? 0))
    for (const name of names) nextLayer.set(name, layer + 1)
    const members = layers[layer]
    if (members) members.push(item)
    else layers[layer] = [item]
  }
  return layers
}

function namesOf(operation: Operation): readonly string[] {
  const names: string[] = []
  if (operation.customer !== undefined) names.push(`c ${operation.customer}`)
  if (operation.kind === 'upsert') {
    const emailKey = operation.email_key ?? operation.email
    if (emailKey !== undefined) names.push(`e ${emailKey}`)
  } else if (operation.kind === 'delete') {
    if (operation.profile !== undefined) names.push(`p ${operation.profile}`)
  } else if (operation.email_key !== undefined) names.push(`e ${operation.email_key}`)
  return names
}

/**
 * Folds upserts of one user that follow each other (nothing between them names one of their identifiers) and
 * name the same e-mail and business unit: such operations succeed or fail alike, so their attribute changes can
 * be written as one.
 */
function foldNeighbours(planned: readonly Planned<Operation>[]): readonly Planned<Operation>[] {
  const folded: Planned<Operation>[] = []
  /** Index in `folded` of the last operation that named an identifier. */
  const last = new Map<string, number>()
  for (const item of planned) {
    const names = namesOf(item.operation)
    const [index = -1] = names.map((name) => last.get(name))
    const earlier = folded[index]
    const isLastOfAll = names.every((name) => last.get(name) === index)
    if (earlier && isLastOfAll && foldable(earlier.operation, item.operation)) {
      folded[index] = {
        operation: fold(earlier.operation, item.operation),
        positions: [...earlier.positions, ...item.positions],
      }
      continue
    }
    for (const name of names) last.set(name, folded.length)
    folded.push(item)
  }
  return folded
}

function foldable(earlier: Operation, later: Operation): earlier is UpsertOperation {
  return (
    earlier.kind === 'upsert' &&
    later.kind === 'upsert' &&
    earlier.customer !== undefined &&
    earlier.customer === later.customer &&
    earlier.email === later.email &&
    earlier.unit === later.unit &&
    // A believed profile id is tested against what the operation finds, a wanted result shows what it left.
    later.profile === undefined &&
    earlier.result === undefined &&
    later.result === undefined
  )
}

function fold(earlier: UpsertOperation, later: Operation): UpsertOperation {
  if (later.kind !== 'upsert') return earlier
  const set = { ...earlier.set, ...later.set }
  for (const name of later.clear ?? []) delete set[name]
  const laterNames = new Set(Object.keys(later.set ?? {}))
  const clear = new Set([
    ...(earlier.clear ?? []).filter((name) => !laterNames.has(name)),
    ...(later.clear ?? []),
  ])
  const { set: _set, clear: _clear, ...rest } = earlier
  return { ...rest, ...(hasNames(set) ? { set } : {}), ...(clear.size > 0 ? { clear: [...clear] } : {}) }
}

function hasNames(set: object): boolean {
  for (const _name in set) return true
  return false
}

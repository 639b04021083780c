import type {
  DeleteOperation,
  EventOperation,
  Operation,
  StatusOperation,
  UpsertOperation,
} from './operation.ts'
import { groupOperations } from './operation-groups.ts'

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

/** An operation on its way into a wave. */
interface Grouped extends Planned<Operation> {
  readonly group: string
}

/**
 * Cuts operations, in log order, into waves.
 *
 * Kinds do not share a wave, nor do users and leads: which profile a lead's e-mail names is only seen while
 * applying. Within a stretch of one kind the operations of a group take turns. Before that, neighbours on one user
 * are folded, so that a hot profile costs one write.
 *
 * @param heldEmails see `groupOperations`
 */
export function planWaves(
  operations: readonly Operation[],
  heldEmails: ReadonlyMap<string, string>,
): readonly Wave[] {
  const groups = groupOperations(operations, heldEmails)
  const waves: Wave[] = []
  let start = 0
  while (start < operations.length) {
    const stretch = stretchOf(operations[start])
    let end = start + 1
    while (end < operations.length && stretchOf(operations[end]) === stretch) end++
    const grouped = operations.slice(start, end).map((operation, offset) => ({
      operation,
      positions: [start + offset],
      group: groups[start + offset] ?? '',
    }))
    for (const layer of layersOf(foldNeighbours(grouped))) waves.push(waveOf(layer))
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

/** Events of one person do not stand in each other's way; everything else takes turns within its group. */
function layersOf(grouped: readonly Grouped[]): readonly (readonly Planned<Operation>[])[] {
  if (grouped[0]?.operation.kind === 'event') return [grouped]
  const layers: Planned<Operation>[][] = []
  const nextLayer = new Map<string, number>()
  for (const item of grouped) {
    const layer = nextLayer.get(item.group) ?? 0
    nextLayer.set(item.group, layer + 1)
    const members = layers[layer]
    if (members) members.push(item)
    else layers[layer] = [item]
  }
  return layers
}

/**
 * Folds upserts of one user that follow each other in their group and name the same e-mail and business unit: such
 * operations succeed or fail alike, so their attribute changes can be written as one.
 */
function foldNeighbours(grouped: readonly Grouped[]): readonly Grouped[] {
  const folded: Grouped[] = []
  /** Index in `folded` of the last operation of a group. */
  const last = new Map<string, number>()
  for (const item of grouped) {
    const index = last.get(item.group) ?? -1
    const earlier = folded[index]
    if (earlier && foldable(earlier.operation, item.operation)) {
      folded[index] = {
        operation: fold(earlier.operation, item.operation),
        positions: [...earlier.positions, ...item.positions],
        group: item.group,
      }
      continue
    }
    last.set(item.group, folded.length)
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
    earlier.profile === undefined &&
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

/** What a draft tells of itself: how large it is, and how many items it holds. */
export interface Draft {
  readonly bytes: number
  readonly count: number
}

export interface GroupCommitRules<Piece extends Draft, Written> {
  /** Whether `addition` may be written together with `draft`. */
  fits(draft: Piece, addition: Piece): boolean
  /** Adds what `addition` holds behind what `draft` holds. */
  join(draft: Piece, addition: Piece): void
  /** Makes a draft durable: one commit. */
  write(workspaceId: number, draft: Piece): Promise<Written>
  /** What a caller is told while too much waits for the disk. */
  overloaded(): Error
}

export interface GroupCommit<Piece extends Draft, Written> {
  /**
   * Resolves once the piece is durable, with what its write gave and the position of its first item in it. A
   * piece is never divided. Throws `overloaded` when the disk cannot keep up.
   */
  submit(workspaceId: number, piece: Piece): Promise<{ readonly written: Written; readonly start: number }>
  /** Resolves when everything submitted so far is written. */
  idle(): Promise<void>
}

/** One: what arrives while a write waits for the disk makes the next draft, which a second writer would only cut. */
const writersPerWorkspace = 1
/** What may wait in memory for the disk, over all workspaces. */
const queueLimitBytes = 128 * 1024 * 1024

/**
 * Group commit. What arrives while the event loop turns once, or while the writers are busy, becomes one draft:
 * one commit, however many requests wait for it.
 */
export function createGroupCommit<Piece extends Draft, Written>(
  rules: GroupCommitRules<Piece, Written>,
): GroupCommit<Piece, Written> {
  const lanes = new Map<number, Lane<Piece, Written>>()
  let queuedBytes = 0

  function laneOf(workspaceId: number): Lane<Piece, Written> {
    const known = lanes.get(workspaceId)
    if (known) return known
    const lane: Lane<Piece, Written> = { queue: [], writers: 0, scheduled: false }
    lanes.set(workspaceId, lane)
    return lane
  }

  function schedule(workspaceId: number, lane: Lane<Piece, Written>): void {
    if (lane.scheduled || lane.writers >= writersPerWorkspace || lane.queue.length === 0) return
    lane.scheduled = true
    setImmediate(() => {
      lane.scheduled = false
      void write(workspaceId, lane)
    })
  }

  async function write(workspaceId: number, lane: Lane<Piece, Written>): Promise<void> {
    const group = lane.queue.shift()
    if (!group) return
    lane.writers++
    try {
      const written = await rules.write(workspaceId, group.draft)
      for (const waiter of group.waiters) waiter.resolve({ written, start: waiter.start })
    } catch (error) {
      for (const waiter of group.waiters) waiter.reject(error)
    }
    lane.writers--
    queuedBytes -= group.draft.bytes
    schedule(workspaceId, lane)
  }

  return {
    submit(workspaceId, piece) {
      if (queuedBytes > queueLimitBytes) throw rules.overloaded()
      const lane = laneOf(workspaceId)
      queuedBytes += piece.bytes
      const open = lane.queue.at(-1)
      const start = open && rules.fits(open.draft, piece) ? open.draft.count : undefined
      const group = open && start !== undefined ? open : { draft: piece, waiters: [] }
      if (group === open) rules.join(open.draft, piece)
      else lane.queue.push(group)
      const result = new Promise<{ written: Written; start: number }>((resolve, reject) =>
        group.waiters.push({ start: start ?? 0, resolve, reject }),
      )
      schedule(workspaceId, lane)
      return result
    },
    async idle() {
      while ([...lanes.values()].some((lane) => lane.queue.length > 0 || lane.writers > 0)) {
        await new Promise(setImmediate)
      }
    },
  }
}

interface Lane<Piece, Written> {
  /** What is to be written, the last one still open. */
  readonly queue: Group<Piece, Written>[]
  writers: number
  scheduled: boolean
}

interface Group<Piece, Written> {
  readonly draft: Piece
  readonly waiters: {
    readonly start: number
    resolve(result: { written: Written; start: number }): void
    reject(error: unknown): void
  }[]
}

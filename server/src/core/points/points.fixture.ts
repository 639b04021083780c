import { randomUUID } from 'node:crypto'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { createLedger } from './create-ledger.ts'
import { readFreePoints } from './free-points.ts'
import type { Ledger, MovementReaction } from './ledger.ts'
import { type ListedMovement, listMovements } from './list-movements.ts'
import type { Movement } from './movement.ts'
import { verifyLedger } from './verify-ledger.ts'

/** A workspace with a ledger on a clock that stands where the test sets it. */
export interface PointsFixture extends AsyncDisposable {
  readonly db: TestDatabase
  readonly workspace: Workspace
  readonly ledger: Ledger
  readonly clock: { at: Date; now(): Date }
  /** What the reactions were told of. */
  readonly told: Movement[]
  newProfile(): Promise<string>
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** Earns and spends under keys of their own; amounts are whole points. */
  earn(profileId: string, points: number): Promise<string>
  spend(profileId: string, points: number): Promise<string>
  reverse(movementNumber: string): Promise<string>
  history(...profileIds: readonly string[]): Promise<readonly ListedMovement[]>
  /** In hundredths. */
  free(profileId: string): Promise<Hundredths>
  /** What `ledger verify` finds. */
  faults(): Promise<readonly unknown[]>
}

/** @param reactions beside the one that notes what it is told */
export async function createPointsFixture(
  file: string,
  reactions: readonly MovementReaction[] = [],
): Promise<PointsFixture> {
  const db = await createTestDatabase()
  await db.apply(file)
  const workspace = db.workspace()
  const clock = { at: new Date('2026-03-10T08:00:00Z'), now: () => new Date(clock.at) }
  const told: Movement[] = []
  const note: MovementReaction = async (_connection, _workspace, movements) => void told.push(...movements)
  const ledger = createLedger([note, ...reactions], clock)
  function transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return db.database.transaction(workspace.id, work)
  }
  function booked(result: { readonly movement?: Movement; readonly refusal?: string }): string {
    if (!result.movement) throw new Error(`refused: ${result.refusal}`)
    return result.movement.number
  }
  return {
    db,
    workspace,
    ledger,
    clock,
    told,
    transaction,
    async newProfile() {
      const id = randomUUID()
      await transaction((connection) =>
        connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [workspace.id, id]),
      )
      return id
    },
    earn: (profileId, points) =>
      transaction(async (connection) =>
        booked(
          await ledger.earn(connection, workspace, {
            key: randomUUID(),
            kind: 'purchase',
            profileId,
            amount: points * 100,
          }),
        ),
      ),
    spend: (profileId, points) =>
      transaction(async (connection) =>
        booked(
          await ledger.spend(connection, workspace, {
            key: randomUUID(),
            kind: 'payment',
            profileId,
            amount: points * 100,
          }),
        ),
      ),
    reverse: (movementNumber) =>
      transaction(async (connection) =>
        booked(await ledger.reverse(connection, workspace, { key: randomUUID(), movementNumber })),
      ),
    history: (...profileIds) =>
      transaction(async (connection) => {
        const all = { sort: undefined, count: 10_000, offset: 0 }
        return (await listMovements(connection, workspace.id, { profileIds }, clock.at, all)).items
      }),
    free: (profileId) =>
      transaction(async (connection) => {
        const free = await readFreePoints(connection, workspace, { profileIds: [profileId], now: clock.at })
        return free.get(profileId) ?? 0
      }),
    faults: async () => (await verifyLedger(db.database, workspace.id)).faults,
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
}

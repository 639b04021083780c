import { randomUUID } from 'node:crypto'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { NewEvent } from './event.ts'

/** Two workspaces to send events to. */
export interface EventsFixture extends AsyncDisposable {
  readonly db: TestDatabase
  readonly acme: Workspace
  readonly other: Workspace
  inAcme<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** A profile of acme with these identifiers. */
  newProfile(identifiers: readonly (readonly [kind: string, value: string])[]): Promise<string>
  eventsNamed(name: string): Promise<number>
}

export async function openEventsFixture(): Promise<EventsFixture> {
  const db = await createTestDatabase()
  await db.apply('workspace: acme', 'workspace: other')
  const [acme, other] = [db.workspace('acme'), db.workspace('other')]
  const inAcme = <T>(work: (connection: Connection) => Promise<T>) => db.database.inWorkspace(acme.id, work)
  return {
    db,
    acme,
    other,
    inAcme,
    async newProfile(identifiers) {
      const id = randomUUID()
      await inAcme(async (connection) => {
        await connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [acme.id, id])
        for (const [kind, value] of identifiers) {
          await connection.query(
            'insert into identifiers (workspace_id, kind, value, profile_id) values ($1, $2, $3, $4)',
            [acme.id, kind, value, id],
          )
        }
      })
      return id
    },
    async eventsNamed(name) {
      return await inAcme(async (connection) => {
        const { rowCount } = await connection.query(
          'select from events where workspace_id = $1 and name = $2',
          [acme.id, name],
        )
        return rowCount ?? 0
      })
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
}

/** An event of now, of nobody whom anybody knows. */
export function event(name: string, more: Partial<NewEvent> = {}): NewEvent {
  const now = new Date().toISOString()
  return {
    name,
    profile: randomUUID(),
    occurred_at: now,
    received_at: now,
    source: 'public',
    data: {},
    ...more,
  }
}

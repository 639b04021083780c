import { pino } from 'pino'
import { expect, inject, test } from 'vitest'
import { openSession } from '../../platform/postgres/session.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { openWorkspaceDirectory } from '../workspaces/workspace-directory.ts'
import { openIngest } from './ingest.ts'

test('a workspace whose rules this process cannot read yet waits, and is applied by its own (C12)', async () => {
  await using db = await createTestDatabase()
  // It learns of the workspace by asking alone: its session listens in another database.
  await using elsewhere = await openSession(inject('databaseServerUrl'), db.logger)
  const directory = await openWorkspaceDirectory(db.database, elsewhere, db.logger)
  await db.apply('workspace: late\ncustomerData: { emailUniqueness: workspace }')
  const late = db.workspace('late')
  const rename = (from: string, to: string) =>
    db.database.asOwner((connection) => connection.query(`alter table ${from} rename to ${to}`))

  await rename('jwt_keys', 'hidden_keys')
  const told: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => told.push(line) })
  await using ingest = await openIngest({ ...db, logger, directory, profileParts: [], applies: true })
  const user = (customer: string, unit: string) =>
    ({ kind: 'upsert', customer, email: 'one@example.com', unit, set: {} }) as const
  const applied = ingest.apply(late, [user('1', 'DE'), user('2', 'AT')])
  const isWaiting = expect.poll(() => told.some((line) => line.includes('tried again'))).toBe(true)
  await Promise.race([applied, isWaiting])
  await rename('hidden_keys', 'jwt_keys')
  expect(await applied).toEqual([undefined, { failure: expect.objectContaining({ holder: '1' }) }])
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../../platform/postgres/database.ts'
import { rowsRead } from '../../../testing/rows-read.ts'
import { attributesOfTests, openTestSegments, type TestSegments } from '../segments.fixture.ts'
import { waitingWorkspaces } from './waiting-workspaces.ts'

const withRule = `${attributesOfTests}
segments:
  - { id: large, name: Large, where: { attribute: count, is: ">", value: 1 } }
`
const rowsOfEach = 5000

let tested: TestSegments

beforeAll(async () => {
  tested = await openTestSegments(withRule)
  await tested.settle()
})
afterAll(() => tested[Symbol.asyncDispose]())

/** On one connection as in a sweep, undone afterwards. */
async function undone(work: (connection: Connection) => Promise<void>): Promise<void> {
  await tested.db.database.asOwner(async (connection) => {
    await connection.query('begin')
    await work(connection)
    await connection.query('rollback')
  })
}

async function fill(connection: Connection): Promise<void> {
  const { id } = tested.workspace()
  const values = [id, rowsOfEach]
  await connection.query(
    `insert into profile_changes (workspace_id, profile_ids, kinds)
     select $1, array[gen_random_uuid()], '{updated}' from generate_series(1, $2)`,
    values,
  )
  await connection.query(
    `insert into segment_dues select $1, gen_random_uuid(), now() + interval '1 day' from generate_series(1, $2)`,
    values,
  )
  await connection.query(
    `update segment_evaluations s set (transaction_id, change_id) = (
       select transaction_id, max(id) from profile_changes where workspace_id = $1
       group by transaction_id order by transaction_id desc limit 1
     ) where s.workspace_id = $1`,
    [id],
  )
}

test.each([
  ['with statistics', true],
  ['without', false],
])(
  'a sweep over full tables reads none of what was read, or is not due yet, %s',
  async (_name, isAnalyzed) => {
    await undone(async (connection) => {
      await fill(connection)
      if (isAnalyzed)
        await connection.query('analyze profile_changes, segment_dues, workspaces, segment_evaluations')
      const read = await rowsRead(connection, async () => {
        expect(await waitingWorkspaces(connection, new Date())).not.toContain(tested.workspace().id)
      })
      const ofTables = [...read].filter(([table]) => /^(profile_changes|segment_dues)/.test(table))
      expect(ofTables.length).toBeGreaterThan(1)
      expect(Math.max(...ofTables.map(([, rows]) => rows))).toBeLessThan(10)
    })
  },
)

test('a workspace waits once a profile of it changed, is due, or is still to be evaluated by new rules, and while its settings are new', async () => {
  const { id } = tested.workspace()
  for (const change of [
    `insert into profile_changes (workspace_id, profile_ids, kinds) values ($1, '{}', '{}')`,
    `insert into segment_dues values ($1, gen_random_uuid(), now())`,
    `update segment_evaluations set pass_after = gen_random_uuid() where workspace_id = $1`,
    `update workspaces set revision = revision + 1 where id = $1`,
  ]) {
    await undone(async (connection) => {
      expect(await waitingWorkspaces(connection, new Date()), change).not.toContain(id)
      await connection.query(change, [id])
      expect(await waitingWorkspaces(connection, new Date(Date.now() + 1000)), change).toContain(id)
    })
  }
})

test('a workspace without rules waits for nobody, whatever changes', async () => {
  await tested.db.apply(`workspace: plain${attributesOfTests}`)
  const plain = tested.db.directory.bySlug('plain')
  await undone(async (connection) => {
    await connection.query(
      `insert into segment_evaluations (workspace_id, revision, rules, tested_events, transaction_id, change_id)
       values ($1, $2, '', '{}', '0', 0)`,
      [plain?.id, plain?.revision],
    )
    await connection.query(
      `insert into profile_changes (workspace_id, profile_ids, kinds) values ($1, '{}', '{}')`,
      [plain?.id],
    )
    expect(await waitingWorkspaces(connection, new Date())).not.toContain(plain?.id)
  })
})

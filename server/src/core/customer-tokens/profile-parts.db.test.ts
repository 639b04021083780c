import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import { createToken } from './create-token.ts'
import type { TokenStanding } from './customer-token.ts'
import { findTokens } from './find-tokens.ts'
import { logIn, noteCreation } from './log-in.ts'
import { customerTokenParts } from './profile-parts.ts'

let db: TestDatabase
let workspaceId: number
beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspaceId = db.workspace('acme').id
})
afterAll(() => db[Symbol.asyncDispose]())

const inWorkspace = <T>(work: (connection: Connection) => Promise<T>) =>
  db.database.inWorkspace(workspaceId, work)

async function makeProfile(): Promise<ProfileRef> {
  return await inWorkspace(async (connection) => {
    const { rows } = await connection.query<ProfileRef>(
      `insert into profiles (workspace_id, id) values ($1, gen_random_uuid())
       returning id as "profileId", number::text as number`,
      [workspaceId],
    )
    if (!rows[0]) throw new Error('no profile')
    return rows[0]
  })
}

async function standingOf(token: string): Promise<TokenStanding> {
  const found = await db.database.asOwner((connection) =>
    findTokens(connection, [token, 'x', 'f'.repeat(72)]),
  )
  const standing = found.get(token)
  if (!standing || found.size !== 1) throw new Error('no such token')
  return standing
}

async function makeToken(): Promise<{ readonly token: string; readonly id: string }> {
  const nothing = {
    deviceId: undefined,
    externalApplicationId: undefined,
    device: {},
    setup: {},
    pushToken: undefined,
  }
  const token = await inWorkspace((connection) => createToken(connection, workspaceId, nothing))
  return { token, id: (await standingOf(token)).tokenId }
}

/** @returns what undoes it, from the journal as it is kept */
async function merge(from: ProfileRef, into: ProfileRef): Promise<() => Promise<void>> {
  const move = { from: from.profileId, into: into.profileId }
  const { rows } = await inWorkspace((connection) =>
    connection.query<{ now: string }>('select clock_timestamp()::text as now'),
  )
  const mergedAt = rows[0]?.now ?? ''
  const journals = await inWorkspace(async (connection) => {
    const all: unknown[] = []
    for (const part of customerTokenParts) {
      all.push((await part.move(connection, workspaceId, [move])).get(from.profileId))
    }
    return all
  })
  return () =>
    inWorkspace(async (connection) => {
      for (const [index, part] of customerTokenParts.entries()) {
        const journal = journals[index]
        if (journal === undefined) continue
        await part.moveBack(connection, workspaceId, move, JSON.parse(JSON.stringify(journal)))
      }
      for (const part of customerTokenParts) {
        await part.parted?.(connection, workspaceId, { ...move, mergedAt })
      }
    })
}

test('who is logged in as a merged profile is logged in as the survivor, and back again (L59)', async () => {
  const [from, into] = [await makeProfile(), await makeProfile()]
  const [moved, own] = [await makeToken(), await makeToken()]
  await inWorkspace((connection) => logIn(connection, workspaceId, moved.id, from.profileId))
  await inWorkspace((connection) => logIn(connection, workspaceId, own.id, into.profileId))
  const undo = await merge(from, into)
  expect((await standingOf(moved.token)).loggedIn).toEqual(into)
  await undo()
  expect((await standingOf(moved.token)).loggedIn).toEqual(from)
  expect((await standingOf(own.token)).loggedIn).toEqual(into)
})

test('who logged in after a merge is nobody when it is undone: it may have been by what is the other one’s again (S16)', async () => {
  const [from, into] = [await makeProfile(), await makeProfile()]
  const [again, late, own] = [await makeToken(), await makeToken(), await makeToken()]
  const logInAs = ({ id }: { readonly id: string }, { profileId }: ProfileRef) =>
    inWorkspace((connection) => logIn(connection, workspaceId, id, profileId))
  await logInAs(again, from)
  await logInAs(own, into)
  const undo = await merge(from, into)
  await logInAs(again, into)
  await logInAs(late, into)
  await undo()
  const standings = await Promise.all([again, late, own].map(({ token }) => standingOf(token)))
  expect(standings.map(({ loggedIn }) => loggedIn)).toEqual([undefined, undefined, into])
})

test('a profile that ends logs its tokens out; they stay good (S20)', async () => {
  const ann = await makeProfile()
  const { token, id } = await makeToken()
  await inWorkspace((connection) => logIn(connection, workspaceId, id, ann.profileId))
  await inWorkspace(async (connection) => {
    for (const part of customerTokenParts) await part.erase(connection, workspaceId, [ann.profileId], [])
  })
  expect((await standingOf(token)).loggedIn).toBeUndefined()
})

test('a token no longer reaches whom it made once their standing changed (S16, L27)', async () => {
  const ann = await makeProfile()
  const { token, id } = await makeToken()
  await inWorkspace((connection) => noteCreation(connection, workspaceId, id, ann.profileId))
  expect((await standingOf(token)).created).toEqual([ann])
  await inWorkspace(async (connection) => {
    const change = { profileId: ann.profileId, by: ['customer_id:7'] }
    for (const part of customerTokenParts) await part.standingChanged?.(connection, workspaceId, [change])
  })
  expect((await standingOf(token)).created).toEqual([])
})

test('who logged in while two were one logs in again once they are two (S16)', async () => {
  const [ann, bob] = [await makeProfile(), await makeProfile()]
  const [before, since] = [await makeToken(), await makeToken()]
  await inWorkspace((connection) => logIn(connection, workspaceId, before.id, bob.profileId))
  const { rows } = await inWorkspace((connection) => connection.query('select now()::text as "mergedAt"'))
  await inWorkspace((connection) => logIn(connection, workspaceId, since.id, bob.profileId))
  const parting = { from: ann.profileId, into: bob.profileId, mergedAt: rows[0].mergedAt }
  await inWorkspace(async (connection) => {
    for (const part of customerTokenParts) await part.parted?.(connection, workspaceId, parting)
  })
  expect((await standingOf(before.token)).loggedIn).toEqual(bob)
  expect((await standingOf(since.token)).loggedIn).toBeUndefined()
})

import type { Connection } from '../../platform/postgres/database.ts'
import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

interface Journal {
  readonly hash: string
  readonly set_at: string
  /** The survivor had one of its own, and kept it. */
  readonly dropped: boolean
}

/** A password moves along where the survivor has none (S16). */
const passwords: ProfilePart = {
  name: 'passwords',
  async move(connection, workspaceId, moves) {
    const journal = new Map<string, Journal>()
    for (const { from, into } of moves) {
      const { rows } = await connection.query<Journal>({
        name: 'move-password',
        text: `with taken as (
                 delete from passwords where workspace_id = $1 and profile_id = $2 returning hash, set_at
               ),
               given as (
                 insert into passwords (workspace_id, profile_id, hash, set_at) select $1, $3, hash, set_at from taken
                 on conflict (workspace_id, profile_id) do nothing
                 returning hash
               )
               select hash, set_at::text as set_at, not exists (select from given) as dropped from taken`,
        values: [workspaceId, from, into],
      })
      if (rows[0]) journal.set(from, rows[0])
    }
    return journal
  },
  async moveBack(connection, workspaceId, { from, into }, moved) {
    const { hash, set_at, dropped } = moved as Journal
    await connection.query({
      name: 'move-password-back',
      // One that was set since is the survivor's own.
      text: `with back as (
               delete from passwords where workspace_id = $1 and profile_id = $3 and hash = $4 and not $6
             )
             insert into passwords (workspace_id, profile_id, hash, set_at) values ($1, $2, $4, $5)
             on conflict (workspace_id, profile_id) do nothing`,
      values: [workspaceId, from, into, hash, set_at, dropped],
    })
  },
  erase: (connection, workspaceId, profileIds) => erasePasswords(connection, workspaceId, profileIds),
}

async function erasePasswords(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<void> {
  await connection.query({
    name: 'erase-passwords',
    text: 'delete from passwords where workspace_id = $1 and profile_id = any ($2)',
    values: [workspaceId, profileIds],
  })
}

const links: ProfilePart = {
  ...rowsOfProfile('password_links', { key: ['id'] }),
  /** A link that went to the other one's address sets nobody's password any more. */
  async parted(connection, workspaceId, { from, into }) {
    await connection.query({
      name: 'end-password-links-of-parted',
      text: `delete from password_links l using identifiers i
             where l.workspace_id = $1 and l.profile_id = $3
               and i.workspace_id = $1 and i.profile_id = $2 and i.kind = 'email' and i.value = l.email`,
      values: [workspaceId, from, into],
    })
  },
}

export const passwordParts: readonly ProfilePart[] = [passwords, links]

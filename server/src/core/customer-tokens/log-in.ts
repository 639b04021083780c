import type { Connection } from '../../platform/postgres/database.ts'

/** Logs a customer into a token, in place of whoever was; it no longer reaches those it made (L12, L27). */
export async function logIn(
  connection: Connection,
  workspaceId: number,
  tokenId: string,
  profileId: string,
): Promise<void> {
  await setLoggedIn(connection, workspaceId, tokenId, profileId)
}

/** Logs out whoever is logged in; the token stays good (L14). */
export async function logOut(connection: Connection, workspaceId: number, tokenId: string): Promise<void> {
  await setLoggedIn(connection, workspaceId, tokenId, null)
}

async function setLoggedIn(
  connection: Connection,
  workspaceId: number,
  tokenId: string,
  profileId: string | null,
): Promise<void> {
  await connection.query({
    name: 'set-logged-in',
    text: `with forgotten as (delete from token_creations where workspace_id = $1 and token_id = $2)
           update customer_tokens
           set profile_id = $3, logged_in_at = case when $3::uuid is null then null else clock_timestamp() end
           where workspace_id = $1 and id = $2`,
    values: [workspaceId, tokenId, profileId],
  })
}

/** Logs a customer out of every token, and ends what a token may do for it as the one that made it. */
export async function logOutEverywhere(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<void> {
  await connection.query({
    name: 'log-out-everywhere',
    text: `with forgotten as (delete from token_creations where workspace_id = $1 and profile_id = $2),
           handed as (delete from login_hand_overs where workspace_id = $1 and profile_id = $2)
           update customer_tokens set profile_id = null, logged_in_at = null
           where workspace_id = $1 and profile_id = $2`,
    values: [workspaceId, profileId],
  })
}

/** Notes that a token made a customer: until its next login or logout it goes on with the registration (L27). */
export async function noteCreation(
  connection: Connection,
  workspaceId: number,
  tokenId: string,
  profileId: string,
): Promise<void> {
  await connection.query({
    name: 'note-token-creation',
    text: `insert into token_creations (workspace_id, token_id, profile_id)
           select $1, $2, $3
           where exists (
             select from customer_tokens where workspace_id = $1 and id = $2 and profile_id is null
           )
           on conflict do nothing`,
    values: [workspaceId, tokenId, profileId],
  })
}

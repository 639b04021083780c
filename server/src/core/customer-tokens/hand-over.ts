import { createHmac, randomInt } from 'node:crypto'
import type { Connection, Database } from '../../platform/postgres/database.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/** What the token looks like: 32 letters and digits, or 8 digits that can be typed (L18). */
export type HandOverForm = 'text' | 'digits'

/** How long it can be redeemed. */
export const handOverMinutes = 5
const mostWrongAttempts = 5
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export interface HandOver {
  readonly token: string
  /** Names the hand-over when the token is redeemed. */
  readonly number: string
  readonly validTo: Date
}

/** Begins to hand a customer's login over to another application: good once, for five minutes (L18). */
export async function startHandOver(
  connection: Connection,
  workspace: Workspace,
  wanted: { readonly profileId: string; readonly applicationId: string; readonly form: HandOverForm },
  now: Date,
): Promise<HandOver> {
  const token = wanted.form === 'digits' ? drawn('0123456789', 8) : drawn(letters, 32)
  const validTo = new Date(now.getTime() + handOverMinutes * 60_000)
  const { rows } = await connection.query<{ number: string }>({
    name: 'start-hand-over',
    text: `insert into login_hand_overs (workspace_id, secret_mac, profile_id, external_application_id, valid_to)
           values ($1, $2, $3, $4, $5) returning number::text as number`,
    values: [workspace.id, macOf(workspace, token), wanted.profileId, wanted.applicationId, validTo],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new hand-over')
  return { token, number: row.number, validTo }
}

/**
 * Redeems a token, once, for the application it names. Undefined: wrong, used or outdated; five wrong tries void it, so
 * eight digits cannot be tried out.
 */
export async function redeemHandOver(
  connection: Connection,
  workspace: Workspace,
  given: { readonly token: string; readonly number: string; readonly applicationId: string },
  now: Date,
): Promise<ProfileRef | undefined> {
  if (!/^\d{16,19}$/.test(given.number)) return undefined
  const { rows } = await connection.query<ProfileRef & { right: boolean }>({
    name: 'redeem-hand-over',
    text: `with found as materialized (
             select number, profile_id, secret_mac = $3 and external_application_id = $4 as is_right
             from login_hand_overs
             where workspace_id = $1 and number = $2::numeric and valid_to > $5 and wrong_attempts < ${mostWrongAttempts}
             for update
           ),
           redeemed as (
             delete from login_hand_overs h using found
             where h.workspace_id = $1 and h.number = found.number and found.is_right
           ),
           refused as (
             update login_hand_overs h set wrong_attempts = wrong_attempts + 1 from found
             where h.workspace_id = $1 and h.number = found.number and not found.is_right
           )
           select p.id as "profileId", p.number::text as number
           from found join profiles p on p.workspace_id = $1 and p.id = found.profile_id
           where found.is_right`,
    values: [workspace.id, given.number, macOf(workspace, given.token), given.applicationId, now],
  })
  return rows[0]
}

/** Drops what can no longer be redeemed. */
export async function dropOldHandOvers(database: Database): Promise<void> {
  await database.asOwner((connection) =>
    connection.query('delete from login_hand_overs where valid_to < now()'),
  )
}

function macOf({ secret }: Workspace, token: string): Buffer {
  return createHmac('sha256', secret).update(`tessera hand-over ${token}`).digest()
}

function drawn(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

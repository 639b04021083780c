import type { Connection } from '../../platform/postgres/database.ts'
import { emailKey } from '../profiles/email.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { hashAddress } from './sealed-address.ts'

/** Whether the address wants no share mails (E124). */
export async function isOptedOut(
  connection: Connection,
  workspace: Workspace,
  address: string,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'is-opted-out',
    text: 'select from mail_opt_outs where workspace_id = $1 and address_hash = $2',
    values: [workspace.id, hashAddress(workspace.secret, emailKey(address))],
  })
  return rowCount === 1
}

/** Sets whether the address wants no share mails; it holds for every campaign, and after the person is erased. */
export async function setOptOut(
  connection: Connection,
  workspace: Workspace,
  address: string,
  optedOut: boolean,
): Promise<void> {
  const values = [workspace.id, hashAddress(workspace.secret, emailKey(address))]
  const text = optedOut
    ? 'insert into mail_opt_outs (workspace_id, address_hash) values ($1, $2) on conflict do nothing'
    : 'delete from mail_opt_outs where workspace_id = $1 and address_hash = $2'
  await connection.query({ name: optedOut ? 'opt-out' : 'opt-in', text, values })
}

/**
 * Whether a share mail may go to the address (S24): it has not opted out, and no profile that it names is
 * blacklisted or opted out of mail.
 */
export async function mayGetShareMail(
  connection: Connection,
  workspace: Workspace,
  address: string,
): Promise<boolean> {
  if (await isOptedOut(connection, workspace, address)) return false
  const { rowCount } = await connection.query({
    name: 'speaks-against-mail',
    text: `select from identifiers i
           join recipient_statuses s on s.workspace_id = $1 and s.profile_id = i.profile_id
           where i.workspace_id = $1 and i.kind = 'email' and i.value = $2
             and (s.blacklisted or 'MAIL' = any (s.opted_out_channels))
           limit 1`,
    values: [workspace.id, emailKey(address)],
  })
  return rowCount === 0
}

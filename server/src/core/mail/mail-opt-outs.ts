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
  const key = emailKey(address)
  await connection.query({
    name: optedOut ? 'opt-out' : 'opt-in',
    text: `with changed as (${optedOut ? optOut : optIn} returning 1) ${reportHolders}`,
    values: [workspace.id, hashAddress(workspace.secret, key), key],
  })
}

const optOut = 'insert into mail_opt_outs (workspace_id, address_hash) values ($1, $2) on conflict do nothing'
const optIn = 'delete from mail_opt_outs where workspace_id = $1 and address_hash = $2'

/** Segments may ask for it, so it is a change of whoever has the address. */
const reportHolders = `
insert into profile_changes (workspace_id, profile_ids, kinds)
select $1, array_agg(profile_id), array_agg('updated'::text)
from (select distinct profile_id from identifiers where workspace_id = $1 and kind = 'email' and value = $3) holder
where exists (select from changed)
having count(*) > 0`

/**
 * Which of these addresses, in compare form, get no share mail (S24): they have opted out, or a profile that they
 * name is blacklisted, opted out of mail, or has withdrawn a consent of channel `email`.
 */
export async function addressesWithoutShareMail(
  connection: Connection,
  workspace: Workspace,
  addresses: readonly string[],
): Promise<ReadonlySet<string>> {
  const keys = [...new Set(addresses.map(emailKey))]
  const { rows } = await connection.query<{ email: string }>({
    name: 'addresses-without-share-mail',
    text: `select email from unnest($2::text[], $3::bytea[]) as a (email, hash)
           where exists (
               select from mail_opt_outs o where o.workspace_id = $1 and o.address_hash = a.hash
             )
             or exists (
               select from identifiers i
               left join recipient_statuses s on s.workspace_id = $1 and s.profile_id = i.profile_id
               where i.workspace_id = $1 and i.kind = 'email' and i.value = a.email
                 and (s.blacklisted or 'MAIL' = any (s.opted_out_channels) or exists (
                   select from consents c
                   where c.workspace_id = $1 and c.profile_id = i.profile_id and c.consent_id = any ($4)
                     and c.value = 0
                 ))
             )`,
    values: [
      workspace.id,
      keys,
      keys.map((key) => hashAddress(workspace.secret, key)),
      mailConsents(workspace),
    ],
  })
  return new Set(rows.map(({ email }) => email))
}

function mailConsents({ settings }: Workspace): readonly string[] {
  return settings.consents.flatMap(({ id, channel }) => (channel === 'email' ? id : []))
}

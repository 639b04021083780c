import type { Connection, Database } from '../../platform/postgres/database.ts'
import { type Channel, channels } from './channels.ts'

/** What a profile is not to be sent. Opt-outs and the blacklist mark are independent (C70). */
export interface RecipientStatus {
  /** In the order of `channels`. */
  readonly optedOutChannels: readonly Channel[]
  readonly blacklisted: boolean
}

/** One change of a status; what is absent stays as it is. */
export interface StatusChange {
  readonly customer?: string
  /** In compare form; with `unit`, the business unit; without, as C20 finds a user. */
  readonly email_key?: string
  readonly unit?: string
  readonly opt_out?: boolean
  readonly channels?: readonly string[]
  readonly blacklisted?: boolean
}

/** The status of the user with this customer id; undefined where no user has it (C71). */
export async function findRecipientStatus(
  database: Database,
  workspaceId: number,
  customerId: string,
): Promise<RecipientStatus | undefined> {
  return await database.inWorkspace(workspaceId, async (connection) => {
    const { rows } = await connection.query<{
      opted_out_channels: string[] | null
      blacklisted: boolean | null
    }>({
      name: 'find-recipient-status',
      text: `select s.opted_out_channels, s.blacklisted from identifiers i
             left join recipient_statuses s on s.workspace_id = $1 and s.profile_id = i.profile_id
             where i.workspace_id = $1 and i.kind = 'customer_id' and i.value = $2 and i.scope = ''`,
      values: [workspaceId, customerId],
    })
    const [row] = rows
    if (!row) return undefined
    const optedOut = new Set(row.opted_out_channels)
    return {
      optedOutChannels: channels.filter((channel) => optedOut.has(channel)),
      blacklisted: row.blacklisted ?? false,
    }
  })
}

/**
 * Applies changes of which no two name the same person. Who is not there has no status to change.
 *
 * The persons are locked first: an opt-out that were written while its person is merged away would stay behind with
 * nobody, and the survivor would be sent to. Who they are is looked up again once they are locked.
 */
export async function changeRecipientStatuses(
  connection: Connection,
  workspaceId: number,
  changes: readonly StatusChange[],
): Promise<void> {
  const values = [workspaceId, JSON.stringify(changes)]
  await connection.query({ name: 'lock-recipients', text: lockStatement, values })
  await connection.query({ name: 'change-recipient-statuses', text: statement, values })
}

/** An e-mail without business unit names its user as C20 says: the one without unit, else the only one. */
const named = `
with change as materialized (
  select c.*, coalesce(
    (select i.profile_id from identifiers i
     where i.workspace_id = $1 and i.kind = 'customer_id' and i.value = c.customer and i.scope = ''),
    (select case when count(*) = 1 then min(i.profile_id::text)
                 else min(i.profile_id::text) filter (where p.business_unit is null) end::uuid
     from identifiers i join profiles p on p.workspace_id = $1 and p.id = i.profile_id
     where c.customer is null and i.workspace_id = $1 and i.kind = 'email' and i.value = c.email_key
       and p.customer_id is not null
       and (c.unit is null
         or lower(coalesce(p.business_unit, '') collate "und-x-icu") = lower(c.unit collate "und-x-icu")))
  ) as profile_id
  from json_to_recordset($2::json) as c (
    customer text, email_key text, unit text, opt_out boolean, channels text[], blacklisted boolean
  )
)`

const lockStatement = `${named}
select from (select distinct profile_id from change where profile_id is not null order by 1 offset 0) c
cross join lateral (select from profiles where workspace_id = $1 and id = c.profile_id for key share) p`

/** Segments may ask for a status, so a change of it is one of the profile. */
const statement = `${named},
changed as (
  insert into recipient_statuses as s (workspace_id, profile_id, opted_out_channels, blacklisted)
  select $1, profile_id, case when opt_out then channels else '{}' end, coalesce(blacklisted, false)
  from change where profile_id is not null
  on conflict (workspace_id, profile_id) do update set
    opted_out_channels = (
      select case
        when change.opt_out is null then s.opted_out_channels
        when change.opt_out then array(select unnest(s.opted_out_channels) union select unnest(change.channels))
        else array(select unnest(s.opted_out_channels) except select unnest(change.channels))
      end
      from change where change.profile_id = s.profile_id
    ),
    blacklisted = coalesce(
      (select change.blacklisted from change where change.profile_id = s.profile_id),
      s.blacklisted
    )
  returning s.profile_id
)
insert into profile_changes (workspace_id, profile_ids, kinds)
select $1, array_agg(profile_id), array_agg('updated'::text) from changed having count(*) > 0`

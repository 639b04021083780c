import type { Connection } from '../../platform/postgres/database.ts'
import type { Level } from '../identity/identifiers.ts'
import { emailKey } from '../profiles/email.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import { uuidTimePrefix } from '../profiles/upsert-profiles.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/**
 * Makes a profile with its contacts, known from the start even if it has none (L68), in the API's own business unit
 * (L61). Fails with a unique violation where somebody took a contact meanwhile: the transaction is to be tried again.
 */
export async function createKnownProfile(
  connection: Connection,
  { id, emailPerUnit, settings }: Workspace,
  contacts: { readonly email: string | null; readonly phone: string | null; readonly level: Level },
): Promise<ProfileRef> {
  const { email, phone, level } = contacts
  const { rows } = await connection.query<ProfileRef>({
    name: 'create-known-profile',
    text: statement,
    values: [
      id,
      uuidTimePrefix(),
      settings.carecloud.businessUnit,
      email,
      email === null ? null : emailKey(email),
      emailPerUnit,
      phone,
      level,
    ],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new profile')
  return row
}

const statement = `
with made as (
  insert into profiles (workspace_id, id, business_unit, email, known_at)
  values ($1, ($2 || '7' || substr(gen_random_uuid()::text, 16))::uuid, $3, $4, now())
  returning id, number, business_unit
),
named as (
  insert into identifiers (workspace_id, kind, value, scope, level, profile_id)
  select $1, contact.kind, contact.value, contact.scope, $8::text, made.id
  from made, (values
    ('email', $5::text,
     case when $6::boolean then coalesce(lower($3::text collate "und-x-icu") collate "C", '') else '' end),
    ('phone', $7::text, '')
  ) as contact (kind, value, scope)
  where contact.value is not null
),
reported as (
  insert into profile_changes (workspace_id, profile_ids, kinds) select $1, array[id], array['created'] from made
)
select id as "profileId", number::text as number from made`

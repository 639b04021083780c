import type { Connection } from '../../platform/postgres/database.ts'
import { emailKeyOf } from '../profiles/email.ts'

/** What says that an identifier is its profile's (S13). */
export type Level = 'proof' | 'own-word' | 'claim'

/** What a caller names itself by; the e-mail in compare form. */
export interface Identity {
  readonly email?: string
  readonly partnerUserId?: string
}

/** An identifier and whose it is. */
export interface HeldIdentifier {
  readonly kind: 'email' | 'customer_id' | 'partner_user_id'
  readonly value: string
  readonly scope: string
  readonly level: Level
  readonly profileId: string
  /** The profile's business unit is none. */
  readonly withoutUnit: boolean
  /** Claimed beside identifiers of a better level: it names its profile, but yields to proof (S15). */
  readonly yields: boolean
}

/** All that is known under the identifiers of a caller, one row each. */
export async function findHeld(
  connection: Connection,
  workspaceId: number,
  { email, partnerUserId }: Identity,
): Promise<readonly HeldIdentifier[]> {
  const { rows } = await connection.query<HeldIdentifier>({
    name: 'find-held-identifiers',
    text: `select i.kind, i.value, i.scope, i.level, i.profile_id as "profileId", p.business_unit is null as "withoutUnit",
             i.level = 'claim' and exists (
               select from identifiers b
               where b.workspace_id = $1 and b.profile_id = i.profile_id and b.level <> 'claim'
             ) as yields
           from identifiers i
           cross join lateral (select * from profiles where workspace_id = $1 and id = i.profile_id limit 1) p
           where i.workspace_id = $1 and i.kind = 'email' and i.value = $2
           union all
           select i.kind, i.value, i.scope, i.level, i.profile_id, p.business_unit is null,
             i.level = 'claim' and exists (
               select from identifiers b
               where b.workspace_id = $1 and b.profile_id = i.profile_id and b.level <> 'claim'
             )
           from identifiers i
           cross join lateral (select * from profiles where workspace_id = $1 and id = i.profile_id limit 1) p
           where i.workspace_id = $1 and i.kind in ('customer_id', 'partner_user_id') and i.value = $3
             and i.scope = ''`,
    values: [workspaceId, email ?? null, partnerUserId ?? null],
  })
  return rows
}

/** E25, S11: of the profiles with an e-mail the one without business unit, else the only one. */
export function holderOfEmail(held: readonly HeldIdentifier[]): HeldIdentifier | undefined {
  const emails = held.filter(({ kind }) => kind === 'email')
  return emails.find(({ withoutUnit }) => withoutUnit) ?? (emails.length === 1 ? emails[0] : undefined)
}

/** S12: the profile with this `customer_id`, else the one with this `partner_user_id`. */
export function holderOfPartnerId(held: readonly HeldIdentifier[]): HeldIdentifier | undefined {
  return (
    held.find(({ kind }) => kind === 'customer_id') ?? held.find(({ kind }) => kind === 'partner_user_id')
  )
}

/** All identifiers of a profile. */
export async function identifiersOf(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<readonly { readonly kind: string; readonly value: string; readonly level: Level }[]> {
  const { rows } = await connection.query<{ kind: string; value: string; level: Level }>({
    name: 'identifiers-of-profile',
    text: `select kind, value, level from identifiers where workspace_id = $1 and profile_id = $2
           order by kind, value`,
    values: [workspaceId, profileId],
  })
  return rows
}

/**
 * Gives a profile an identifier, or raises the level of one it has. Fails with a unique violation where another
 * profile took it meanwhile: the transaction is to be tried again. An e-mail is scoped by the profile's business unit
 * where the workspace keeps e-mails apart by it.
 */
export async function giveIdentifier(
  connection: Connection,
  workspaceId: number,
  given: {
    readonly kind: HeldIdentifier['kind'] | 'phone'
    readonly value: string
    readonly level: Level
    readonly profileId: string
    readonly emailPerUnit: boolean
  },
): Promise<void> {
  await connection.query({
    name: 'give-identifier',
    text: `with raised as (
             update identifiers set level = $5
             where workspace_id = $1 and profile_id = $2 and kind = $3 and value = $4
               and case level when 'claim' then true when 'own-word' then $5 = 'proof' else false end
           )
           insert into identifiers (workspace_id, profile_id, kind, value, scope, level)
           select $1, $2, $3, $4,
             case when $6 and $3 = 'email'
                  then coalesce(lower(p.business_unit collate "und-x-icu") collate "C", '') else '' end,
             $5
           from profiles p
           where p.workspace_id = $1 and p.id = $2 and not exists (
             select from identifiers where workspace_id = $1 and profile_id = $2 and kind = $3 and value = $4
           )`,
    values: [workspaceId, given.profileId, given.kind, given.value, given.level, given.emailPerUnit],
  })
}

interface FreedIdentifier {
  readonly kind: HeldIdentifier['kind'] | 'phone'
  readonly value: string
  readonly scope: string
  readonly profileId: string
}

/** A claim yields (S15): the identifier is nobody's until the caller gives it. */
export async function freeIdentifier(
  connection: Connection,
  workspaceId: number,
  { kind, value, scope, profileId }: FreedIdentifier,
): Promise<void> {
  await connection.query({
    name: 'free-identifier',
    text: `delete from identifiers
           where workspace_id = $1 and kind = $2 and value = $3 and scope = $4 and profile_id = $5`,
    values: [workspaceId, kind, value, scope, profileId],
  })
  await showIdentifiers(connection, workspaceId, profileId)
}

/**
 * Brings what a profile's row says of its identifiers up to date: its customer id, its e-mail, unless that is a mere
 * claim beside better identifiers (S14), and that it is known (S7). An e-mail that stays keeps the spelling it was
 * written in.
 */
export async function showIdentifiers(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<void> {
  await connection.query({
    name: 'show-identifiers',
    text: `with shown as (
             select min(value) filter (where kind = 'customer_id') as customer_id,
               min(value) filter (
                 where kind = 'email' and (level <> 'claim' or not exists (
                   select from identifiers b
                   where b.workspace_id = $1 and b.profile_id = $2 and b.level <> 'claim'
                 ))
               ) as email,
               coalesce(bool_or(kind not in ('anonymous_id', 'cookie_id')), false) as is_known
             from identifiers where workspace_id = $1 and profile_id = $2
           )
           update profiles p
           set customer_id = shown.customer_id,
               email = case when ${emailKeyOf('p.email')} = shown.email then p.email else shown.email end,
               known_at = case when shown.is_known then coalesce(p.known_at, now()) else p.known_at end,
               updated_at = now()
           from shown
           where p.workspace_id = $1 and p.id = $2
             and (shown.is_known and p.known_at is null or p.customer_id is distinct from shown.customer_id
               or ${emailKeyOf('p.email')} is distinct from shown.email)`,
    values: [workspaceId, profileId],
  })
}

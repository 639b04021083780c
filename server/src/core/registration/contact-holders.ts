import type { Connection } from '../../platform/postgres/database.ts'
import type { Level } from '../identity/identifiers.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/** What a person is reached by, in compare form. */
export interface Contact {
  readonly kind: 'email' | 'phone'
  readonly value: string
}

/** Who has a contact. */
export interface ContactHolder extends Contact {
  readonly scope: string
  readonly level: Level
  readonly profileId: string
  readonly number: string
  /** Whether its profile has any identifier by proof or own word. */
  readonly isProved: boolean
}

/** All profiles that have one of the contacts, whatever their business units. */
export async function findContactHolders(
  connection: Connection,
  workspaceId: number,
  contacts: readonly Contact[],
): Promise<readonly ContactHolder[]> {
  if (contacts.length === 0) return []
  const { rows } = await connection.query<ContactHolder>({
    name: 'find-contact-holders',
    text: `select i.kind, i.value, i.scope, i.level, i.profile_id as "profileId", p.number::text as number,
             exists (
               select from identifiers b
               where b.workspace_id = $1 and b.profile_id = i.profile_id and b.level <> 'claim'
             ) as "isProved"
           from unnest($2::text[], $3::text[]) as c (kind, value)
           join identifiers i on i.workspace_id = $1 and i.kind = c.kind and i.value = c.value
           join profiles p on p.workspace_id = $1 and p.id = i.profile_id`,
    values: [workspaceId, contacts.map(({ kind }) => kind), contacts.map(({ value }) => value)],
  })
  return rows
}

/**
 * What comes of a contact that somebody else has (S15, L61). `yields`: a claim beside better identifiers; it moves.
 * `is-taken-over`: a profile of nothing but claims meets proof. `stands`: the contact is taken.
 */
export type Standing = 'yields' | 'is-taken-over' | 'stands'

export function standingOf(holder: ContactHolder, level: 'proof' | 'own-word'): Standing {
  if (holder.level === 'claim' && holder.isProved) return 'yields'
  return !holder.isProved && level === 'proof' ? 'is-taken-over' : 'stands'
}

/**
 * Of the holders of an e-mail those who are in the way of a profile of this business unit: those of its unit, and the
 * one without (L61). A phone has one holder, who is.
 */
export function holdersInTheWay(
  holders: readonly ContactHolder[],
  { emailPerUnit }: Workspace,
  businessUnit: string | null,
): readonly ContactHolder[] {
  const scope = emailPerUnit ? (businessUnit ?? '').toLowerCase() : ''
  return holders
    .filter((holder) => holder.kind === 'phone' || holder.scope === scope || holder.scope === '')
    .sort((one, other) => Number(other.scope === scope) - Number(one.scope === scope))
}

/**
 * Whom a contact names (S11): of several profiles with an e-mail the one of the API's own unit, else the one without
 * unit, else the only one.
 */
export function holderNamed(
  holders: readonly ContactHolder[],
  { settings, emailPerUnit }: Workspace,
): ContactHolder | undefined {
  const own = emailPerUnit ? (settings.carecloud.businessUnit ?? '').toLowerCase() : ''
  return (
    holders.find(({ kind, scope }) => kind === 'phone' || scope === own) ??
    holders.find(({ scope }) => scope === '') ??
    (holders.length === 1 ? holders[0] : undefined)
  )
}

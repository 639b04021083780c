import type { Connection } from '../../platform/postgres/database.ts'
import { emailKey } from '../profiles/email.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findContactHolders, holderNamed } from './contact-holders.ts'

/** What somebody says they are when they log in; a phone in compare form. */
export interface LoginName {
  readonly type: 'email' | 'phone' | 'card'
  readonly value: string
}

/** Who holds the valid card of a number: asked of whoever keeps cards. */
export type FindCardHolder = (
  connection: Connection,
  workspaceId: number,
  cardNumber: string,
) => Promise<ProfileRef | undefined>

/**
 * Whose login a name is (L12): an e-mail without regard to case, of several profiles with it as S11 says. One that is
 * claimed beside better identifiers is no login (S14).
 */
export async function findProfileForLogin(
  connection: Connection,
  workspace: Workspace,
  { type, value }: LoginName,
  findCardHolder: FindCardHolder,
): Promise<ProfileRef | undefined> {
  if (type === 'card') return await findCardHolder(connection, workspace.id, value)
  const contact = { kind: type, value: type === 'email' ? emailKey(value) : value } as const
  const holders = await findContactHolders(connection, workspace.id, [contact])
  const holder = holderNamed(
    holders.filter(({ level, isProved }) => level !== 'claim' || !isProved),
    workspace,
  )
  return holder && { profileId: holder.profileId, number: holder.number }
}

import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type Contact, findContactHolders, holdersInTheWay, standingOf } from './contact-holders.ts'

/** Whether somebody could register with the contact at this level: nobody has it, or whoever has it gives way (L61). */
export async function canRegisterWith(
  connection: Connection,
  workspace: Workspace,
  contact: Contact,
  level: 'proof' | 'own-word',
): Promise<boolean> {
  const holders = await findContactHolders(connection, workspace.id, [contact])
  const inTheWay = holdersInTheWay(holders, workspace, workspace.settings.carecloud.businessUnit)
  return inTheWay.every((holder) => standingOf(holder, level) !== 'stands')
}

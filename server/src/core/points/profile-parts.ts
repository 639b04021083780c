import type { ProfilePart } from '../profiles/profile-part.ts'
import { eraseWallets } from './erase-wallets.ts'
import { type MovedPoints, moveWallets } from './move-wallets.ts'
import { moveWalletsBack } from './move-wallets-back.ts'

/**
 * What points keep of a profile. Entries name lots and debts, never a profile, so a merge changes whose the lots,
 * debts and movements are and not one entry: the survivor has one history and one balance, a purchase of either can be
 * cancelled exactly, and what either earned counts for the status (S19). Movements that carried the points over would
 * leave the history with the profile that is gone, and count its points for nobody.
 */
export const pointParts: readonly ProfilePart[] = [
  {
    name: 'points',
    move: moveWallets,
    moveBack: (connection, workspaceId, move, moved) =>
      moveWalletsBack(connection, workspaceId, move, moved as MovedPoints),
    erase: eraseWallets,
  },
]

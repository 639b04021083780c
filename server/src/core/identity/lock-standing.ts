import type { Connection } from '../../platform/postgres/database.ts'
import { lockSurvivor } from '../profiles/lock-survivor.ts'
import { findStanding, type TokenStanding } from './token-standing.ts'

/** Another call, a merge or its undoing may change whose a device is between two looks; five in a row do not happen. */
const mostLooks = 5

/**
 * What a token is now, and stays until the transaction ends: its profile is neither merged away nor erased meanwhile. A
 * request learns who calls before it begins to write; another one of the same device may bind it to somebody in between,
 * and what is then written to the former profile is nobody's, or written by who may not.
 *
 * Taken before any other lock.
 *
 * @param lock how the profile is locked: `lockAlone` where what is written rests on all that the profile has
 * @returns undefined where the token is gone, as it is when its profile was erased
 */
export async function lockStanding(
  connection: Connection,
  workspaceId: number,
  { tokenId, profileId: known }: Pick<TokenStanding, 'tokenId' | 'profileId'>,
  lock: typeof lockSurvivor = lockSurvivor,
): Promise<TokenStanding | undefined> {
  let profileId = known
  for (let looks = 0; looks < mostLooks; looks++) {
    const locked = await lock(connection, workspaceId, profileId)
    const standing = await findStanding(connection, workspaceId, tokenId)
    if (!standing || standing.profileId === locked) return standing
    profileId = standing.profileId
  }
  return undefined
}

import { createBatchedRead } from '../../platform/batched-reads.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { findDevices, type TokenRefusal, type TokenStanding } from './token-standing.ts'

export interface TokenReader {
  /** What the token of this secret is in this workspace, at this moment (E32, E42). */
  standing(
    workspaceId: number,
    token: string,
    now: Date,
  ): Promise<TokenStanding | { readonly refusal: TokenRefusal }>
}

/** Looks tokens up; those that arrive together are one query. Nothing is kept: a token that is deleted ends at once. */
export function createTokenReader(database: Database): TokenReader {
  const read = createBatchedRead((workspaceId, tokens: readonly string[]) =>
    database.inWorkspace(workspaceId, (connection) => findDevices(connection, workspaceId, tokens)),
  )
  return {
    async standing(workspaceId, token, now) {
      const standing = await read(workspaceId, token)
      if (!standing) return { refusal: 'unknown' }
      return standing.expiresAt <= now ? { refusal: 'expired' } : standing
    },
  }
}

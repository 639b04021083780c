import type { Connection } from '../../platform/postgres/database.ts'
import type { Ledger } from '../points/ledger.ts'
import { lockAllAlone } from '../profiles/lock-survivor.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { bookRound } from './book-round.ts'
import { type SendRequest, type SendResult, standsAlone } from './send-request.ts'

/**
 * Books purchases in the caller's transaction: the bills, what was paid with points, vouchers that were used, rewards
 * that were bought in them, what they earn, the statuses that follow, and the events (L111). The bill's id makes each
 * happen once (L112). Tills that serve one customer follow each other, by the lock on the profile; and of several
 * purchases of one customer each sees the status that the one before led to.
 *
 * One that stands alone comes alone, and its refusal leaves the transaction to be rolled back; of others that are
 * refused nothing was written. Run it under `retried`.
 *
 * @returns in the order of the requests
 */
export async function sendPurchases(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  requests: readonly SendRequest[],
): Promise<readonly SendResult[]> {
  if (requests.length > 1 && requests.some(standsAlone))
    throw new Error('a purchase that stands alone came with others')
  const survivors = await lockAllAlone(
    connection,
    workspace.id,
    requests.flatMap(({ profileId }) => profileId ?? []),
  )
  const results: SendResult[] = []
  const rounds: { readonly places: number[]; readonly requests: SendRequest[] }[] = []
  const seen = new Map<string, number>()
  for (const [place, request] of requests.entries()) {
    const profileId = request.profileId === undefined ? undefined : survivors.get(request.profileId)
    if (request.profileId !== undefined && profileId === undefined) {
      results[place] = { refusal: { reason: 'unknown-profile' } }
      continue
    }
    const before = profileId === undefined ? 0 : (seen.get(profileId) ?? 0)
    if (profileId !== undefined) seen.set(profileId, before + 1)
    rounds[before] ??= { places: [], requests: [] }
    rounds[before].places.push(place)
    rounds[before].requests.push({ ...request, profileId })
  }
  for (const round of rounds) {
    const booked = await bookRound(connection, workspace, ledger, round.requests)
    for (const [index, place] of round.places.entries()) {
      const result = booked[index]
      if (result) results[place] = result
    }
  }
  return results
}

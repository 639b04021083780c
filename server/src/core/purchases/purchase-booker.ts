import { createGroupCommit } from '../../platform/group-commit.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { type Written, writeTogether } from '../../platform/postgres/write-together.ts'
import { CoreError } from '../core-error.ts'
import { retried } from '../identity/retried.ts'
import type { Ledger } from '../points/ledger.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { sendPurchases } from './send-purchases.ts'
import { type SendRequest, type SendResult, standsAlone } from './send-request.ts'

export interface PurchaseBooker {
  /**
   * Books a purchase (L111), in one commit with others that arrive meanwhile; one that is paid with benefits or points
   * in a transaction of its own. A refusal has booked nothing. Throws `CoreError` `overloaded` when the database
   * cannot keep up.
   */
  book(workspace: Workspace, request: SendRequest): Promise<SendResult>
}

interface PurchasesDraft {
  /** The workspace as the last of them saw it. */
  workspace: Workspace
  readonly requests: SendRequest[]
  bytes: number
  count: number
}

const mostPurchases = 200
/** Bills of a household have ten items, and those of a wholesaler thousands. */
const largestDraftBytes = 2 * 1024 * 1024
/** About what a bill and each of its items take in memory. */
const bytesOf = { bill: 1024, item: 512 }

export function createPurchaseBooker(database: Database, ledger: Ledger): PurchaseBooker {
  const commit = createGroupCommit<PurchasesDraft, readonly Written<SendResult>[]>({
    fits: (draft, addition) =>
      draft.count < mostPurchases && draft.bytes + addition.bytes <= largestDraftBytes,
    join(draft, addition) {
      draft.workspace = addition.workspace
      draft.requests.push(...addition.requests)
      draft.bytes += addition.bytes
      draft.count += addition.count
    },
    write: (_workspaceId, { workspace, requests }) =>
      writeTogether(requests, (some) => bookAll(database, ledger, workspace, some)),
    overloaded: () => new CoreError('overloaded', 'purchases arrive faster than they can be booked'),
  })
  return {
    async book(workspace, request) {
      if (standsAlone(request)) return resultOf(await bookAll(database, ledger, workspace, [request]), 0)
      const bytes = bytesOf.bill + bytesOf.item * request.bill.items.length
      const piece = { workspace, requests: [request], bytes, count: 1 }
      const { written, start } = await commit.submit(workspace.id, piece)
      return resultOf(written, start)()
    },
  }
}

function resultOf<Result>(results: readonly Result[], place: number): Result {
  const result = results[place]
  if (!result) throw new Error('a purchase was not answered')
  return result
}

/** One transaction. A refusal of the only one rolls it back. */
async function bookAll(
  database: Database,
  ledger: Ledger,
  workspace: Workspace,
  requests: readonly SendRequest[],
): Promise<readonly SendResult[]> {
  try {
    return await retried(() =>
      database.transaction(workspace.id, async (connection) => {
        const results = await sendPurchases(connection, workspace, ledger, requests)
        if (requests.length === 1 && results[0]?.refusal) throw new Refused(results)
        return results
      }),
    )
  } catch (error) {
    if (error instanceof Refused) return error.results
    throw error
  }
}

class Refused extends Error {
  readonly results: readonly SendResult[]
  constructor(results: readonly SendResult[]) {
    super('the purchase is refused')
    this.results = results
  }
}

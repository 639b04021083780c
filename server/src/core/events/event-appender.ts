import pg from 'pg'
import { createGroupCommit } from '../../platform/group-commit.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { CoreError } from '../core-error.ts'
import { appendEventTexts } from './append-events.ts'
import type { NewEvent } from './event.ts'
import { storableJson } from './storable-json.ts'

export interface EventAppender {
  /**
   * Makes one event durable, in one commit with all others that arrive meanwhile (E92), and gives its number.
   * Throws `CoreError` `overloaded` when the database cannot keep up.
   */
  append(workspaceId: number, event: NewEvent): Promise<string>
  /** Resolves when everything taken so far is durable. */
  idle(): Promise<void>
}

interface EventsDraft {
  /** JSON texts, one an event. */
  readonly texts: string[]
  bytes: number
  count: number
}

const mostEvents = 2000
const largestDraftBytes = 4 * 1024 * 1024

/** @param onAppended is told of a workspace that has new events */
export function createEventAppender(
  database: Database,
  onAppended: (workspaceId: number) => void,
): EventAppender {
  const commit = createGroupCommit<EventsDraft, readonly Appended[]>({
    fits: (draft, addition) =>
      draft.count + addition.count <= mostEvents && draft.bytes + addition.bytes <= largestDraftBytes,
    join(draft, addition) {
      draft.texts.push(...addition.texts)
      draft.bytes += addition.bytes
      draft.count += addition.count
    },
    async write(workspaceId, { texts }) {
      const appended = await appendAll(database, workspaceId, texts)
      onAppended(workspaceId)
      return appended
    },
    overloaded: () => new CoreError('overloaded', 'the event log cannot keep up'),
  })
  return {
    async append(workspaceId, event) {
      const text = storableJson(event)
      const piece = { texts: [text], bytes: text.length, count: 1 }
      const { written, start } = await commit.submit(workspaceId, piece)
      const appended = written[start]
      if (appended?.number === undefined) throw appended?.error ?? new Error('the database gave no number')
      return appended.number
    },
    idle: () => commit.idle(),
  }
}

/** The event's number, or why it alone could not be kept. */
type Appended =
  | { readonly number: string; readonly error?: never }
  | { readonly number?: never; readonly error: Error }

/**
 * One statement for all. Where PostgreSQL cannot take a value of one of them, halves are tried, and so on: that one
 * fails alone, and who shares its commit does not suffer.
 */
async function appendAll(
  database: Database,
  workspaceId: number,
  texts: readonly string[],
): Promise<readonly Appended[]> {
  try {
    const numbers = await database.inWorkspace(workspaceId, (connection) =>
      appendEventTexts(connection, workspaceId, `[${texts.join(',')}]`),
    )
    return numbers.map((number) => ({ number }))
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && isOfValue(error))) throw error
    if (texts.length === 1) return [{ error }]
    const half = Math.ceil(texts.length / 2)
    return [
      ...(await appendAll(database, workspaceId, texts.slice(0, half))),
      ...(await appendAll(database, workspaceId, texts.slice(half))),
    ]
  }
}

/** SQLSTATE classes: a value that its type cannot have, and one that goes beyond PostgreSQL's limits. */
function isOfValue({ code = '' }: pg.DatabaseError): boolean {
  return code.startsWith('22') || code.startsWith('54')
}

import { createGroupCommit } from '../../platform/group-commit.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { type Written, writeTogether } from '../../platform/postgres/write-together.ts'
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
  const commit = createGroupCommit<EventsDraft, readonly Written<string>[]>({
    fits: (draft, addition) =>
      draft.count + addition.count <= mostEvents && draft.bytes + addition.bytes <= largestDraftBytes,
    join(draft, addition) {
      draft.texts.push(...addition.texts)
      draft.bytes += addition.bytes
      draft.count += addition.count
    },
    async write(workspaceId, { texts }) {
      const appended = await writeTogether(texts, (some) =>
        database.inWorkspace(workspaceId, (connection) =>
          appendEventTexts(connection, workspaceId, `[${some.join(',')}]`),
        ),
      )
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
      const numberOf = written[start]
      if (!numberOf) throw new Error('the database gave no number')
      return numberOf()
    },
    idle: () => commit.idle(),
  }
}

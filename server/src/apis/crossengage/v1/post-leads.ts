import type { RouteHandlerMethod } from 'fastify'
import { Type } from 'typebox'
import { emailKey } from '../../../core/profiles/email.ts'
import { findUsersByEmail } from '../../../core/profiles/find-profiles.ts'
import { sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { readObject } from '../read-body.ts'
import { batchTooLarge } from '../request-errors-v2.ts'
import { BatchResult, PartlyRefused } from '../schemas/results-v1.ts'
import type { RouteDocument } from '../schemas/route-document.ts'
import { LeadEntry } from '../schemas/user-object.ts'
import { refuseRequest } from './answer-v1.ts'
import { applyEntries, type Entry, type EntryResult, statusOf } from './apply-entries.ts'
import { entriesIn, readUpdated } from './read-entries.ts'

export const postLeadsDocument: RouteDocument = {
  summary: 'Write up to 1,000 leads',
  description:
    'Each is the profile with its e-mail and business unit, lead or user, or a new lead (C61–C63).',
  body: Type.Object({ updated: Type.Optional(Type.Array(LeadEntry)) }),
  response: { 200: BatchResult, 400: PartlyRefused },
}

/** `POST /leads`: writes people who are known by their e-mail alone (C61, C62). */
export function postLeads({ directory, ingest, database }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const { workspace } = request
    const body = readObject(request)
    if (body.error) return refuseRequest(request, reply, body.error)
    const updated = entriesIn(body.object, 'updated')
    if (updated.error) return refuseRequest(request, reply, updated.error)
    const tooLarge = batchTooLarge(updated.entries.length, 0)
    if (tooLarge) return refuseRequest(request, reply, tooLarge)

    const entries = await readUpdated(directory, workspace, 'v1-leads', updated.entries, () => null)
    const results = await applyEntries(ingest, workspace, entries)
    const named: EntryResult[] = []
    // One at a time: a thousand reads at once would keep every other request from the pool.
    for (const [index, result] of results.entries()) named.push(await withUserId(result, entries[index]))
    return sendJson(reply, statusOf(named), { updated: named, deleted: [] })

    /** The id of the user who has the e-mail already; null for a lead (C61). */
    async function withUserId(result: EntryResult, entry: Entry | undefined): Promise<EntryResult> {
      const operation = entry?.operation
      if (!result.success || operation?.kind !== 'upsert' || operation.email === undefined) return result
      const users = await findUsersByEmail(database, workspace.id, emailKey(operation.email))
      return { ...result, id: users.find((user) => user.id === result.xngId)?.customerId ?? null }
    }
  }
}

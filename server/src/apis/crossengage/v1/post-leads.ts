import type { RouteHandlerMethod } from 'fastify'
import { Type } from 'typebox'
import { findCustomerIds } from '../../../core/profiles/find-profiles.ts'
import { sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { BatchResult, PartlyRefused } from '../schemas/results-v1.ts'
import type { RouteDocument } from '../schemas/route-document.ts'
import { LeadEntry } from '../schemas/user-object.ts'
import { refuseRequest } from './answer-v1.ts'
import { applyEntries, statusOf } from './apply-entries.ts'
import { readEntries, readUpdated } from './read-entries.ts'

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
    const read = readEntries(request, ['updated'])
    if (read.error) return refuseRequest(request, reply, read.error)
    const { updated } = read.entries

    const entries = await readUpdated(directory, workspace, 'v1-leads', updated, () => null)
    const results = await applyEntries(ingest, workspace, entries)
    const written = results.flatMap(({ xngId }) => xngId ?? [])
    const users = await database.inWorkspace(workspace.id, (connection) =>
      findCustomerIds(connection, workspace.id, written),
    )
    // The id of the user who has the e-mail already; null for a lead (C61).
    const named = results.map((result) => ({ ...result, id: users.get(result.xngId ?? '') ?? null }))
    return sendJson(reply, statusOf(named), { updated: named, deleted: [] })
  }
}

import type { Connection } from '../../platform/postgres/database.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'
import type { SourceRecord } from './source-record.ts'

/** All conditions hold; what is absent is none. */
export interface SourceFilter {
  readonly profileIds?: readonly string[] | undefined
  readonly sourceId?: string | undefined
  /** Any of them. */
  readonly externalIds?: readonly string[] | undefined
}

export type SourceOrder = 'number' | 'sourceId' | 'profileNumber' | 'externalId' | 'changedAt'

export async function listSources(
  connection: Connection,
  workspaceId: number,
  filter: SourceFilter,
  request: ListRequest<SourceOrder>,
): Promise<ListPage<SourceRecord>> {
  const values: unknown[] = [workspaceId]
  // Only what is asked for stands in the statement: a condition that may be none is found by no index.
  const conditions = ['r.workspace_id = $1']
  if (filter.profileIds) conditions.push(`r.profile_id = any ($${values.push(filter.profileIds)}::uuid[])`)
  if (filter.sourceId !== undefined) conditions.push(`r.source_id = $${values.push(filter.sourceId)}`)
  if (filter.externalIds) conditions.push(`r.external_id = any ($${values.push(filter.externalIds)}::text[])`)
  return await readPage<SourceRecord, SourceOrder>(
    connection,
    {
      columns: `r.number::text as number, r.profile_id as "profileId", ${profileNumber}::text as "profileNumber",
        r.source_id as "sourceId", r.external_id as "externalId", r.changed_at as "changedAt"`,
      from: 'source_records r',
      where: conditions.join(' and '),
      values,
      orders: {
        number: 'r.number',
        sourceId: 'r.source_id',
        profileNumber,
        externalId: 'r.external_id',
        changedAt: 'r.changed_at',
      },
      creation: 'r.created_at, r.number',
    },
    request,
  )
}

const profileNumber = '(select p.number from profiles p where p.workspace_id = $1 and p.id = r.profile_id)'

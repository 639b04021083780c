import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import { retried } from '../../../core/identity/retried.ts'
import { listStatusRecords, type StatusRecordOrder } from '../../../core/statuses/list-status-records.ts'
import { noPoints, type PointsByMonths, readPointsByMonths } from '../../../core/statuses/points-by-months.ts'
import { renewStatuses } from '../../../core/statuses/renew-statuses.ts'
import { type SetStatusResult, setStatus } from '../../../core/statuses/set-status.ts'
import type { StatusRecord } from '../../../core/statuses/status-record.ts'
import { missingPoints } from '../../../core/statuses/status-rules.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { refuse } from '../errors/carecloud-error.ts'
import type { Reason } from '../errors/invalid-param.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import type { SortFields } from '../lists/list-query.ts'
import { type Route, route } from '../route.ts'
import { shownStatusRecord } from '../schemas/points.ts'
import { Issued } from '../schemas/values.ts'
import { customerId } from '../values/customer-id.ts'
import { required } from '../values/reader.ts'
import { definedIn } from '../values/references.ts'
import { flag } from '../values/scalars.ts'
import { dateTime, presentTime } from '../values/times.ts'

const recordOrders: SortFields<StatusRecordOrder> = {
  status_record_id: 'number',
  status_id: 'statusId',
  customer_id: 'profileNumber',
  valid_from: 'validFrom',
  valid_to: 'validTo',
  state: 'hasEnded',
  last_change: 'changedAt',
}

/** L102, L104. */
const setRefusals = {
  'unknown-profile': ['customer_id', 'not_found'],
  'unknown-status': ['status_id', 'not_found'],
  'begins-later': ['valid_from', 'not_allowed_value'],
  'ends-before': ['valid_to', 'not_allowed_value'],
} as const satisfies Record<NonNullable<SetStatusResult['refusal']>, readonly [string, Reason]>

/** The status of a customer, and those it had (L102–L105). */
export function statusRecordRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/customers/:customer_id/status-records',
      interfaces: 'both',
      summary: 'List the statuses of the customer',
      query: { valid_now: flag },
      answers: 'list',
      shows: shownStatusRecord,
      sortBy: recordOrders,
      async handle({ workspace, customer, query, now, list }) {
        const { profileId } = customer
        // One that has ended is set anew by it, as by whoever else asks at the same moment.
        return await retried(() =>
          database.transaction(workspace.id, async (connection) => {
            await renewStatuses(connection, workspace, now, [profileId])
            const filter = { profileId, isCurrent: query.valid_now }
            const { items, total } = await listStatusRecords(connection, workspace, filter, list)
            const points = await readPointsByMonths(connection, workspace, [profileId], now)
            const ofProfile = points.get(profileId) ?? noPoints
            return { items: items.map((record) => presentStatusRecord(record, ofProfile, workspace)), total }
          }),
        )
      },
    }),
    route({
      method: 'POST',
      path: '/customers/actions/set-status-record',
      interfaces: 'enterprise',
      summary: 'Give a customer a status',
      body: {
        status_id: required(definedIn(({ loyalty }) => loyalty.statuses)),
        customer_id: required(customerId()),
        valid_from: dateTime(),
        valid_to: dateTime({ dayAs: 'end' }),
      },
      answers: 'object',
      shows: { status_record_id: Issued },
      async handle({ workspace, body, now }) {
        const { record, refusal } = await retried(() =>
          database.transaction(workspace.id, (connection) =>
            setStatus(connection, workspace, {
              profileId: body.customer_id.profileId,
              statusId: body.status_id.id,
              from: body.valid_from,
              to: body.valid_to,
              now,
            }),
          ),
        )
        if (refusal === undefined) return { status_record_id: record }
        const [name, reason] = setRefusals[refusal]
        const sent = {
          customer_id: body.customer_id.number,
          status_id: body.status_id.id,
          valid_from: presentTime(body.valid_from ?? null, workspace),
          valid_to: presentTime(body.valid_to ?? null, workspace),
        }
        throw refuse(name, reason, sent[name])
      },
    }),
  ]
}

/** A record, and how many points are missing to keep the status and to reach the next one (L105). */
function presentStatusRecord(record: StatusRecord, points: PointsByMonths, workspace: Workspace): Presented {
  const { statuses } = workspace.settings.loyalty
  const rank = statuses.findIndex(({ id }) => id === record.statusId)
  const status = statuses[rank]
  // Of one that the file no longer has nothing is next.
  const next = status && statuses[rank + 1]
  return {
    status_record_id: record.number,
    status_id: record.statusId,
    customer_id: record.profileNumber,
    valid_from: presentTime(record.validFrom, workspace),
    valid_to: presentTime(record.validTo, workspace),
    purchase_conditions: {
      keep_status_turnover: [],
      next_status_turnover: [],
      keep_status_points: status ? formatHundredths(missingPoints(status, points)) : 0,
      next_status_points: next ? formatHundredths(missingPoints(next, points)) : 0,
      next_status_id: next?.id ?? null,
    },
    last_change: presentTime(record.changedAt, workspace),
    state: record.isCurrent ? 1 : 2,
  }
}

import type { PartitionedTable } from '../../platform/postgres/partitions.ts'

/** For how long events are kept, and who has to have read them before they go. */
export interface EventRetention {
  /** Absent: for ever. */
  readonly days: number | undefined
  /** Names of all consumers. */
  readonly consumers: readonly string[]
}

/**
 * Events lie in months of receipt, which are dropped whole: so one is kept for `days`, and up to a month longer. A
 * month that holds an event which a consumer has yet to read stays, however old it is; a consumer that never read in
 * a workspace has all of it before it.
 */
export function eventPartitions({ days, consumers }: EventRetention): PartitionedTable {
  const events: PartitionedTable = { name: 'events', unit: 'month' }
  if (days === undefined) return events
  const names = consumers.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ')
  const unread = `exists (
    select from unnest(array[${names}]::text[]) as n (name)
    left join event_consumers c on c.workspace_id = kept.workspace_id and c.name = n.name
    where c.name is null or (c.transaction_id, c.position) < (kept.transaction_id, kept.position))`
  return { ...events, keptForHours: days * 24, keptWhile: unread }
}

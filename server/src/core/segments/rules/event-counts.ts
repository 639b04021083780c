import type { Parameters } from './parameters.ts'

/** How often an event happened, within the last days or ever. */
interface EventCount {
  readonly event: string
  readonly withinDays?: number
}

/** All counts that the rules of a workspace ask for: each is made once, and all of them in one reading of the events. */
export interface EventCounts {
  /** The column of the count. */
  column(count: EventCount): string
  /** Names of the events that are counted. */
  names(): readonly string[]
  /** Joins the counts to a profile `p` as `h`; empty where no rule counts anything. */
  join(): string
  /** The first moment at which a count changes by time alone; null where none will. */
  due(): string
}

/**
 * Counts trusted events (S27) by the time that counts (S26): those of the profile, and those kept under one of its
 * identifiers from before anybody was known there. One that left its window was received at most 5 minutes later than
 * it counts, which keeps older partitions unread.
 *
 * $1 workspace, $3 the time at which windows end. An event of the last minutes whose time is still to come counts.
 */
export function collectEventCounts(parameters: Parameters): EventCounts {
  const counts: EventCount[] = []

  function windowStart({ withinDays = 0 }: EventCount): string {
    return `$3::timestamptz - ${parameters.add(withinDays, 'integer')} * interval '24 hours'`
  }

  function names(): readonly string[] {
    return [...new Set(counts.map(({ event }) => event))]
  }

  function columns(): string {
    return counts
      .map((count, index) => {
        const isNamed = `e.name = ${parameters.add(count.event, 'text')}`
        const isIn =
          count.withinDays === undefined ? isNamed : `${isNamed} and e.counted > ${windowStart(count)}`
        return `count(*) filter (where ${isIn}) as n${index}, min(e.counted) filter (where ${isIn}) as oldest${index}`
      })
      .join(', ')
  }

  /** The condition on received events, and on their names. */
  function isRead(): string {
    const isNamed = `e.trusted and e.name = any (${parameters.add(names(), 'text[]')})`
    const days = counts.map(({ withinDays = Number.POSITIVE_INFINITY }) => withinDays)
    const most = Math.max(...days)
    if (!Number.isFinite(most)) return isNamed
    const start = windowStart({ event: '', withinDays: most })
    return `${isNamed} and e.received_at > ${start} - interval '5 minutes'`
  }

  return {
    names,
    column({ event, withinDays }) {
      const known = counts.findIndex((count) => count.event === event && count.withinDays === withinDays)
      if (known !== -1) return `h.n${known}`
      return `h.n${counts.push({ event, ...(withinDays !== undefined && { withinDays }) }) - 1}`
    },
    join() {
      if (counts.length === 0) return ''
      const read = isRead()
      return `left join lateral (
        select ${columns()}
        from (
          select e.name, coalesce(e.counted_at, e.occurred_at) as counted from events e
          where e.workspace_id = $1 and e.profile_id = p.id and ${read}
          union all
          select e.name, coalesce(e.counted_at, e.occurred_at)
          from identifiers i
          join events e on e.workspace_id = $1 and e.profile_id is null
            and e.identifier_kind = i.kind and e.identifier_value = i.value and ${read}
          where i.workspace_id = $1 and i.profile_id = p.id
            and (i.kind <> 'email' or e.identifier_scope is null
              or lower(coalesce(p.business_unit, '') collate "und-x-icu")
                = lower(e.identifier_scope collate "und-x-icu"))
        ) e
      ) h on true`
    },
    due() {
      const ends = counts.flatMap(({ withinDays }, index) =>
        withinDays === undefined
          ? []
          : [`h.oldest${index} + ${parameters.add(withinDays, 'integer')} * interval '24 hours'`],
      )
      return ends.length === 0 ? 'null::timestamptz' : `least(${ends.join(', ')})`
    },
  }
}

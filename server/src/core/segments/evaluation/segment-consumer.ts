import type { EventConsumer } from '../../events/event-consumer.ts'

/** Told in the transaction that notes what is due; the payload is the workspace's id. */
export const segmentsDue = 'tessera_segments_due'

/**
 * Notes that who did something which a rule counts is to be evaluated. What is trusted counts (S27), by the time that
 * counts (S26); an event of a person nobody knows is noted for whoever has the identifier by now.
 *
 * The lock is the evaluation's: without it, one that began before an event could put its own answer over the note.
 */
export const segmentConsumer: EventConsumer = {
  name: 'segments',
  async handle(connection, { id }, events) {
    const trusted = events.filter((event) => event.trusted)
    if (trusted.length === 0) return
    const { rows } = await connection.query<{ tested_events: readonly string[] }>({
      name: 'lock-tested-events',
      text: `select tested_events from segment_evaluations
             where workspace_id = $1 and cardinality(tested_events) > 0 for update`,
      values: [id],
    })
    const tested = new Set(rows[0]?.tested_events)
    const numbers = trusted.filter(({ name }) => tested.has(name)).map(({ number }) => number)
    if (numbers.length === 0) return
    await connection.query({ name: 'note-segment-dues', text: noteDues, values: [id, numbers] })
    await connection.query({
      name: 'tell-segment-dues',
      text: `select pg_notify('${segmentsDue}', $1)`,
      values: [String(id)],
    })
  },
}

const noteDues = `
insert into segment_dues (workspace_id, profile_id, due_at)
select distinct $1::integer, coalesce(e.profile_id, i.profile_id), timestamptz '-infinity'
from events e
left join lateral (
  select profile_id from identifiers
  where e.profile_id is null and workspace_id = $1 and kind = e.identifier_kind and value = e.identifier_value
  offset 0
) i on true
where e.workspace_id = $1 and e.number = any ($2::bigint[]) and coalesce(e.profile_id, i.profile_id) is not null
on conflict (workspace_id, profile_id) do update set due_at = excluded.due_at`

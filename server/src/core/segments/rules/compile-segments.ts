import { createHash } from 'node:crypto'
import type { Workspace } from '../../workspaces/workspace.ts'
import { compileRule } from './compile-rule.ts'
import { collectEventCounts } from './event-counts.ts'
import { collectParameters } from './parameters.ts'

/** The rules of a workspace as one statement that evaluates a set of profiles. */
export interface SegmentProgram {
  /** Another one: the rules mean something else, and every profile is to be evaluated again. Empty: there are none. */
  readonly fingerprint: string
  readonly hasRules: boolean
  /** Names of the events that rules count. */
  readonly testedEvents: readonly string[]
  /** $1 workspace, $2 ids of profiles, $3 the time at which windows end, then `values`. */
  readonly text: string
  readonly values: readonly unknown[]
}

const programs = new WeakMap<Workspace, SegmentProgram>()

/** Compiled once for each change of the workspace. */
export function programOf(workspace: Workspace): SegmentProgram {
  const known = programs.get(workspace)
  if (known) return known
  const compiled = compileSegments(workspace)
  programs.set(workspace, compiled)
  return compiled
}

function compileSegments(workspace: Workspace): SegmentProgram {
  const parameters = collectParameters(3)
  const eventCounts = collectEventCounts(parameters)
  const context = { workspace, parameters, eventCounts }
  const members = workspace.settings.segments.flatMap(({ id, where }) =>
    where ? [`case when ${compileRule(where, context)} then ${parameters.add(id, 'text')} end`] : [],
  )
  const text = statement(members, eventCounts.join(), eventCounts.due())
  const { values } = parameters
  return {
    fingerprint: members.length === 0 ? '' : hash([text, values]),
    hasRules: members.length > 0,
    testedEvents: eventCounts.names(),
    text,
    values,
  }
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url')
}

/**
 * Brings the memberships by rule of the profiles asked for up to date, whatever they were, and notes when time alone
 * will change them. Rules are for known profiles: of anonymous ones nobody is told (E26), and every visitor would be in
 * every segment that asks for something not to be. A profile that is gone is in none.
 *
 * Look-ups are laterals with a limit, for the reason that `upsertSteps` gives, and what is there is compared with what
 * is wanted before anything is changed: most evaluations change nothing. $3 is named even where no rule counts events: a
 * parameter that stands nowhere has no type.
 *
 * Run it unnamed. Planning it takes 2 ms of the 30 that 1,000 profiles take; with a plan kept from when the tables were
 * small the same step took up to 280.
 */
const statement = (members: readonly string[], countsJoin: string, due: string) => `
with asked as materialized (
  select distinct id from unnest($2::uuid[]) as a (id)
),
judged as materialized (
  select p.id as profile_id, array[${members.join(',\n    ')}]::text[] as segments,
    case when $3::timestamptz is not null then ${due} end as due_at
  from asked
  cross join lateral (
    select id, customer_id, email, business_unit, attributes from profiles
    where workspace_id = $1 and id = asked.id limit 1
  ) p
  left join lateral (
    select opted_out_channels, blacklisted from recipient_statuses
    where workspace_id = $1 and profile_id = asked.id limit 1
  ) s on true
  ${countsJoin}
  where coalesce(p.customer_id, p.email, (
    select i.kind from identifiers i
    where i.workspace_id = $1 and i.profile_id = p.id and i.kind not in ('anonymous_id', 'cookie_id') limit 1
  )) is not null
),
wanted as materialized (
  select profile_id, segment_id from judged, unnest(segments) as segment_id where segment_id is not null
),
held as materialized (
  select asked.id as profile_id, m.segment_id
  from asked
  cross join lateral (
    select segment_id from segment_memberships
    where workspace_id = $1 and profile_id = asked.id and by_rule offset 0
  ) m
),
departed as (
  delete from segment_memberships m
  using (select profile_id, segment_id from held except select profile_id, segment_id from wanted) d
  where m.workspace_id = $1 and m.segment_id = d.segment_id and m.by_rule and m.profile_id = d.profile_id
),
entered as (
  insert into segment_memberships (workspace_id, segment_id, by_rule, profile_id)
  select $1, segment_id, true, profile_id
  from (select profile_id, segment_id from wanted except select profile_id, segment_id from held) e
  on conflict do nothing
),
was_due as materialized (
  select asked.id as profile_id, d.due_at
  from asked
  cross join lateral (
    select due_at from segment_dues where workspace_id = $1 and profile_id = asked.id limit 1
  ) d
),
no_longer_due as (
  delete from segment_dues d
  using (
    select profile_id from was_due except select profile_id from judged where due_at is not null
  ) n
  where d.workspace_id = $1 and d.profile_id = n.profile_id
)
insert into segment_dues (workspace_id, profile_id, due_at)
select $1, profile_id, due_at
from (select profile_id, due_at from judged where due_at is not null except select profile_id, due_at from was_due) d
on conflict (workspace_id, profile_id) do update set due_at = excluded.due_at`

import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type MovementRow, movementRow } from './movement-row.ts'

export interface OpenRequest {
  readonly now: Date
  readonly pointTypeId: string
  readonly profiles: readonly {
    readonly id: string
    /** How much of the lots is asked for; `all` of them. */
    readonly need: Hundredths | 'all'
  }[]
  /** What was booked under these is asked for as well. */
  readonly keys?: readonly string[]
}

/** What is read while wallets are locked: all but the locked wallets themselves may be older than the lock. */
export interface LockedWallets {
  readonly people: readonly { readonly id: string | null }[]
  readonly wallets: readonly {
    readonly profile_id: string
    readonly balance: number
    readonly revision: number
    readonly seen_revision: number | null
    readonly is_due: boolean
    readonly reserved: number
  }[]
  readonly lots: readonly {
    readonly id: string
    readonly profile_id: string
    readonly remaining: number
    readonly valid_to: string | null
  }[]
  readonly debts: readonly { readonly id: string; readonly profile_id: string; readonly remaining: number }[]
  readonly known: readonly MovementRow[]
}

/**
 * Locks profiles and then their wallets, each in the order of their ids, and reads what the wallets of one point type
 * hold: one round trip.
 */
export async function lockWallets(
  connection: Connection,
  workspaceId: number,
  request: OpenRequest,
): Promise<LockedWallets> {
  const needsLots = request.profiles.some(({ need }) => need !== 0)
  const { rows } = await connection.query<LockedWallets>({
    name: needsLots ? 'open-wallets-with-lots' : 'open-wallets',
    text: statementOf(needsLots),
    values: [
      workspaceId,
      request.profiles.map(({ id }) => id),
      request.profiles.map(({ need }) => (need === 'all' ? null : need)),
      request.pointTypeId,
      request.now,
      request.keys ?? [],
    ],
  })
  if (!rows[0]) throw new Error('the database gave no row for a row of lists')
  return rows[0]
}

/** Makes wallets that are missing, of all point types at once, so that they too are always locked in one order. */
export async function makeWallets(
  connection: Connection,
  { id, settings }: Workspace,
  pointTypeId: string,
  profileIds: readonly string[],
): Promise<void> {
  const types = new Set([...settings.loyalty.pointTypes.map((type) => type.id), pointTypeId])
  await connection.query({
    name: 'make-wallets',
    text: `insert into points_wallets (workspace_id, profile_id, point_type)
           select $1, profile_id, point_type
           from unnest($2::uuid[]) as p (profile_id), unnest($3::text[]) as t (point_type)
           order by profile_id, point_type collate "C"
           on conflict do nothing`,
    values: [id, profileIds, [...types]],
  })
}

/** The lots that the needs take: found person by person, where a join may read the lots of the whole workspace. */
const neededLots = `
  (select coalesce(jsonb_agg(jsonb_build_object(
     'id', lot_id::text, 'profile_id', profile_id, 'remaining', remaining, 'valid_to', valid_to
   ) order by valid_to nulls last, lot_id), '[]')
   from given cross join lateral (
     select l.id, l.profile_id, l.remaining, l.valid_to,
       sum(l.remaining) over (order by l.valid_to nulls last, l.id) - l.remaining as before
     from points_lots l
     where l.workspace_id = $1 and l.profile_id = given.id and l.point_type = $4 and l.remaining > 0
     offset 0
   ) queue (lot_id, profile_id, remaining, valid_to, before)
   where given.need is null or before < given.need)`

/**
 * `locked` takes the wallets of all types, so that two transactions with several types take them in one order. Keys
 * are looked up one by one, as lots are.
 */
function statementOf(needsLots: boolean): string {
  return `
with given as materialized (
  select g.n, coalesce(
    (select m.survivor_id from merged_profiles m where m.workspace_id = $1 and m.id = g.id), g.id
  ) as id, g.need
  from unnest($2::uuid[], $3::bigint[]) with ordinality as g (id, need, n)
),
person as materialized (
  select locked.id
  from (select distinct id from given order by id) asked cross join lateral (
    select p.id from profiles p where p.workspace_id = $1 and p.id = asked.id for key share
  ) locked
),
locked as materialized (
  select w.profile_id, w.point_type, w.balance, w.due_at, w.revision
  from points_wallets w
  where w.workspace_id = $1 and w.profile_id = any (array(select id from person))
  order by w.profile_id, w.point_type for update
)
select
  (select jsonb_agg(jsonb_build_object('id', (select person.id from person where person.id = given.id)) order by n)
   from given) as people,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'profile_id', locked.profile_id, 'balance', locked.balance, 'revision', locked.revision,
     'seen_revision', (
       select seen.revision from points_wallets seen
       where seen.workspace_id = $1 and seen.profile_id = locked.profile_id and seen.point_type = locked.point_type
     ),
     'is_due', coalesce(locked.due_at < $5, false),
     'reserved', coalesce((
       select sum(r.quantity) from points_reservations r
       where r.workspace_id = $1 and r.profile_id = locked.profile_id and r.point_type = $4 and r.state = 'active'
         and (r.expires_at is null or r.expires_at > $5)
     ), 0))), '[]')
   from locked where locked.point_type = $4) as wallets,
  ${needsLots ? neededLots : `'[]'::jsonb`} as lots,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'id', id::text, 'profile_id', profile_id, 'remaining', remaining) order by id), '[]')
   from points_debts
   where workspace_id = $1 and profile_id = any (array(select id from given)) and point_type = $4
     and remaining > 0) as debts,
  (select coalesce(jsonb_agg(found.movement), '[]')
   from unnest($6::text[]) as asked (key) cross join lateral (
     select ${movementRow('m')} as movement from points_movements m
     where m.workspace_id = $1 and m.key = asked.key
     offset 0
   ) found) as known`
}

import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { bookExpiry } from './book-expiry.ts'
import { type MovementRow, movementRow } from './movement-row.ts'

export interface OpenLot {
  readonly id: string
  readonly profileId: string
  readonly remaining: Hundredths
  readonly validTo: Date | null
}

interface OpenDebt {
  readonly id: string
  readonly remaining: Hundredths
}

/** A wallet that is locked until the transaction ends; nothing in it is due to expire. */
export interface OpenWallet {
  readonly profileId: string
  readonly balance: Hundredths
  /** Bound by active reservations (L97). */
  readonly reserved: Hundredths
  /** In the order of spending (L122): those that the need takes, or more. */
  readonly lots: readonly OpenLot[]
  /** Oldest first. */
  readonly debts: readonly OpenDebt[]
}

export interface OpenRequest {
  readonly now: Date
  readonly pointTypeId: string
  readonly profiles: readonly {
    readonly id: string
    /** How much of the lots is asked for; `all` of them. */
    readonly need: Hundredths | 'all'
  }[]
  readonly key?: string
}

export interface OpenWallets {
  /** In the order of the request; two ids of one merged profile give its one wallet twice. */
  readonly wallets: readonly OpenWallet[]
  /** What was booked under the key before. */
  readonly known: MovementRow | null
}

/** A merge may end between our look and our lock; more than two in a row do not happen. */
const mostLooks = 3
const mostRounds = 10

/**
 * Locks profiles and then their wallets, each in the order of their ids, and reads what the wallets of one point type
 * hold. Wallets that are missing are made, for all point types at once, so that they too are always locked in one
 * order; what is due to expire is booked.
 *
 * One round trip, in which locks are waited for and the rest is read from before the wait. A wallet's revision tells
 * whether that was still so once the lock was held; where not, it is read again.
 *
 * @returns undefined where a profile is not there
 */
export async function openWallets(
  connection: Connection,
  workspace: Workspace,
  request: OpenRequest,
): Promise<OpenWallets | undefined> {
  let looks = 0
  for (let round = 0; round < mostRounds; round++) {
    const found = await read(connection, workspace.id, request)
    const missing = found.people.find(({ id }) => id === null)
    if (missing) {
      if (++looks < mostLooks) continue
      return undefined
    }
    const ids = [...new Set(found.people.flatMap(({ id }) => id ?? []))]
    if (found.wallets.length < ids.length) {
      await makeWallets(connection, workspace, request.pointTypeId, ids)
      continue
    }
    if (found.wallets.some(({ revision, seen_revision }) => revision !== seen_revision)) continue
    const due = found.wallets.filter(({ is_due }) => is_due)
    if (due.length > 0) {
      await bookExpiry(
        connection,
        workspace.id,
        due.map(({ profile_id }) => ({ profileId: profile_id, pointTypeId: request.pointTypeId })),
        request.now,
      )
      continue
    }
    return {
      wallets: found.people.map(({ id }) => walletOf(found, id)),
      known: found.known,
    }
  }
  throw new Error('a wallet changes while it is locked')
}

interface Found {
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
  readonly known: MovementRow | null
}

async function read(connection: Connection, workspaceId: number, request: OpenRequest): Promise<Found> {
  const needsLots = request.profiles.some(({ need }) => need !== 0)
  const { rows } = await connection.query<Found>({
    name: needsLots ? 'open-wallets-with-lots' : 'open-wallets',
    text: statementOf(needsLots),
    values: [
      workspaceId,
      request.profiles.map(({ id }) => id),
      request.profiles.map(({ need }) => (need === 'all' ? null : need)),
      request.pointTypeId,
      request.now,
      request.key ?? null,
    ],
  })
  if (!rows[0]) throw new Error('the database gave no row for a row of lists')
  return rows[0]
}

function walletOf({ wallets, lots, debts }: Found, profileId: string | null): OpenWallet {
  const wallet = wallets.find(({ profile_id }) => profile_id === profileId)
  if (!wallet) throw new Error('a wallet that was locked is not there')
  const isIts = (row: { readonly profile_id: string }) => row.profile_id === wallet.profile_id
  return {
    profileId: wallet.profile_id,
    balance: wallet.balance,
    reserved: wallet.reserved,
    lots: lots.filter(isIts).map((lot) => ({
      id: lot.id,
      profileId: lot.profile_id,
      remaining: lot.remaining,
      validTo: lot.valid_to === null ? null : new Date(lot.valid_to),
    })),
    debts: debts.filter(isIts).map(({ id, remaining }) => ({ id, remaining })),
  }
}

async function makeWallets(
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

/** `locked` takes the wallets of all types, so that two transactions with several types take them in one order. */
function statementOf(needsLots: boolean): string {
  return `
with given as materialized (
  select g.n, coalesce(
    (select m.survivor_id from merged_profiles m where m.workspace_id = $1 and m.id = g.id), g.id
  ) as id, g.need
  from unnest($2::uuid[], $3::bigint[]) with ordinality as g (id, need, n)
),
person as materialized (
  select id from profiles where workspace_id = $1 and id = any (array(select id from given))
  order by id for key share
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
  (select ${movementRow('m')}
   from points_movements m where m.workspace_id = $1 and m.key = $6) as known`
}

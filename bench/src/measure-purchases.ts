import { settle } from './ceilings.ts'
import type { Measurement } from './measurement.ts'
import { pgbench } from './pgbench.ts'
import { load, type Target, untilApplied } from './target.ts'
import { withClient } from './with-client.ts'

const connections = 64
const customerCount = 10_000
const seconds = 8

/** Tills: bills of known customers, each with its points, the status they lead to, and its event. */
export async function measurePurchases(
  { port }: Target,
  url: string,
  record: (measurement: Measurement) => void,
): Promise<void> {
  const customers = await createBuyers(port, url)
  const order = { port, connections, requests: 1_000_000, kind: 'purchase', firstId: 0, ids: 1 } as const
  await load({ ...order, customers, seconds: 3 })
  await settle(url)
  // Half of the ceiling before and half after, so that what else the machine does meets both alike.
  const before = await pgbench(url, { clients: 8, seconds: seconds / 2 }, byHand)
  const result = await load({ ...order, customers, seconds })
  const after = await pgbench(url, { clients: 8, seconds: seconds / 2 }, byHand)
  record({
    name: 'send-purchase, with points, status and event',
    figure: result.answered / result.seconds,
    unit: 'purchases/s',
    ...(before && after ? { ceiling: (before + after) / 2, atLeast: 0.5 } : {}),
  })
  record({ name: 'send-purchase, p50', figure: result.p50Ms, unit: 'ms' })
  record({ name: 'send-purchase, p99', figure: result.p99Ms, unit: 'ms' })
}

/** Customers who have bought before: their wallets are there. Gives their ids on the wire. */
async function createBuyers(port: number, url: string): Promise<readonly string[]> {
  const batches = { connections: 1, requests: customerCount / 1000, seconds: 60, kind: 'batch' } as const
  await untilApplied(port, (await load({ ...batches, port, firstId: 0, ids: customerCount })).lastBodies)
  return await withClient(url, async (client) => {
    await client.query(`
      create table if not exists buyers as
      select row_number() over () as n, p.id as profile_id, p.number::text as number
      from identifiers i join profiles p on p.workspace_id = 1 and p.id = i.profile_id
      where i.workspace_id = 1 and i.kind = 'customer_id'
        and i.value in (select 'u' || n from generate_series(0, ${customerCount - 1}) n);
      create unique index if not exists buyers_n on buyers (n);
      insert into points_wallets (workspace_id, profile_id, point_type)
      select 1, profile_id, 'base' from buyers on conflict do nothing`)
    const { rows } = await client.query<{ number: string }>('select number from buyers order by n')
    return rows.map(({ number }) => number)
  })
}

/** The rows of one purchase as the server leaves them, by somebody who knows beforehand what to write: nothing is read. */
const byHand = `
\\set n random(1, ${customerCount})
\\set amount 100 * random(20, 120)
\\set minus -:amount
begin;
select profile_id from buyers join profiles p on p.workspace_id = 1 and p.id = profile_id
  where n = :n for no key update of p \\gset
insert into points_movements (workspace_id, profile_id, point_type, kind, amount, earned, counted_at, booked_at, key,
  content_hash, partner_id, store_id, purchase_number)
values (1, :profile_id, 'base', 'purchase', :amount, :amount, now(), now(), 'purchase:' || random_number(),
  'bcf5ea4c4d26e7bcf5ea4c4d26e7bcf5ea4c4d26e7b', 'acme', 'prague-hq', random_number())
returning id as movement, purchase_number as purchase \\gset
insert into purchases (workspace_id, number, bill_id, profile_id, store_id, type_id, payment_type, payment_time, currency,
  total_price, earned_points, earning_base, created_at, changed_at)
values (1, :purchase, 'by-hand-' || :purchase, :profile_id, 'prague-hq', 'store_purchase', 'S', now(), 'EUR', :amount,
  :amount, :amount, now(), now());
insert into purchase_items (workspace_id, purchase_number, line, item_id, paid_amount, price, quantity, loyalty_off,
  vat_rate, product_code, product_name, category_code, type_id)
values (1, :purchase, 1, '0', 1000, 1000, 1000, false, 20, 'P-1', 'Scoop', 'ice', 'standard'),
  (1, :purchase, 2, '1', :amount, 1000, 1000, false, 20, 'P-2', 'Scoop', 'ice', 'standard');
insert into points_entries (workspace_id, movement_id, line, account, lot_id, amount)
values (1, :movement, 1, 'lot', :movement, :amount), (1, :movement, 2, 'issued', null, :minus);
insert into points_lots (workspace_id, id, profile_id, point_type, remaining, valid_to)
values (1, :movement, :profile_id, 'base', :amount, date_trunc('day', now()) + interval '366 days');
update points_wallets set balance = balance + :amount, revision = revision + 1,
  due_at = least(due_at, date_trunc('day', now()) + interval '366 days')
  where workspace_id = 1 and profile_id = :profile_id and point_type = 'base';
insert into events (workspace_id, received_at, profile_id, name, occurred_at, counted_at, source, by_known, reference, data)
values (1, now(), :profile_id, 'purchase', now(), now(), 'back end', true, 'by-hand-' || :purchase,
  '{"amount": 50.5, "currency": "EUR", "bill_id": "1", "store_id": "prague-hq"}');
commit;`

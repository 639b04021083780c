-- Points: a double-entry ledger (L121). Entries are the truth; lots, debts and wallets are sums of them, kept at hand
-- and derived again by `tessera ledger verify`. Amounts are hundredths.

create sequence points_movement_id;

-- What was booked, one row a profile it touches. Ids are given while the wallet is locked, so within a wallet they
-- stand in the order of booking.
create table points_movements (
  workspace_id integer not null,
  id bigint not null default nextval('points_movement_id'),
  number bigint not null default random_number(),
  -- Null: the profile was erased.
  profile_id uuid,
  point_type text collate "C" not null,
  kind text not null check (kind in (
    'addition', 'purchase', 'redemption', 'payment', 'grant', 'cancellation', 'grant-refund', 'transfer',
    'synchronisation', 'expiry', 'debt-settlement', 'write-off'
  )),
  -- What the balance changed by: the sum of its entries on the profile's lots.
  amount bigint not null,
  -- What it adds to, or takes back from, what the customer earned and redeemed (L100), as of counted_at.
  earned bigint not null default 0,
  redeemed bigint not null default 0,
  counted_at timestamptz not null,
  booked_at timestamptz not null,
  -- Null: it follows from another movement, or from time.
  key text collate "C",
  -- A hash of the request under the key, to tell another one.
  content_hash text,
  -- The movement it reverses.
  reverses bigint,
  -- The movement in whose booking it came about.
  cause bigint,
  -- The part of this movement that went to another profile when a merge was undone; the entries stay where they are.
  share_of bigint,
  note text,
  partner_id text collate "C",
  store_id text collate "C",
  purchase_number bigint,
  grant_number bigint,
  primary key (workspace_id, id)
);
create unique index points_movements_number on points_movements (workspace_id, number);
create unique index points_movements_key on points_movements (workspace_id, key) where key is not null;
create unique index points_movements_reverses on points_movements (workspace_id, reverses) where reverses is not null;
create index points_movements_profile on points_movements (workspace_id, profile_id, id);
create index points_movements_booked on points_movements (workspace_id, booked_at);
create index points_movements_purchase on points_movements (workspace_id, purchase_number)
  where purchase_number is not null;
create index points_movements_grant on points_movements (workspace_id, grant_number) where grant_number is not null;

-- `lot` is the customers' side: the account of whoever has the lot. `owed` is what a customer owes, by debt. All others
-- are accounts of the workspace.
create table points_entries (
  workspace_id integer not null,
  movement_id bigint not null,
  line integer not null,
  account text not null check (account in (
    'issued', 'spent', 'expired', 'transferred', 'synchronised', 'written-off', 'owed', 'lot'
  )),
  lot_id bigint,
  debt_id bigint,
  amount bigint not null check (amount <> 0),
  primary key (workspace_id, movement_id, line),
  check ((account = 'lot') = (lot_id is not null)),
  check ((account = 'owed') = (debt_id is not null))
);
create index points_entries_lot on points_entries (workspace_id, lot_id) where lot_id is not null;
create index points_entries_debt on points_entries (workspace_id, debt_id) where debt_id is not null;

-- Points that came together and expire together; the id is that of the movement that opened the lot.
create table points_lots (
  workspace_id integer not null,
  id bigint not null,
  profile_id uuid,
  point_type text collate "C" not null,
  remaining bigint not null check (remaining >= 0),
  -- The last moment of the lot; null: it does not expire.
  valid_to timestamptz,
  primary key (workspace_id, id)
) with (fillfactor = 85);
create index points_lots_open on points_lots (workspace_id, profile_id, point_type, valid_to, id) where remaining > 0;
create index points_lots_profile on points_lots (workspace_id, profile_id);

-- What is owed since a purchase was cancelled whose points were spent (L114); the id is that of the cancellation.
create table points_debts (
  workspace_id integer not null,
  id bigint not null,
  profile_id uuid,
  point_type text collate "C" not null,
  remaining bigint not null check (remaining >= 0),
  primary key (workspace_id, id)
);
create index points_debts_profile on points_debts (workspace_id, profile_id);

-- One row a profile and point type, locked by whoever moves its points. `revision` grows with every change of what
-- hangs on it: who reads lots in the statement that waits for the lock learns by it whether they are those of now.
create table points_wallets (
  workspace_id integer not null,
  profile_id uuid not null,
  point_type text collate "C" not null,
  balance bigint not null default 0 check (balance >= 0),
  owed bigint not null default 0 check (owed >= 0),
  -- Not later than the moment when the next lot expires; null where none will.
  due_at timestamptz,
  revision bigint not null default 0,
  primary key (workspace_id, profile_id, point_type)
) with (fillfactor = 70);
create index points_wallets_due on points_wallets (workspace_id, due_at) where due_at is not null;

-- An active one whose time is over binds nothing (L98); that is no state, but follows from expires_at.
create table points_reservations (
  workspace_id integer not null,
  number bigint not null default random_number(),
  profile_id uuid not null,
  point_type text collate "C" not null,
  external_id text collate "C" not null,
  quantity bigint not null check (quantity > 0),
  expires_at timestamptz,
  state text not null default 'active' check (state in ('active', 'released', 'used', 'expired')),
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (workspace_id, number)
);
create unique index points_reservations_active on points_reservations (workspace_id, external_id)
  where state = 'active';
create index points_reservations_profile on points_reservations (workspace_id, profile_id);
create index points_reservations_external on points_reservations (workspace_id, external_id);

select protect_tenant_table(tenant_table::regclass)
from unnest(array[
  'points_movements', 'points_entries', 'points_lots', 'points_debts', 'points_wallets', 'points_reservations'
]) as tenant_table;
grant usage on sequence points_movement_id to tessera_app;

-- Booked is booked: requests can add entries and do nothing else to them. Of a movement they may change whose it is,
-- when profiles merge and end, and how much of it, when a merge is undone and a part goes back to the other profile.
revoke update, delete on points_entries from tessera_app;
revoke update, delete on points_movements from tessera_app;
grant update (profile_id, note, amount, earned, redeemed) on points_movements to tessera_app;

-- The owner of the tables has every right; this stops a slip of its hand.
create function refuse_change_of_entries() returns trigger language plpgsql as $$
begin
  raise exception 'entries of the points ledger are never changed: book a movement' using errcode = 'TS002';
end $$;
create trigger points_entries_are_final before update or delete or truncate on points_entries
  for each statement execute function refuse_change_of_entries();

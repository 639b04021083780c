-- What customers bought. Amounts are hundredths; what a purchase moved stands in the ledger and with the grants.

create table purchases (
  workspace_id integer not null,
  number bigint not null default random_number(),
  -- The till's id, once in the workspace: a bill that is sent again is known by it (L112).
  bill_id text collate "C" not null,
  -- Null: anonymous, or of a profile that was erased.
  profile_id uuid,
  profile_erased boolean not null default false,
  card_number text,
  -- The purchase that this one cancels, and the one that cancels this (L113).
  cancels bigint,
  cancelled_by bigint,
  store_id text collate "C" not null,
  cashdesk_number text,
  type_id text collate "C" not null,
  payment_type text not null,
  payment_time timestamptz not null,
  currency text not null,
  total_price bigint not null,
  created_by text,
  -- Points, in hundredths: paid with, and earned; and the movements that booked them.
  paid_points bigint not null default 0,
  earned_points bigint not null default 0,
  payment_movement bigint,
  earning_movement bigint,
  -- What is left to pay after benefits: what an anonymous purchase earns by, once it has a customer (L116).
  earning_base bigint not null default 0,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create unique index purchases_bill on purchases (workspace_id, bill_id);
create index purchases_profile on purchases (workspace_id, profile_id, payment_time);
create index purchases_created on purchases (workspace_id, created_at, number);
create index purchases_paid on purchases (workspace_id, payment_time);
-- The last of the indexes: until statistics are taken PostgreSQL cannot tell them apart, and takes the newest.
alter table purchases add primary key (workspace_id, number);

create table purchase_items (
  workspace_id integer not null,
  purchase_number bigint not null,
  line integer not null,
  number bigint not null default random_number(),
  item_id text not null,
  paid_amount bigint not null,
  price bigint not null,
  -- In thousandths: tills weigh.
  quantity bigint not null,
  loyalty_off boolean not null,
  vat_rate double precision,
  product_code text,
  product_name text,
  category_code text,
  type_id text,
  primary key (workspace_id, purchase_number, line)
);

select protect_tenant_table(tenant_table::regclass)
from unnest(array['purchases', 'purchase_items']) as tenant_table;

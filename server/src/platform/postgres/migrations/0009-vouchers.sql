-- Grants as vouchers: what they cost, how long they may be used, and where they were.

alter table grants
  -- Null: from the moment it was granted.
  add column valid_from timestamptz,
  add column note text,
  -- Where it was redeemed, in which purchase, and what it took off there, in hundredths.
  add column store_id text collate "C",
  add column purchase_number bigint,
  add column discount bigint,
  -- The movement of points that paid for it; null: it cost nothing.
  add column cost_movement bigint,
  -- Bought in the purchase in which it was redeemed: it ends with it.
  add column bought_in_purchase boolean not null default false,
  add column changed_at timestamptz not null default clock_timestamp();
create index grants_reward on grants (workspace_id, reward_id, granted_at);
create index grants_granted on grants (workspace_id, granted_at, number);
create index grants_purchase on grants (workspace_id, purchase_number) where purchase_number is not null;

-- How far the pool of codes was read: codes before it were issued, so that a long pool is not searched from its start.
alter table reward_stocks add column pool_place integer not null default 0;

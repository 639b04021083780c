-- Cards: numbers that were printed or issued, held by somebody or free.

create table cards (
  workspace_id integer not null,
  number bigint not null default random_number(),
  type_id text collate "C" not null,
  card_number text collate "C" not null,
  secondary_number text collate "C",
  -- Null: free. What it is held by names the profile: then the number stands among its identifiers as well.
  profile_id uuid,
  valid_from timestamptz,
  valid_to timestamptz,
  store_id text collate "C",
  is_active boolean not null default true,
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, number)
);
create unique index cards_card_number on cards (workspace_id, card_number);
create index cards_profile on cards (workspace_id, profile_id, type_id);
create index cards_secondary on cards (workspace_id, secondary_number) where secondary_number is not null;
create index cards_created on cards (workspace_id, created_at, number);
-- The oldest free card of a type is found without looking at the many that are held.
create index cards_free on cards (workspace_id, type_id, created_at, number) where profile_id is null;

select protect_tenant_table('cards');

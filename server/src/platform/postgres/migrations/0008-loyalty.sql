-- What is recorded of customers, and of what they do, beside the person.

-- Values of properties that the workspace file defines. Those of stores, rewards and partners stand in the file itself.
create table property_records (
  workspace_id integer not null,
  owner_kind text collate "C" not null,
  -- Of a customer the profile; else the number of the event, purchase or voucher.
  owner_id text collate "C" not null,
  -- With whom the record of an event ends. Null: it is a customer's own, or stays when its customer ends.
  profile_id uuid,
  property_id text collate "C" not null,
  value jsonb not null default 'null',
  -- Hash of a value that no other owner may have, because the definition says so.
  unique_key bytea,
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, owner_kind, owner_id, property_id)
);
create unique index property_records_unique
  on property_records (workspace_id, owner_kind, property_id, unique_key) where unique_key is not null;
create index property_records_profile on property_records (workspace_id, profile_id) where profile_id is not null;
select protect_tenant_table('property_records');

create table interest_records (
  workspace_id integer not null,
  number bigint not null default random_number(),
  profile_id uuid not null,
  interest_id text collate "C" not null,
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, number)
);
create unique index interest_records_profile on interest_records (workspace_id, profile_id, interest_id);
select protect_tenant_table('interest_records');

-- Where customers come from, and what they are called there.
create table source_records (
  workspace_id integer not null,
  number bigint not null default random_number(),
  profile_id uuid not null,
  source_id text collate "C" not null,
  -- What it is called there names the profile: then it stands among its identifiers as well. Null: nothing.
  external_id text collate "C",
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, number)
);
create unique index source_records_pair
  on source_records (workspace_id, source_id, external_id) where external_id is not null;
create unique index source_records_without_id
  on source_records (workspace_id, profile_id, source_id) where external_id is null;
create index source_records_profile on source_records (workspace_id, profile_id, source_id);
create index source_records_source on source_records (workspace_id, source_id, profile_id);
create index source_records_external_id
  on source_records (workspace_id, external_id) where external_id is not null;
create index source_records_created on source_records (workspace_id, created_at, number);
select protect_tenant_table('source_records');

-- Addresses beside the one of the person.
create table profile_addresses (
  workspace_id integer not null,
  number bigint not null default random_number(),
  profile_id uuid not null,
  type_id text collate "C" not null,
  address jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, number)
);
create index profile_addresses_profile on profile_addresses (workspace_id, profile_id, created_at, number);
select protect_tenant_table('profile_addresses');

-- Everybody is related to every partner. A row says otherwise, or that it is so again.
create table partner_relations (
  workspace_id integer not null,
  profile_id uuid not null,
  partner_id text collate "C" not null,
  is_related boolean not null,
  changed_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, profile_id, partner_id)
);
select protect_tenant_table('partner_relations');

-- Credentials of the people who use a loyalty programme and of those who run it.

-- One password for each profile.
create table passwords (
  workspace_id integer not null,
  profile_id uuid not null,
  -- Argon2id, with its parameters and salt.
  hash text not null,
  set_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, profile_id)
);
select protect_tenant_table('passwords');

-- Links that were mailed to set a password (L64).
create table password_links (
  workspace_id integer not null,
  id uuid not null default gen_random_uuid(),
  secret_hash bytea not null,
  profile_id uuid not null,
  -- The address it was mailed to, in compare form: following the link proves it.
  email text not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz,
  primary key (workspace_id, id)
);
-- A workspace is found by it, so it is unique on the whole server.
create unique index password_links_secret on password_links (secret_hash);
create index password_links_profile on password_links (workspace_id, profile_id);
create index password_links_created on password_links (workspace_id, created_at);
select protect_tenant_table('password_links');

-- A client on somebody's device; it stands for at most one customer, who is logged in.
create table customer_tokens (
  workspace_id integer not null,
  id uuid not null default gen_random_uuid(),
  secret_hash bytea not null,
  -- One token for each device and application: the next one revokes it.
  device_id text,
  external_application_id text,
  device jsonb not null default '{}',
  setup jsonb not null default '{}',
  push_token text,
  profile_id uuid,
  logged_in_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz,
  primary key (workspace_id, id)
);
create unique index customer_tokens_secret on customer_tokens (secret_hash);
create unique index customer_tokens_device
  on customer_tokens (workspace_id, device_id, coalesce(external_application_id, ''))
  where device_id is not null and revoked_at is null;
create index customer_tokens_profile on customer_tokens (workspace_id, profile_id) where profile_id is not null;
select protect_tenant_table('customer_tokens');

-- Whom a token made while nobody was logged in: for a day it goes on with their registration (L27).
create table token_creations (
  workspace_id integer not null,
  token_id uuid not null,
  profile_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, token_id, profile_id)
);
create index token_creations_profile on token_creations (workspace_id, profile_id);
create index token_creations_created on token_creations (workspace_id, created_at);
select protect_tenant_table('token_creations');

-- A login that one application hands over to another, once (L18).
create table login_hand_overs (
  workspace_id integer not null,
  number bigint not null default random_number(),
  -- Of the token and the workspace's secret: eight digits alone would be found from a hash.
  secret_mac bytea not null,
  profile_id uuid not null,
  external_application_id text not null,
  valid_to timestamptz not null,
  wrong_attempts integer not null default 0,
  primary key (workspace_id, number)
);
create index login_hand_overs_profile on login_hand_overs (workspace_id, profile_id);
create index login_hand_overs_valid_to on login_hand_overs (workspace_id, valid_to);
select protect_tenant_table('login_hand_overs');

-- Passwords of the operators that the workspace file lists; all else of them is in the settings.
create table operator_credentials (
  workspace_id integer not null references workspaces,
  -- Lower case.
  login text collate "C" not null,
  number bigint not null default random_number(),
  password_hash text not null,
  -- What legacy Basic credentials are checked by, encrypted under the workspace's secret (L21).
  legacy_material bytea,
  last_login_at timestamptz,
  primary key (workspace_id, login)
);
select protect_tenant_table('operator_credentials');

create table operator_sessions (
  workspace_id integer not null references workspaces,
  id uuid not null default gen_random_uuid(),
  secret_hash bytea not null,
  login text collate "C" not null,
  created_at timestamptz not null default clock_timestamp(),
  valid_to timestamptz not null,
  primary key (workspace_id, id)
);
create unique index operator_sessions_secret on operator_sessions (secret_hash);
create index operator_sessions_login on operator_sessions (workspace_id, login);
create index operator_sessions_valid_to on operator_sessions (workspace_id, valid_to);
select protect_tenant_table('operator_sessions');

-- When a file changed the settings last: the time of change of all reference data.
alter table workspaces add column settings_changed_at timestamptz not null default now();

-- Every table of a workspace's data leads with workspace_id, and so does every key and index, so that the
-- tables can be distributed by it. The exceptions are what a workspace is *found* by: workspaces.slug,
-- workspace_keys.secret_hash and workspace_domains.host, which are unique on the whole server.

-- The role requests run as: it sees rows of the workspace named by the session alone (row-level security).
-- Roles belong to the whole cluster, so another database of it may have made this one already.
do $$
begin
  create role tessera_app nologin;
exception when duplicate_object or unique_violation then
  null;
end $$;
do $$
begin
  execute format('grant tessera_app to %I', current_user);
  execute format('grant usage on schema %I to tessera_app', current_schema());
end $$;

-- The workspace this session works for; null, and so no row at all, where none was named.
create function current_workspace() returns integer
  language sql stable parallel safe
  return nullif(current_setting('tessera.workspace_id', true), '')::integer;

create table workspaces (
  id integer generated always as identity primary key,
  slug text not null unique,
  -- Ids and tracking ids are derived under it; it never leaves the server.
  secret bytea not null,
  -- The workspace file as applied, defaults filled in, without its secrets.
  settings jsonb not null,
  -- Grows with every change of settings, keys or attributes: processes compare it with what they hold.
  revision bigint not null default 1,
  -- The highest attribute id given out; an id is never used again.
  last_attribute_id integer not null default 0,
  created_at timestamptz not null default now()
);

create table workspace_keys (
  workspace_id integer not null references workspaces,
  name text not null,
  kind text not null,
  secret_hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (workspace_id, name)
);

create table workspace_domains (
  workspace_id integer not null references workspaces,
  host text not null,
  is_loopback boolean not null,
  primary key (workspace_id, host)
);
create unique index workspace_domains_host on workspace_domains (host) where not is_loopback;

create table attributes (
  workspace_id integer not null references workspaces,
  id integer not null,
  parent_id integer,
  name text not null,
  type text not null,
  item_type text,
  format text,
  deleted_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, parent_id) references attributes
);
create unique index attributes_name on attributes (workspace_id, coalesce(parent_id, 0), name)
  where deleted_at is null;

-- No foreign keys on the tables of the hot path: each would run a query of its own for every row of a set,
-- and lock the workspace's row from every transaction. The applier's statements keep them right.

-- customer_id, email and business_unit stand here as they are shown. Who may have them is decided by
-- `identifiers`; every statement that changes one changes the other. Without the copies a read would take
-- two more index look-ups, and reads are what there is most of.
create table profiles (
  workspace_id integer not null,
  id uuid not null,
  customer_id text collate "C",
  email text collate "C",
  business_unit text collate "C",
  attributes jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
) with (fillfactor = 85);
-- Nothing is planned by what attributes hold, and reading them would be most of the work of taking statistics.
alter table profiles alter column attributes set statistics 0;

-- What names a profile. `value` is the form it is compared in; `scope` is the business unit of an e-mail
-- where the workspace keeps e-mails apart by it, else empty.
create table identifiers (
  workspace_id integer not null,
  kind text collate "C" not null,
  value text collate "C" not null,
  scope text collate "C" not null default '',
  profile_id uuid not null,
  primary key (workspace_id, kind, value, scope)
);
create index identifiers_profile on identifiers (workspace_id, profile_id);

-- The ids of a profile that was merged away go on naming the survivor.
create table merged_profiles (
  workspace_id integer not null,
  id uuid not null,
  survivor_id uuid not null,
  merged_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index merged_profiles_survivor on merged_profiles (workspace_id, survivor_id);

-- What a profile is not to be sent. No row: everything may be sent.
create table recipient_statuses (
  workspace_id integer not null,
  profile_id uuid not null,
  opted_out_channels text[] not null default '{}',
  blacklisted boolean not null default false,
  primary key (workspace_id, profile_id)
);

-- The operation log: one row a block, that is, one commit for all requests that arrived together.
create sequence operation_block_id;
create table operation_blocks (
  workspace_id integer not null,
  accepted_on date not null default (clock_timestamp() at time zone 'utc')::date,
  id bigint not null default nextval('operation_block_id'),
  accepted_at timestamptz not null default clock_timestamp(),
  -- A JSON array. Text, so that accepting does not wait for PostgreSQL to read it.
  operations text not null,
  operation_count integer not null,
  -- Hashes of the identifiers its operations name, 4 bytes each; null: it may touch any profile.
  keys bytea,
  -- Whether every operation is an upsert by customer id, which needs no reading before it is applied.
  is_plain boolean not null,
  settled_at timestamptz,
  -- By position: failures, and results of the operations that asked for theirs.
  outcomes jsonb,
  primary key (workspace_id, accepted_on, id)
) partition by range (accepted_on);
-- Compressing would cost more time than the write that it saves.
alter table operation_blocks alter column operations set storage external;
alter table operation_blocks alter column keys set storage external;
create index operation_blocks_pending on operation_blocks (workspace_id, id) where settled_at is null;

-- Ends a statement that would settle blocks it cannot settle; the applier then reads them and goes step by step.
create function refuse_unread_blocks() returns jsonb language plpgsql as $$
begin
  raise exception 'these blocks cannot be applied unread' using errcode = 'TS001';
end $$;

create table idempotency_keys (
  workspace_id integer not null references workspaces,
  key text collate "C" not null,
  request_hash bytea not null,
  answer_status smallint not null,
  answer text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, key)
);
create index idempotency_keys_created on idempotency_keys (workspace_id, created_at);

-- Which profiles changed, reported by the transaction that changed them: one row a transaction. A consumer
-- keeps its place as (transaction_id, id) and reads only what lies before the oldest running transaction,
-- because rows become visible in the order of commits and not of their ids.
create table profile_changes (
  workspace_id integer not null,
  changed_on date not null default (clock_timestamp() at time zone 'utc')::date,
  transaction_id xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity,
  -- Two arrays of one length: the profile, and what became of it.
  profile_ids uuid[] not null,
  kinds text[] not null,
  primary key (workspace_id, changed_on, transaction_id, id)
) partition by range (changed_on);

-- What profiles did. An event whose person is not known yet is kept under the identifier it came with.
create table events (
  workspace_id integer not null,
  received_at timestamptz not null,
  id uuid not null default gen_random_uuid(),
  profile_id uuid,
  identifier_kind text collate "C" not null,
  identifier_value text collate "C" not null,
  identifier_scope text collate "C",
  name text not null,
  occurred_at timestamptz not null,
  source text not null,
  data jsonb not null,
  primary key (workspace_id, received_at, id)
) partition by range (received_at);
create index events_profile on events (workspace_id, profile_id, occurred_at);
create index events_unknown on events (workspace_id, identifier_kind, identifier_value) where profile_id is null;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'workspace_keys', 'workspace_domains', 'attributes', 'profiles', 'identifiers', 'merged_profiles',
    'recipient_statuses', 'operation_blocks', 'idempotency_keys', 'profile_changes', 'events'
  ] loop
    execute format('alter table %I enable row level security', tenant_table);
    -- A subselect, so that the setting is read once a statement and not once a row.
    execute format(
      'create policy workspace on %I to tessera_app using (workspace_id = (select current_workspace()))',
      tenant_table
    );
    execute format('grant select, insert, update, delete on %I to tessera_app', tenant_table);
  end loop;
end $$;
alter table workspaces enable row level security;
create policy workspace on workspaces to tessera_app using (id = (select current_workspace()));
grant select, update on workspaces to tessera_app;
grant usage on sequence operation_block_id to tessera_app;

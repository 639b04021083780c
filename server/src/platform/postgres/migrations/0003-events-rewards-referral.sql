-- Events: who sent one, whether it counts, and its place in the order in which they were accepted.

create sequence event_position;

alter table events
  -- The id that wires show (S8). Random, so not unique by a key: partitions have none without received_at.
  add column number bigint not null default random_number(),
  -- Which device sent it, and whose it was then.
  add column binding_id uuid,
  -- The time that counts for campaigns, streaks and windows (S26); occurred_at is the one that is shown.
  add column counted_at timestamptz,
  -- Whether it moves campaigns, points, referrals and segments (S27).
  add column trusted boolean not null default true,
  -- Whether the profile was known when the event came (S7): only a known friend converts (S30).
  add column by_known boolean not null default false,
  -- What the API that took it read from it for the core, beside its data: the share code it arrived by.
  add column arrival jsonb,
  -- The sender's own id for it.
  add column reference text collate "C",
  -- Readers follow (transaction_id, position), and read only what lies before the oldest running transaction.
  add column transaction_id xid8 not null default pg_current_xact_id(),
  add column position bigint not null default nextval('event_position'),
  alter column identifier_kind drop not null,
  alter column identifier_value drop not null;
create index events_number on events (workspace_id, number);
create index events_road on events (workspace_id, transaction_id, position);
grant usage on sequence event_position to tessera_app;

-- How far each reader of the events has come. Its row is locked while it works, so no two work at once.
create table event_consumers (
  workspace_id integer not null,
  name text collate "C" not null,
  transaction_id xid8 not null,
  position bigint not null,
  primary key (workspace_id, name)
);

-- Rewards.

-- One row a reward, locked by whoever grants it: stock and limits are counted under that lock.
create table reward_stocks (
  workspace_id integer not null,
  reward_id text collate "C" not null,
  -- Grants that count: withdrawn ones were given back.
  issued integer not null default 0,
  primary key (workspace_id, reward_id)
);

create table grants (
  workspace_id integer not null,
  number bigint not null default random_number(),
  reward_id text collate "C" not null,
  profile_id uuid not null,
  -- The campaign that granted it, and in which role; null: bought, or an operator's gift.
  campaign_id text collate "C",
  role text,
  -- The binding of the device whose event caused it, and that event.
  binding_id uuid,
  event_number bigint,
  event_reference text collate "C",
  -- What it was worth when it was granted: the catalogue may change later.
  worth jsonb not null,
  code text collate "C",
  state text not null default 'issued' check (state in ('issued', 'redeemed', 'withdrawn')),
  granted_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  redeemed_at timestamptz,
  withdrawn_at timestamptz,
  primary key (workspace_id, number)
);
create unique index grants_code on grants (workspace_id, code) where code is not null;
create index grants_profile on grants (workspace_id, profile_id, reward_id);
create index grants_event on grants (workspace_id, event_number) where event_number is not null;

-- Referral.

create table share_codes (
  workspace_id integer not null,
  number bigint not null default random_number(),
  -- As it is shown, and as it is compared: without regard to case.
  code text not null,
  code_key text collate "C" not null,
  profile_id uuid not null,
  -- The binding of the device that created it: it may change it without being verified.
  binding_id uuid,
  campaign_id text collate "C" not null,
  label text not null,
  key text collate "C" not null,
  content jsonb,
  data jsonb not null default '{}',
  target_url text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, code_key)
);
create unique index share_codes_number on share_codes (workspace_id, number);
create unique index share_codes_profile_key on share_codes (workspace_id, profile_id, key);

create table shares (
  workspace_id integer not null,
  number bigint not null default random_number(),
  profile_id uuid not null,
  binding_id uuid,
  campaign_id text collate "C" not null,
  share_code_number bigint not null,
  channel text not null,
  recipient text,
  subject text,
  message text,
  data jsonb not null default '{}',
  partner_share_id text,
  -- Null: nothing is sent for it.
  mail_number bigint,
  shared_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, number)
);
create index shares_profile on shares (workspace_id, profile_id, shared_at);

-- By whom a profile was brought, once a campaign. A conversion makes it final; so does a registration (S30).
create table attributions (
  workspace_id integer not null,
  friend_id uuid not null,
  campaign_id text collate "C" not null,
  advocate_id uuid not null,
  share_code_number bigint not null,
  share_number bigint,
  binding_id uuid,
  event_number bigint,
  final boolean not null default false,
  attributed_at timestamptz not null default clock_timestamp(),
  converted_at timestamptz,
  conversion_event_number bigint,
  primary key (workspace_id, friend_id, campaign_id)
);
create index attributions_advocate on attributions (workspace_id, advocate_id, campaign_id);
create index attributions_share on attributions (workspace_id, share_number) where share_number is not null;

-- What was begun and is asked about later (E113–E115).
create table pollings (
  workspace_id integer not null,
  number bigint not null default random_number(),
  kind text not null,
  profile_id uuid not null,
  binding_id uuid not null,
  result jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, number)
);
create index pollings_created on pollings (workspace_id, created_at);

-- Mail: a queue, and without a transport the outbox in which mails stay to be read.

create table mails (
  workspace_id integer not null,
  number bigint not null default random_number(),
  recipient text not null,
  -- Emptied once the mail has gone: nobody needs its links and texts then.
  content jsonb,
  state text not null check (state in ('waiting', 'sent', 'failed', 'outbox')),
  attempts integer not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (workspace_id, number)
);
create index mails_due on mails (workspace_id, due_at) where state = 'waiting';

-- Addresses that get no share mails any more (E124): hashes under the workspace's secret.
create table mail_opt_outs (
  workspace_id integer not null,
  address_hash bytea not null,
  opted_out_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, address_hash)
);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'event_consumers', 'reward_stocks', 'grants', 'share_codes', 'shares', 'attributions', 'pollings', 'mails',
    'mail_opt_outs'
  ] loop
    perform protect_tenant_table(tenant_table::regclass);
  end loop;
end $$;

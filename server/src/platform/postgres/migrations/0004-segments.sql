-- Segments.

-- List segments that an API made; all others stand in the workspace file.
create table list_segments (
  workspace_id integer not null references workspaces,
  id text collate "C" not null default random_number()::text,
  name text not null,
  note text,
  priority integer,
  created_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, id)
);

-- Who is in a segment. What a rule says and what a list says are apart, so that a segment which changes from the one
-- to the other neither takes over nor loses anybody. A list may be a campaign's own (G70): its id is then `campaign:`
-- and the campaign's, which no segment's id can be.
create table segment_memberships (
  workspace_id integer not null,
  segment_id text collate "C" not null,
  by_rule boolean not null,
  profile_id uuid not null,
  entered_at timestamptz not null default clock_timestamp(),
  -- When the list was last told of this member.
  updated_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, segment_id, by_rule, profile_id)
);
create index segment_memberships_profile on segment_memberships (workspace_id, profile_id);

-- How far the rules of a workspace are evaluated. Its row is locked by whoever evaluates, so no two do at once.
create table segment_evaluations (
  workspace_id integer not null primary key,
  -- The revision of the workspace that was looked at last, and a hash of the rules it has.
  revision bigint not null,
  rules text not null,
  tested_events text[] not null,
  -- The place behind the profile changes that were read, and when it was last known to be up to date.
  transaction_id xid8 not null,
  change_id bigint not null,
  read_at timestamptz not null default clock_timestamp(),
  -- While all profiles are being evaluated: the last one that was; null: that is done.
  pass_after uuid
);

-- When a profile is to be evaluated again, without anything happening to it: an event leaves a window then.
-- '-infinity': at once.
create table segment_dues (
  workspace_id integer not null,
  profile_id uuid not null,
  due_at timestamptz not null,
  primary key (workspace_id, profile_id)
);
create index segment_dues_due on segment_dues (workspace_id, due_at);

-- Readers ask for what lies behind (transaction_id, id), whatever the day; with the day before these columns, every
-- look would read a workspace's whole index.
alter table profile_changes drop constraint profile_changes_pkey;
alter table profile_changes add primary key (workspace_id, transaction_id, id, changed_on);

-- A stored datetime in a form of one length whose order as text is the order in time; null for anything else.
create function instant_text(value jsonb) returns text
  language sql immutable parallel safe
  return case
    when jsonb_typeof(value) <> 'string' then null
    when length(value #>> '{}') = 10 then (value #>> '{}') || 'T00:00:00.000Z'
    when length(value #>> '{}') = 20 then left(value #>> '{}', 19) || '.000Z'
    else value #>> '{}'
  end collate "C";

-- The hash under which an address is kept in mail_opt_outs. The keys are the two pads of HMAC-SHA256 (RFC 2104).
create function mail_opt_out_hash(inner_key bytea, outer_key bytea, address text) returns bytea
  language sql stable parallel safe
  return sha256(outer_key || sha256(inner_key || convert_to('mail opt-out ' || address, 'UTF8')));

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'list_segments', 'segment_memberships', 'segment_evaluations', 'segment_dues'
  ] loop
    perform protect_tenant_table(tenant_table::regclass);
  end loop;
end $$;

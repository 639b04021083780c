-- Statuses (tiers) of customers. No row: the lowest one, since the profile was made; rows are written for what differs.

create table status_records (
  workspace_id integer not null,
  number bigint not null default random_number(),
  profile_id uuid not null,
  status_id text collate "C" not null,
  valid_from timestamptz not null,
  -- Null: for good.
  valid_to timestamptz,
  -- The one that counts now; the others are history.
  is_current boolean not null default true,
  -- An operator set it: it is only raised before its end.
  is_set boolean not null default false,
  changed_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, number)
);
create unique index status_records_current on status_records (workspace_id, profile_id) where is_current;
create index status_records_profile on status_records (workspace_id, profile_id, valid_from);
create index status_records_due on status_records (workspace_id, valid_to) where is_current and valid_to is not null;

select protect_tenant_table('status_records');

-- Row-level security and the rights of requests, as every table of a workspace's data has them.
create function protect_tenant_table(tenant_table regclass) returns void
  language plpgsql as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  -- A subselect, so that the setting is read once a statement and not once a row.
  execute format(
    'create policy workspace on %s to tessera_app using (workspace_id = (select current_workspace()))',
    tenant_table
  );
  execute format('grant select, insert, update, delete on %s to tessera_app', tenant_table);
end $$;

-- A number of 16 to 19 digits below 2^63 that reveals no count (S8). The bits are those of a random UUID:
-- random() has fewer, and is not made for secrets.
create function random_number() returns bigint
  language sql volatile parallel safe
  return 1000000000000000
    + (uuid_hash_extended(gen_random_uuid(), 0) & 9223372036854775807) % 9222372036854775807;

-- The id of a profile where a wire has numbers (S8).
alter table profiles add column number bigint not null default random_number();
create unique index profiles_number on profiles (workspace_id, number);

-- What says that the identifier is this profile's (S13): proof, the person's own word, or a mere claim.
alter table identifiers add column level text collate "C" not null default 'proof'
  check (level in ('proof', 'own-word', 'claim'));

-- The number of a profile that was merged away names the survivor as well (S9).
alter table merged_profiles add column number bigint;
create unique index merged_profiles_number on merged_profiles (workspace_id, number);

-- One browser or one app installation. It begins with a profile of its own, its first binding.
create table devices (
  workspace_id integer not null,
  id uuid not null default gen_random_uuid(),
  binding_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);

-- Whose a device is, and was: a row for each profile it was bound to, the first of them begun while the device was
-- still anonymous. What belongs to a device alone (E26, E32) hangs on the binding, and so is unreadable under the next.
create table device_bindings (
  workspace_id integer not null,
  id uuid not null default gen_random_uuid(),
  device_id uuid not null,
  profile_id uuid not null,
  started_at timestamptz not null default now(),
  -- When an identifier bound the device to the profile; null: it is anonymous.
  bound_at timestamptz,
  -- The identifiers that this device gave, which are all of them that it may read unverified.
  given_email text,
  given_partner_user_id text,
  -- Names, picture and locale that this device gave.
  own_fields jsonb not null default '{}',
  primary key (workspace_id, id)
);
create index device_bindings_device on device_bindings (workspace_id, device_id, started_at);
create index device_bindings_profile on device_bindings (workspace_id, profile_id);

create table access_tokens (
  workspace_id integer not null,
  id uuid not null default gen_random_uuid(),
  secret_hash bytea not null,
  device_id uuid not null,
  -- The binding it was verified for. A binding that ends, or a merge of its profile, ends that (E32, S16).
  verified_binding_id uuid,
  -- The identifiers it had proved then, each as kind:value.
  proved text[] not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  deleted_at timestamptz,
  primary key (workspace_id, id)
);
-- A workspace is found by it, so it is unique on the whole server.
create unique index access_tokens_secret on access_tokens (secret_hash);
create index access_tokens_device on access_tokens (workspace_id, device_id);
create index access_tokens_expiry on access_tokens (workspace_id, expires_at);

-- Values that people keep with their profile; attributes of the company are another thing, under the same name too.
create table profile_parameters (
  workspace_id integer not null,
  profile_id uuid not null,
  name text collate "C" not null,
  visibility text not null check (visibility in ('public', 'private')),
  value jsonb not null,
  primary key (workspace_id, profile_id, name)
);

-- Parameters that a device gave before its profile was merged into another one (E26): its own, and no profile's.
create table device_parameters (
  workspace_id integer not null,
  binding_id uuid not null,
  name text collate "C" not null,
  visibility text not null check (visibility in ('public', 'private')),
  value jsonb not null,
  primary key (workspace_id, binding_id, name)
);

-- Names, picture and locale of a profile where no attribute is bound to them (S22), and the picture always.
create table profile_fields (
  workspace_id integer not null,
  profile_id uuid not null,
  fields jsonb not null default '{}',
  primary key (workspace_id, profile_id)
);

-- Every merge that identification or an operator made, with all that is needed to explain it and to undo it exactly.
create table profile_merges (
  workspace_id integer not null,
  id bigint not null default random_number(),
  from_id uuid not null,
  into_id uuid not null,
  cause text not null check (cause in ('identified', 'operator')),
  -- The row of the profile merged away, and what of the survivor's it filled.
  profile jsonb not null,
  filled jsonb not null default '{}',
  -- By part of a profile: which of its rows moved.
  moved jsonb not null,
  merged_at timestamptz not null default now(),
  undone_at timestamptz,
  primary key (workspace_id, id)
);
create index profile_merges_from on profile_merges (workspace_id, from_id);
create index profile_merges_into on profile_merges (workspace_id, into_id);

-- Secrets of mailed links, hashed: each is good once, for 24 hours, for the token that asked (E51 to E53).
create table email_verifications (
  workspace_id integer not null,
  id bigint not null default random_number(),
  secret_hash bytea not null,
  token_id uuid not null,
  binding_id uuid not null,
  profile_id uuid not null,
  -- In compare form; what is verified is this address, whatever the profile has by then.
  email text not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (workspace_id, id)
);
create unique index email_verifications_secret on email_verifications (secret_hash);
create index email_verifications_profile on email_verifications (workspace_id, profile_id, created_at);

-- Keys that verify customers' JWTs (E43 to E49). The settings of a workspace hold no secrets; a shared secret has
-- to be read again to verify with, so it lies here encrypted under the workspace's secret. A public key lies open.
create table jwt_keys (
  workspace_id integer not null references workspaces,
  kid text collate "C" not null,
  algorithm text not null,
  public_key text,
  encrypted_secret bytea,
  -- Tells without decrypting whether a file brings the same secret again.
  secret_hash bytea,
  primary key (workspace_id, kid)
);

select protect_tenant_table(tenant_table::regclass)
from unnest(array[
  'devices', 'device_bindings', 'access_tokens', 'profile_parameters', 'device_parameters', 'profile_fields',
  'profile_merges', 'email_verifications', 'jwt_keys'
]) as tenant_table;

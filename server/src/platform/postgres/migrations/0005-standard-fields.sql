-- Standard fields (S22, L60) as columns, so that lists filter and sort by indexes. `customerData.standardFields` binds
-- some to attributes: such a column and its attribute are one value, and whoever writes the one writes the other in
-- the same transaction. Nulls cost a bit each, so a workspace that keeps none of them pays for none.
alter table profiles
  add column first_name text,
  add column last_name text,
  add column gender text collate "C",
  add column birthdate date,
  -- In compare form; a phone that another profile has as its identifier may stand here, and names nobody then.
  add column phone text collate "C",
  -- address1 to address7, zip, city, country_code: texts, written and read together.
  add column address jsonb,
  add column language text collate "C",
  add column salutation text,
  add column pre_nominals text,
  add column post_nominals text,
  add column store_id text collate "C",
  add column picture_url text,
  -- Since when it is a customer's and no anonymous visitor's (S7).
  add column known_at timestamptz;
alter table profiles alter column address set statistics 0;

-- What the columns were last brought into line with: bindings of attributes, as the derivation was given them.
alter table workspaces add column derived_fields jsonb;

update profiles p
set first_name = f.fields ->> 'first_name', last_name = f.fields ->> 'last_name',
  language = f.fields ->> 'language', picture_url = f.fields ->> 'picture_url'
from profile_fields f where f.workspace_id = p.workspace_id and f.profile_id = p.id;
drop table profile_fields;

update profiles p set known_at = created_at
where exists (
  select from identifiers i
  where i.workspace_id = p.workspace_id and i.profile_id = p.id and i.kind not in ('anonymous_id', 'cookie_id')
);

-- Names are compared without regard to case. An index entry has a limit and a name has none, so the key is the
-- beginning of one; where that is all of the key, a query compares the whole as well.
create function name_key(name text) returns text
  language sql immutable parallel safe
  return lower(left(name, 64) collate "und-x-icu") collate "C";

-- Columns, and no indexes on expressions: below row-level security an index finds only what leakproof functions say.
alter table profiles
  add column first_name_key text collate "C" generated always as (name_key(first_name)) stored,
  add column last_name_key text collate "C" generated always as (name_key(last_name)) stored;

-- In the order in which lists show customers.
create index profiles_known on profiles (workspace_id, known_at, id) where known_at is not null;
create index profiles_first_name on profiles (workspace_id, first_name_key, known_at, id)
  where first_name_key is not null and known_at is not null;
create index profiles_last_name on profiles (workspace_id, last_name_key, known_at, id)
  where last_name_key is not null and known_at is not null;
create index profiles_birthdate on profiles (workspace_id, birthdate, known_at, id)
  where birthdate is not null and known_at is not null;
create index profiles_phone on profiles (workspace_id, phone)
  where phone is not null and known_at is not null;

-- While a new server's table is empty, the planner takes every index that begins with the workspace for as good as any
-- other, and among equals the youngest: that has to be the one that finds a profile.
alter table profiles drop constraint profiles_pkey, add primary key (workspace_id, id);

-- The value that an attribute gives a standard field (L60). What does not fit the field is null there, whatever it is:
-- attributes keep values of types that they had once.
create function standard_text(attributes jsonb, attribute text) returns text
  language sql immutable parallel safe
  return case when jsonb_typeof(attributes -> attribute) = 'string' then nullif(attributes ->> attribute, '') end;

create function standard_gender(attributes jsonb, attribute text) returns text
  language sql immutable parallel safe
  return case when attributes ->> attribute in ('male', 'female', 'miss', 'private', 'other')
              then attributes ->> attribute end;

create function standard_phone(attributes jsonb, attribute text) returns text
  language sql immutable parallel safe
  return case when attributes ->> attribute ~ '^\+[1-9][0-9]{5,14}$' then attributes ->> attribute end;

-- A text that is no date must not end the statement that applies a thousand profiles, so nothing is cast unseen.
create function standard_birthdate(attributes jsonb, attribute text) returns date
  language sql immutable parallel safe
  return case when attributes ->> attribute ~ '^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T|$)' then
    case when left(attributes ->> attribute, 4) <> '0000' and (
        substr(attributes ->> attribute, 9, 2) <= '28'
        or substr(attributes ->> attribute, 9, 2)::integer <= extract(day from
          make_date(substr(attributes ->> attribute, 1, 4)::integer, substr(attributes ->> attribute, 6, 2)::integer, 1)
          + interval '1 month' - interval '1 day'))
    then make_date(
      substr(attributes ->> attribute, 1, 4)::integer, substr(attributes ->> attribute, 6, 2)::integer,
      substr(attributes ->> attribute, 9, 2)::integer)
    end
  end;

-- Parts that the attribute has no field for stay as they are. `parts` says which field is which part.
create function standard_address(address jsonb, attributes jsonb, attribute text, parts jsonb) returns jsonb
  language sql immutable parallel safe
  return nullif(
    coalesce(address, '{}') - array(select jsonb_object_keys(parts)) || coalesce((
      select jsonb_object_agg(part.key, attributes -> attribute -> part.value)
      from jsonb_each_text(parts) part
      where jsonb_typeof(attributes -> attribute -> part.value) = 'string'
        and attributes -> attribute ->> part.value <> ''
    ), '{}'),
    '{}');

-- Consents (L63). No row: not set.
create table consents (
  workspace_id integer not null,
  profile_id uuid not null,
  consent_id text collate "C" not null,
  -- 0 withdrawn, 1 given, 2 not set (again).
  value smallint not null check (value in (0, 1, 2)),
  changed_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, profile_id, consent_id)
);

-- Every change there was, with who made it: the record that the law asks for.
create table consent_changes (
  workspace_id integer not null,
  number bigint not null default random_number(),
  profile_id uuid not null,
  consent_id text collate "C" not null,
  value smallint not null,
  changed_at timestamptz not null default clock_timestamp(),
  -- The API it came by, and who spoke there: an operator, the customer, or anybody.
  api text not null,
  actor_kind text not null check (actor_kind in ('operator', 'customer', 'public')),
  actor text,
  primary key (workspace_id, number)
);
create index consent_changes_profile on consent_changes (workspace_id, profile_id, changed_at);

select protect_tenant_table(tenant_table::regclass)
from unnest(array['consents', 'consent_changes']) as tenant_table;

-- Since when the record's profile is known; null: it is not. A list of a source's customers stands in that order (L38),
-- and with it beside the source the list is found, counted and ordered in one index, however many customers there are
-- and wherever their rows lie.
alter table source_records add column known_at timestamptz;
update source_records r set known_at = p.known_at
from profiles p where p.workspace_id = r.workspace_id and p.id = r.profile_id;

drop index source_records_source;
create index source_records_source on source_records (workspace_id, source_id, known_at, profile_id);

-- By triggers, so that it is right whoever gives a record to a profile: a registration, a merge, the undoing of one.
create function take_known_at() returns trigger language plpgsql as $$
begin
  new.known_at := (select known_at from profiles where workspace_id = new.workspace_id and id = new.profile_id);
  return new;
end $$;
create trigger source_records_know before insert or update of profile_id on source_records
  for each row execute function take_known_at();

-- A profile with sources is mostly known before it has any; one that an operator's merge gave them may become so later.
create function tell_known_at() returns trigger language plpgsql as $$
begin
  update source_records set known_at = new.known_at where workspace_id = new.workspace_id and profile_id = new.id;
  return null;
end $$;
create trigger profiles_become_known after update of known_at on profiles
  for each row when (old.known_at is distinct from new.known_at) execute function tell_known_at();

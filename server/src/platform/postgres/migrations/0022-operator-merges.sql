-- How many merges operators made and undid. Whoever writes to a profile by what it saw before it waited for its row learns
-- by it whether the profile is still whose it was.
create table operator_merges (
  workspace_id integer primary key,
  number bigint not null
);
select protect_tenant_table('operator_merges');

-- Volatile, and so with a view of its own: that of the moment in which it is called, not that of the calling statement.
create function refuse_after_merge(workspace integer, seen bigint) returns boolean language plpgsql volatile as $$
begin
  if (select m.number from operator_merges m where m.workspace_id = workspace) is distinct from seen then
    raise exception 'profiles were merged meanwhile' using errcode = 'serialization_failure';
  end if;
  return true;
end $$;
